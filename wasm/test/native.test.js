// The same scene by the native program: images within the tolerance of each precision, gradients, tables.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { create } from '../src/index.js';
import { inTemporaryFolder, nativeImage, runProgram, small_scene, worstError } from './support.js';

let nbt;
before(async () => {
  nbt = await create({ threads: 2 });
});
after(() => nbt.close());

async function simulationOf(options) {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(options);
  return simulation;
}

const shapes = { square: [], round: ['-round_xtal'], gauss: ['-gauss_xtal'], tophat: ['-binary_spots'] };
// Both sides may be off by what docs/spec/numerics.md grants them.
const tolerances = {
  exact: { ofValue: 2e-7, ofLargest: 1e-9 },
  double: { ofValue: 2.5e-7, ofLargest: 1e-9 },
  single: { ofValue: 4e-6, ofLargest: 4e-6 },
};

for (const [shape, option] of Object.entries(shapes)) {
  for (const [precision, tolerance] of Object.entries(tolerances)) {
    test(`${shape} spots in ${precision} equal the native image`, async () => {
      const options = [...small_scene, ...option, '--precision', precision];
      const { pixels } = await (await simulationOf(options)).run();
      const { ratio, text } = worstError(pixels, nativeImage(options), tolerance);
      assert.ok(ratio <= 1, text);
    });
  }
}

test('fast equals the native image within its error bound', async () => {
  const options = [...small_scene, '--precision', 'fast'];
  const simulation = await simulationOf(options);
  const { pixels } = await simulation.run();
  const { precision } = await simulation.report();
  assert.equal(precision.used, 'fast');
  const tolerance = { ofValue: 4e-6, ofLargest: 2 * precision.fast_error_bound };
  const { ratio, text } = worstError(pixels, nativeImage(options), tolerance);
  assert.ok(ratio <= 1, text);
});

function nativeGradient(options, data) {
  return inTemporaryFolder((folder) => {
    writeFileSync(join(folder, 'data.bin'), data);
    runProgram(
      [
        'gradient',
        ...options,
        '--data',
        'data.bin',
        '--loss',
        'least-squares',
        '--parameters',
        components.join(','),
        '--json',
        'gradient.json',
        '--quiet',
      ],
      folder,
    );
    return JSON.parse(readFileSync(join(folder, 'gradient.json'), 'utf8'));
  });
}

function assertClose(found, expected, tolerance, what) {
  assert.ok(Math.abs(found - expected) <= tolerance * Math.abs(expected), `${what}: ${found} instead of ${expected}`);
}

const components = ['crystal.cell_lengths_A', 'crystal.misset_deg', 'detector.distance_mm', 'beam.wavelength_A'];

for (const [precision, tolerance] of [
  ['double', 1e-9],
  ['single', 1e-4],
]) {
  test(`gradients in ${precision} equal the native ones`, async () => {
    const options = [...small_scene, '--precision', precision];
    const simulation = await simulationOf(options);
    const { pixels } = await simulation.run();
    const data = pixels.map((value, i) => value * (0.5 + (i % 7) / 7));
    const found = await simulation.gradient({ loss: { kind: 'leastSquares', data }, parameters: components });
    const native = nativeGradient(options, data);
    assert.deepEqual(
      found.names,
      native.gradient.map(({ name }) => name),
    );
    assert.equal(found.pixels, native.pixels);
    assertClose(found.loss, native.loss, tolerance, 'loss');
    native.gradient.forEach(({ name, derivative }, i) => assertClose(found.gradient[i], derivative, tolerance, name));
  });
}

test('the parameter table is the one of the native program', async () => {
  const page = runProgram(['docs', 'parameters'], undefined);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.equal(rows.length, nbt.parameters.length);
  nbt.parameters.forEach(({ name, sentence, unit, differentiable }, i) => {
    const cells = rows[i].split(/(?<!\\)\|/).map((cell) => cell.trim());
    assert.equal(cells[1], `\`${name}\`${differentiable ? ' *' : ''}`);
    assert.equal(cells[3], unit);
    assert.ok(rows[i].includes(sentence), `${name}: ${sentence}`);
  });
});
