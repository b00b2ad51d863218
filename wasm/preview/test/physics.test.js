// The image follows its controls as physics says, and the readout agrees with the library.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { create } from '../../src/index.js';
import {
  base,
  entry,
  go,
  hover,
  image,
  largest,
  linkTo,
  open,
  openGroupOf,
  scene,
  settled,
  skip,
  sum,
  type,
  useBrowser,
} from './support.js';

const shared = useBrowser();
const size = 256;
let library;
after(() => library?.close());

const at = (pixels, fast, slow) => pixels[slow * size + fast];

// Local maxima above a part of the brightest pixel, well inside the image.
function peaks(pixels, { above = 0.02, border = 4 } = {}) {
  const limit = above * largest(pixels);
  const found = [];
  for (let slow = border; slow < size - border; ++slow) {
    for (let fast = border; fast < size - border; ++fast) {
      const value = at(pixels, fast, slow);
      if (value < limit) continue;
      const around = [-1, 0, 1].flatMap((s) => [-1, 0, 1].map((f) => at(pixels, fast + f, slow + s)));
      if (value === Math.max(...around)) found.push({ fast, slow, value });
    }
  }
  return found.sort((one, other) => other.value - one.value);
}

async function beamPixel(page) {
  const { header } = await report(page);
  // mosflm: X is along slow, Y along fast, half a pixel off (physics.md 3.3)
  return { fast: (header.BEAM_CENTER_Y + 0.2) / 0.4 - 0.5, slow: (header.BEAM_CENTER_X + 0.2) / 0.4 - 0.5 };
}

async function simulationOf(page) {
  library ??= await create({ threads: 1 });
  const simulation = await library.createSimulation();
  await simulation.loadScene(await scene(page));
  return simulation;
}

const report = async (page) => (await simulationOf(page)).report();

// Smaller angles than 10 degrees, where the Ewald sphere is nearly the same plane: tan(2 theta) = radius / distance.
test('twice the distance: spots at twice the radius', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  const beam = await beamPixel(page);
  await type(page, 'detector.distance_mm', 200);
  const far = peaks(await image(page), { above: 0.0005 });
  const inner = peaks(before)
    .filter(({ fast, slow }) => Math.hypot(fast - beam.fast, slow - beam.slow) < 55)
    .slice(0, 8);
  assert.ok(inner.length >= 4, `${inner.length} spots near the beam`);
  for (const spot of inner) {
    const expected = { fast: beam.fast + 2 * (spot.fast - beam.fast), slow: beam.slow + 2 * (spot.slow - beam.slow) };
    const distance = Math.min(...far.map(({ fast, slow }) => Math.hypot(fast - expected.fast, slow - expected.slow)));
    assert.ok(
      distance <= 2.5,
      `spot at ${spot.fast}, ${spot.slow}: the nearest is ${distance} pixels from the doubled place`,
    );
  }
});

test('twice the distance: resolution rings of twice the radius', { skip }, async () => {
  const page = await open(shared, { hash: linkTo({ ...base, 'detector.distance_mm': 400 }) });
  const widths = () =>
    page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll('#overlay .ring')].map((ring) => [ring.dataset.spacing, ring.getBBox().width]),
      ),
    );
  const near = await widths();
  await type(page, 'detector.distance_mm', 800);
  const far = await widths();
  const both = Object.keys(near).filter((spacing) => spacing in far);
  assert.ok(both.length > 0, `rings ${Object.keys(near)} and ${Object.keys(far)}`);
  for (const spacing of both)
    assert.ok(Math.abs(far[spacing] / near[spacing] - 2) < 0.01, `${spacing}: ${far[spacing]} from ${near[spacing]}`);
});

test('a shifted beam centre shifts the image by as many pixels', { skip }, async () => {
  const page = await open(shared);
  const { header } = await report(page);
  const before = await image(page);
  await type(page, 'detector.Xbeam_mm', header.BEAM_CENTER_X + 4);
  const shifted = await image(page);
  const limit = 1e-4 * largest(before);
  for (let slow = 0; slow < size - 10; ++slow) {
    for (let fast = 0; fast < size; ++fast) {
      const difference = Math.abs(at(shifted, fast, slow + 10) - at(before, fast, slow));
      assert.ok(
        difference <= limit,
        `pixel ${fast}, ${slow}: ${at(before, fast, slow)} became ${at(shifted, fast, slow + 10)}`,
      );
    }
  }
});

test('half the wavelength: half the spacing at a pixel, other spots', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  const d = parseFloat((await hover(page, 40, 60)).d);
  await type(page, 'beam.wavelength_A', 0.5);
  const half = parseFloat((await hover(page, 40, 60)).d);
  assert.ok(Math.abs(half - d / 2) < 0.002, `${half} from ${d}`);
  assert.notDeepEqual(await image(page), before);
  assert.ok(Math.abs(Number(await page.locator('#photon-energy').inputValue()) - 24.7968) < 1e-3);
});

test('twice the fluence: twice the photons; twice F: four times', { skip }, async () => {
  const page = await open(shared, { hash: linkTo({ ...base, 'beam.fluence_per_m2': 1e29 }) });
  const before = sum(await image(page));
  await type(page, 'beam.fluence_per_m2', 2e29);
  const brighter = sum(await image(page));
  assert.ok(Math.abs(brighter / before - 2) < 1e-4, `${brighter / before}`);
  await type(page, 'structure_factors.default_F', 200);
  const brightest = sum(await image(page));
  assert.ok(Math.abs(brightest / brighter - 4) < 1e-4, `${brightest / brighter}`);
});

test('a mosaic spread lowers the brightest pixel and keeps most of the sum', { skip }, async () => {
  const page = await open(shared, { hash: linkTo({ ...base, 'crystal.mosaic_domains': 30 }) });
  const still = await image(page);
  await type(page, 'crystal.mosaic_spread_deg', 1.5);
  const mosaic = await image(page);
  assert.ok(largest(mosaic) < 0.8 * largest(still), `${largest(mosaic)} from ${largest(still)}`);
  const ratio = sum(mosaic) / sum(still);
  assert.ok(ratio > 0.5 && ratio < 2, `sum changed by ${ratio}`);
});

test("the readout has the library's indices, spacing and photons", { skip }, async () => {
  const turned = { 'goniometer.phi_start_deg': 20, 'detector.twotheta_deg': 8, 'detector.rotation_deg': [1, 2, 3] };
  const page = await open(shared, { hash: linkTo({ ...base, ...turned, 'crystal.cell_angles_deg': [80, 95, 105] }) });
  const pixels = await image(page);
  const simulation = await simulationOf(page);
  for (const [fast, slow] of [
    [30, 200],
    [201, 77],
  ]) {
    const trace = await simulation.tracePixel({ fast, slow });
    const shown = await hover(page, fast, slow);
    const expected = traced(trace);
    const hkl = shown['h k l'].trim().split(/\s+/).map(Number);
    hkl.forEach((value, i) =>
      assert.ok(Math.abs(value - expected.hkl[i]) < 0.01, `${shown['h k l']}, not ${expected.hkl}`),
    );
    assert.ok(Math.abs(Number(shown.Photons) / at(pixels, fast, slow) - 1) < 1e-3, `${shown.Photons} photons`);
    assert.ok(Math.abs(parseFloat(shown.d) * expected.inverse_d - 1) < 1e-3, `d = ${shown.d}`);
  }
});

function traced(trace) {
  const text = JSON.stringify(trace);
  const vector = (name) => JSON.parse(text.match(new RegExp(`"${name}":(\\[[^\\]]*\\])`))[1]);
  return { hkl: vector('hkl_frac'), inverse_d: Math.hypot(...vector('scattering_inv_m')) * 1e-10 };
}

test('dragging the image turns the crystal, and back', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  await page.locator('#tools label', { hasText: 'Turn crystal' }).click();
  const box = await page.locator('#stage').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 20, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  assert.notDeepEqual(await entry(page, 'crystal.misset_deg').inputValue(), '3');
  assert.notDeepEqual(await image(page), before);
  await page.keyboard.press('Control+z');
  await settled(page);
  assert.deepEqual(await image(page), before);
});

// Scenes in which every slider matters. What has no effect on photons, or none in this convention, has tests elsewhere.
const everything = {
  ...base,
  'crystal.cell_angles_deg': [80, 95, 105],
  'crystal.mosaic_spread_deg': 0.8,
  'crystal.mosaic_domains': 4,
  'goniometer.phi_range_deg': 2,
  'goniometer.phi_steps': 3,
  'beam.divergence_horizontal_mrad': 3,
  'beam.divergence_vertical_mrad': 3,
  'beam.divergence_horizontal_steps': 2,
  'beam.divergence_vertical_steps': 3,
  'beam.dispersion_percent': 2,
  'beam.dispersion_steps': 3,
  'beam.fluence_per_m2': 1e29,
  'beam.polarization_factor': 0.2,
  'detector.pixels': [128, 128],
  'detector.pixel_size_mm': 0.8,
  'background.water_um': 0.04,
  'sampling.dmin_A': 2.5,
};
const without_photons = ['noise-seed', 'digitize-', 'ORGX', 'ORGY', 'tail_tolerance'];

test('every slider changes the image', { skip }, async () => {
  const page = await open(shared, { hash: linkTo(everything) });
  await page.evaluate(() => document.querySelectorAll('details.group').forEach((group) => (group.open = true)));
  const sliders = await page.locator('#controls input[type=range]:not([disabled])').all();
  const seen = [];
  for (const slider of sliders) {
    const id = await slider.evaluate((element) => element.parentElement.querySelector('input[type=text]').id);
    if (!(await slider.isVisible()) || without_photons.some((part) => id.includes(part))) continue;
    const before = await page.textContent('#figures');
    await slider.focus();
    await slider.press('PageUp');
    await settled(page);
    const moved = await page.textContent('#figures');
    assert.notEqual(moved, before, `${id} changes nothing`);
    await page.keyboard.press('Control+z');
    await settled(page);
    assert.equal(await page.textContent('#figures'), before, `undoing ${id} does not bring the image back`);
    seen.push(id);
  }
  assert.ok(seen.length >= 30, `only ${seen.length} sliders: ${seen}`);
});

test('choices and the origin of XDS change the image', { skip }, async () => {
  const page = await open(shared);
  for (const [name, value] of [
    ['crystal.shape', 'round'],
    ['crystal.shape', 'gauss'],
    ['crystal.shape', 'tophat'],
    ['detector.convention', 'xds'],
  ]) {
    const before = await page.textContent('#figures');
    const select = page.locator(`#parameter-${name.replace('.', '-')}`);
    await openGroupOf(page, select);
    await select.selectOption(value);
    await settled(page);
    assert.notEqual(await page.textContent('#figures'), before, `${name} = ${value}`);
  }
  const before = await page.textContent('#figures');
  await type(page, 'detector.ORGX_pixels', 100);
  assert.notEqual(await page.textContent('#figures'), before);
  await go(page, base);
  assert.equal(await page.locator('#parameter-detector-convention').inputValue(), 'mosflm');
});

test('a detector of the menu sets pixels and size', { skip }, async () => {
  const page = await open(shared);
  await page.locator('#detector-preset').selectOption('Pilatus 300K');
  await settled(page);
  const { detector } = await report(page);
  assert.deepEqual([detector.panels[0].fast_count, detector.panels[0].slow_count], [487, 619]);
  assert.ok(Math.abs(detector.panels[0].pixel_size_mm - 0.172) < 1e-9);
});

test('a space group ties the cell and gives made-up reflections its absences', { skip }, async () => {
  const page = await open(shared, { hash: linkTo(base, { 'made-up': '3,1' }) });
  await page.locator('#space-group').selectOption('P 21 21 21');
  await settled(page);
  await page.locator('#space-group').selectOption('I 2 3');
  await settled(page);
  assert.ok(await entry(page, 'crystal.cell_lengths_A', 1).isDisabled());
  await type(page, 'crystal.cell_lengths_A', 66);
  assert.equal(await entry(page, 'crystal.cell_lengths_A', 2).inputValue(), '66');
  const { structure_factors } = await scene(page);
  const { first, last } = structure_factors;
  const value = amplitudeOf(structure_factors, first, last);
  assert.equal(value(1, 0, 0), 0, 'h + k + l odd');
  assert.ok(value(1, 1, 0) > 0);
  assert.equal(value(1, 1, 2), value(2, 1, 1), 'cyclic permutation');
  assert.equal(value(1, 2, 3), value(-1, -2, -3), "Friedel's law");
});

function amplitudeOf({ amplitudes, reflections, fill }, first, last) {
  if (amplitudes) {
    const [, nk, nl] = first.map((low, i) => last[i] - low + 1);
    return (h, k, l) => amplitudes[((h - first[0]) * nk + (k - first[1])) * nl + (l - first[2])];
  }
  const listed = new Map(reflections.map(([h, k, l, F]) => [`${h},${k},${l}`, F]));
  return (h, k, l) => listed.get(`${h},${k},${l}`) ?? fill;
}
