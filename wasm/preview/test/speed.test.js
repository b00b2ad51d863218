// How fast the page is. Printed, not asserted: machines differ.
import { test } from 'node:test';
import { base, entry, follow, linkTo, open, settled, skip, useBrowser } from './support.js';

const shared = useBrowser();
const still = {
  ...base,
  'crystal.cell_lengths_A': [79.1, 79.1, 37.9],
  'crystal.cells': [14, 14, 20],
  'detector.pixels': [512, 512],
  'detector.pixel_size_mm': 0.2,
};
const figures = (list) => {
  const sorted = list.sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(0)} ms, at best ${sorted[0].toFixed(0)} ms`;
};
const measures = (page, name) =>
  page.evaluate((wanted) => performance.getEntriesByName(wanted).map(({ duration }) => duration), name);

async function afterChanges(page, name, count = 9) {
  await page.evaluate(() => performance.clearMeasures());
  const slider = entry(page, 'detector.distance_mm').locator('xpath=preceding-sibling::input');
  for (let i = 0; i < count; ++i) {
    await slider.press('ArrowRight');
    await settled(page);
  }
  return figures(await measures(page, name));
}

for (const threads of [1, 2]) {
  test(`time to the picture after a slider moved, ${threads} thread(s)`, { skip }, async (t) => {
    const page = await open(shared, { hash: linkTo(still), query: `?threads=${threads}` });
    const first = await afterChanges(page, 'nbt: first frame');
    t.diagnostic(
      `512 x 512, first frame on the screen: ${first} (aim: 50 ms of compute); ${await page.textContent('#status')}`,
    );
    const large = { ...still, 'detector.pixels': [1024, 1024], 'detector.pixel_size_mm': 0.1 };
    const other = await open(shared, { hash: linkTo(large), query: `?threads=${threads}` });
    const whole = await afterChanges(other, 'nbt: whole image', 5);
    t.diagnostic(
      `1024 x 1024, whole image on the screen: ${whole} (aim: 250 ms with one thread); ${await other.textContent('#status')}`,
    );
  });
}

test('the page stays responsive while a large image renders, and stops at once', { skip }, async (t) => {
  const page = await open(shared);
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask' });
  });
  const large = { ...still, 'detector.pixels': [4096, 4096], 'detector.pixel_size_mm': 0.025 };
  await follow(page, large);
  await settled(page);
  const longest_ms = await page.evaluate(() => window.longest);
  t.diagnostic(
    `4096 x 4096: longest task of the page's thread ${longest_ms > 0 ? longest_ms.toFixed(0) : 'below 50'} ms (aim: 50)`,
  );

  await follow(page, { ...large, 'crystal.mosaic_spread_deg': 1, 'crystal.mosaic_domains': 60 });
  await page.locator('#stop').waitFor({ state: 'visible', timeout: 30_000 });
  const cancel_ms = await page.evaluate(async () => {
    const begun_ms = performance.now();
    document.querySelector('#stop').click();
    while (document.body.dataset.state !== 'stopped') await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now() - begun_ms;
  });
  t.diagnostic(`stopped after ${cancel_ms.toFixed(0)} ms (aim: 100)`);
});
