// The page as people use it: links, undo, keys, bad values, stopping, threads, offline, accessibility, pictures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import {
  base,
  download,
  entry,
  follow,
  image,
  linkTo,
  open,
  openGroupOf,
  screenshotPath,
  settled,
  skip,
  type,
  useBrowser,
} from './support.js';

const shared = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('the whole state is in the link', { skip }, async () => {
  const page = await open(shared);
  await type(page, 'detector.distance_mm', 123);
  await page.locator('#space-group').selectOption('P 2 2 2');
  await page.locator('#tone').selectOption('sqrt');
  await page.locator('#map').selectOption('cividis');
  await page.locator('#rings').uncheck();
  await page.waitForTimeout(400);
  const before = await image(page);
  const other = await open(shared, { hash: new URL(page.url()).hash });
  assert.deepEqual(await image(other), before);
  assert.equal(await entry(other, 'detector.distance_mm').inputValue(), '123');
  assert.equal(await other.locator('#space-group').inputValue(), 'P 2 2 2');
  assert.equal(await other.locator('#tone').inputValue(), 'sqrt');
  assert.equal(await other.locator('#map').inputValue(), 'cividis');
  assert.equal(await other.locator('#rings').isChecked(), false);
});

test('a link says what it could not bring', { skip }, async () => {
  const page = await open(shared, { hash: linkTo({ ...base, 'detector.colour': 3 }, { file: 'mine.hkl' }) });
  const messages = await page.textContent('#file-messages');
  assert.match(messages, /detector\.colour/);
  assert.match(messages, /mine\.hkl/);
  assert.equal(await page.evaluate(() => document.body.dataset.state), 'done');
});

test('undo and redo bring images back', { skip }, async () => {
  const page = await open(shared);
  const first = await image(page);
  await type(page, 'detector.distance_mm', 150);
  const second = await image(page);
  await page.locator('#undo').click();
  await settled(page);
  assert.deepEqual(await image(page), first);
  await page.locator('#redo').click();
  await settled(page);
  assert.deepEqual(await image(page), second);
  assert.ok(await page.locator('#redo').isDisabled());
});

const impossible = [
  ['detector.distance_mm', 0, /distance/],
  ['detector.distance_mm', 'NaN', /not a number/],
  ['beam.wavelength_A', -1, /beam\.wavelength_A/],
  ['crystal.cell_angles_deg', 175, /angles|cell/],
  ['crystal.cells', 2.5, /whole number/],
  ['detector.pixels', 900000, /memory|pixels/],
];

test('impossible values get a message at their control, and the image stays', { skip }, async () => {
  for (const [name, value, message] of impossible) {
    const page = await open(shared, { hash: linkTo({ ...base, 'crystal.cell_angles_deg': [60, 60, 60] }) });
    const before = await image(page);
    if (name === 'detector.pixels') await type(page, name, value, 1);
    await type(page, name, value);
    const control = entry(page, name).locator('xpath=ancestor::div[contains(@class, "control")]');
    const text = await control.locator('.message').textContent();
    assert.match(text, message, `${name} = ${value}`);
    assert.equal(
      (await entry(page, name).getAttribute('aria-invalid')) === 'true' ||
        (await control.getAttribute('class')).includes('invalid'),
      true,
    );
    assert.deepEqual(await image(page), before, `${name} = ${value} changed the image`);
    await page.context().close();
  }
});

test('a long image can be stopped, and the page goes on', { skip }, async () => {
  const page = await open(shared);
  await follow(page, {
    ...base,
    'detector.pixels': [4096, 4096],
    'detector.pixel_size_mm': 0.025,
    'crystal.mosaic_spread_deg': 1,
    'crystal.mosaic_domains': 100,
  });
  await page.locator('#stop').waitFor({ state: 'visible', timeout: 30_000 });
  await page.keyboard.press('Escape');
  await settled(page, ['stopped']);
  await follow(page, base);
  await settled(page, ['done']);
  assert.deepEqual(page.errors, []);
});

test('one thread and several give the same bits', { skip }, async () => {
  const [one, several] = [await open(shared, { query: '?threads=1' }), await open(shared, { query: '?threads=2' })];
  assert.match(await one.textContent('#status'), /1 thread$/);
  assert.match(await several.textContent('#status'), /2 threads$/);
  assert.deepEqual(await image(one), await image(several));
});

// Screenshots lag behind the page a little.
async function pictureThat(page, fits, what) {
  for (let i = 0; i < 100; ++i) {
    const picture = await page.locator('#stage').screenshot();
    if (fits(picture)) return picture;
    await page.waitForTimeout(50);
  }
  return assert.fail(what);
}

test('noise is drawn from its seed', { skip }, async () => {
  const page = await open(shared);
  const quiet = await page.locator('#stage').screenshot();
  const drawn = async (seed) => {
    await page.locator(`#stage[data-noise="${seed}"]`).waitFor();
    return (await download(page, 'PNG')).bytes;
  };
  await page.locator('#noise').check();
  const first = await drawn(1);
  await pictureThat(page, (picture) => !picture.equals(quiet), 'noise changes the picture');
  await type(page, 'noise.seed', 2);
  assert.notDeepEqual(await drawn(2), first, 'another seed');
  await type(page, 'noise.seed', 1);
  assert.deepEqual(await drawn(1), first, 'the same seed');
});

test('scale, colours and limits change the picture, not the image', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  let last = await page.locator('#stage').screenshot();
  const differs = async (what) => {
    last = await pictureThat(page, (picture) => !picture.equals(last), what);
  };
  for (const tone of ['linear', 'sqrt']) {
    await page.locator('#tone').selectOption(tone);
    await differs(tone);
  }
  for (const map of ['viridis', 'cividis', 'grey', 'ink']) {
    await page.locator('#map').selectOption(map);
    await differs(map);
  }
  await page.locator('#high-percent').fill('99');
  await page.locator('#high-percent').press('Enter');
  await differs('white at 99 %');
  await page.locator('#zoom-in').click();
  await differs('zoom');
  await page.locator('#stage').press('Shift+ArrowRight');
  await differs('moved');
  assert.deepEqual(await image(page), before);
});

test('everything is reached with the keyboard and has a name', { skip }, async () => {
  const page = await open(shared);
  const seen = new Set();
  for (let i = 0; i < 200; ++i) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return null;
      const named = element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent;
      const { outlineStyle } = getComputedStyle(element);
      return { key: element.id || named, named: Boolean(named?.trim()), outlineStyle, radio: element.type === 'radio' };
    });
    if (!focused) break;
    assert.ok(focused.named, `${focused.key} has no name`);
    assert.ok(focused.radio || focused.outlineStyle !== 'none', `${focused.key} shows no focus`);
    seen.add(focused.key);
  }
  for (const id of [
    'stage',
    'tone',
    'map',
    'space-group',
    'parameter-detector-distance_mm-0',
    'choose-files',
    'copy-link',
  ]) {
    assert.ok(seen.has(id), `${id} is not reached; reached: ${[...seen]}`);
  }
  await page.locator('#stage').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#hover dt', { hasText: 'h k l' }).waitFor();
  const before = await image(page);
  await page.locator('#stage').focus();
  await page.keyboard.press('Alt+ArrowRight');
  await settled(page);
  assert.notDeepEqual(await image(page), before);
  await page.keyboard.press('Control+z');
  await settled(page);
  assert.deepEqual(await image(page), before);
});

const looks = {
  desktop: { viewport: { width: 1440, height: 900 } },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, reducedMotion: 'reduce' },
};

for (const [name, options] of Object.entries(looks)) {
  test(`accessibility and picture: ${name}`, { skip }, async () => {
    const page = await open(shared, { hash: '', ...options });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const text = serious
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html }) => html)
            .slice(0, 3)
            .join(' ')}`,
      )
      .join('\n');
    assert.equal(serious.length, 0, text);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} pixels wider than the window`);
    await page.screenshot({ path: screenshotPath(name) });
    for (const preset of name === 'desktop' ? ['Quartz', 'Virus-size cell'] : []) {
      await page.locator('#presets').getByRole('button', { name: preset }).click();
      await settled(page);
      await page.screenshot({ path: screenshotPath(preset.split('-')[0].toLowerCase()) });
    }
    assert.deepEqual(page.errors, []);
  });
}

test('every control has the sentence of the parameter table', { skip }, async () => {
  const page = await open(shared);
  await page.evaluate(() => document.querySelectorAll('details.group').forEach((group) => (group.open = true)));
  const nameless = await page.evaluate(
    () =>
      [...document.querySelectorAll('#controls .control')].filter(
        (control) => !control.querySelector('.visually-hidden')?.textContent,
      ).length,
  );
  assert.equal(nameless, 0);
  for (const name of ['beam.exposure_s', 'detector.thickness_um', 'compat.tokens']) {
    const id = `#parameter-${name.replace('.', '-')}`;
    const found = page.locator(`${id}, ${id}-0`).first();
    await openGroupOf(page, found);
    assert.ok(await found.isVisible(), name);
  }
});
