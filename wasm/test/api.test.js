// Every method of Simulation does what its name in nbt.h says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { create } from '../src/index.js';
import { largest, small_scene } from './support.js';

let nbt;
before(async () => {
  nbt = await create({ threads: 2 });
});
after(() => nbt.close());

async function smallSimulation(...more) {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, ...more]);
  return simulation;
}

test('every parameter gives back its default and takes it again', async () => {
  const simulation = await nbt.createSimulation();
  for (const { name, kind, length, defaultText, choices, minimum, maximum } of nbt.parameters) {
    if (kind === 'choice') assert.ok(choices.length > 1, name);
    if (kind === 'text' || kind === 'choice') {
      assert.equal(await simulation.getText(name), defaultText, name);
      continue;
    }
    const values = await simulation.get(name);
    assert.equal(values.length, length, name);
    if (defaultText === '') continue;
    assert.ok(
      values.every((value) => value >= minimum && value <= maximum),
      `${name}: ${values}`,
    );
    await simulation.set(name, values);
    assert.deepEqual(await simulation.get(name), values, name);
    await simulation.setText(name, defaultText);
    assert.deepEqual(await simulation.get(name), values, name);
  }
});

test('a dumped scene gives the same image elsewhere', async () => {
  const simulation = await smallSimulation();
  const { pixels } = await simulation.run();
  const other = await nbt.createSimulation();
  await other.loadScene(await simulation.dumpScene());
  assert.deepEqual((await other.run()).pixels, pixels);
});

test('a clone is independent', async () => {
  const simulation = await smallSimulation();
  const { pixels } = await simulation.run();
  const copy = await simulation.clone();
  await copy.set('detector.distance_mm', 50);
  assert.notDeepEqual((await copy.run()).pixels, pixels);
  assert.deepEqual((await simulation.run()).pixels, pixels);
  await copy.destroy();
  await assert.rejects(copy.run(), { name: 'NbtError' });
});

test('unset brings the default back', async () => {
  const simulation = await smallSimulation();
  await simulation.set('crystal.misset_deg', [1, 2, 3]);
  await simulation.unset('crystal.misset_deg');
  assert.deepEqual(await simulation.get('crystal.misset_deg'), [0, 0, 0]);
});

test('amplitudes as a list and as a grid give the same image', async () => {
  const list = await smallSimulation('-default_F', '0');
  const grid = await list.clone();
  const [h, k, l, F] = [[], [], [], []];
  for (let i = 0; i < 1000; ++i) {
    h.push(Math.floor(i / 100) - 5);
    k.push((Math.floor(i / 10) % 10) - 5);
    l.push((i % 10) - 5);
    F.push(1 + ((i * 7) % 13));
  }
  await list.setStructureFactors({ h, k, l, F });
  await grid.setStructureFactorGrid({ first: [-5, -5, -5], last: [4, 4, 4], amplitudes: F });
  const { pixels } = await list.run();
  assert.ok(largest(pixels) > 0);
  assert.deepEqual((await grid.run()).pixels, pixels);
  assert.deepEqual(await grid.getStructureFactorBox(), { first: [-5, -5, -5], last: [4, 4, 4], count: 1000 });
});

test('files of a command line come from memory', async () => {
  const simulation = await nbt.createSimulation();
  const files = { 'data/a.hkl': '0 0 0 100\n1 0 0 50\n', 'A.mat': Buffer.from('0.02 0 0\n0 0.02 0\n0 0 0.02\n') };
  await simulation.setArguments(['-hkl', 'data/a.hkl', '-mat', 'A.mat', '-N', '5', '-detpixels', '32'], { files });
  assert.ok(largest((await simulation.run()).pixels) > 0);
  await assert.rejects(simulation.setArguments(['-hkl', 'data/a.hkl']), { status: 'NBT_ERROR_FILE' });
});

test('mask and region leave pixels at zero', async () => {
  const simulation = await smallSimulation();
  const { pixels: all } = await simulation.run();
  const mask = { pixels: Uint8Array.from(all, (_, i) => i % 2), fast: 96, slow: 96 };
  await simulation.setMask(mask);
  assert.deepEqual(
    (await simulation.run()).pixels,
    all.map((value, i) => (i % 2 ? value : 0)),
  );
  await simulation.setMask(null);
  await simulation.setRoi({ fast: [10, 19], slow: [20, 39] });
  const inside = (i) => i % 96 >= 10 && i % 96 < 20 && i >= 20 * 96 && i < 40 * 96;
  assert.deepEqual(
    (await simulation.run()).pixels,
    all.map((value, i) => (inside(i) ? value : 0)),
  );
});

test('sources and mosaic rotations replace what is drawn', async () => {
  const simulation = await smallSimulation();
  await simulation.setSources({ directions: [-1, 0, 0, -1, 0.001, 0], wavelengths_A: [1, 1.01], weights: [1, 2] });
  await simulation.setMosaicRotations([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  assert.deepEqual(await simulation.getSampleCounts(), { sources: 2, phiSteps: 1, domains: 1 });
});

test('float64 pixels round to the float32 pixels', async () => {
  const simulation = await smallSimulation();
  const { pixels: wide } = await simulation.run({ pixelType: 'float64' });
  assert.ok(wide instanceof Float64Array);
  assert.deepEqual(Float32Array.from(wide), (await simulation.run()).pixels);
});

test('runChunked hands over rows that belong to the caller', async () => {
  const simulation = await smallSimulation();
  const { pixels } = await simulation.run();
  const parts = [];
  await simulation.runChunked({ rowsPerChunk: 40, onRows: (rows) => parts.push(rows) });
  assert.deepEqual(
    parts.map(({ firstRow, rowCount }) => [firstRow, rowCount]),
    [
      [0, 40],
      [40, 40],
      [80, 16],
    ],
  );
  assert.deepEqual(Float32Array.from(parts.flatMap((rows) => Array.from(rows.pixels))), pixels);
  assert.equal(parts.at(-1).fractionDone, 1);
});

test('the gradient agrees with a difference of the loss, and with every kind of output', async () => {
  const simulation = await smallSimulation('--precision', 'double');
  const data = new Float64Array(96 * 96).fill(2);
  const loss = { kind: 'leastSquares', data };
  const names = ['detector.distance_mm'];
  const found = await simulation.gradient({ loss, parameters: names, sources: true, orientations: true });
  const step = 1e-5;
  const losses = [];
  for (const [i, sign] of [1, -1].entries()) {
    await simulation.set('detector.distance_mm', 100 + sign * step);
    losses[i] = (await simulation.gradient({ loss, parameters: names })).loss;
  }
  const difference = (losses[0] - losses[1]) / (2 * step);
  assert.ok(Math.abs(found.gradient[0] / difference - 1) < 1e-4, `${found.gradient[0]} and ${difference}`);
  assert.equal(found.sources.length, 5 * 2);
  assert.equal(found.orientations.length, 3 * 7);
});

test('derivative images, normal equations and gradient agree', async () => {
  const simulation = await smallSimulation('--precision', 'double');
  const data = new Float32Array(96 * 96);
  const parameters = ['crystal.misset_deg', 'detector.distance_mm'];
  const { names, gradient, matrix } = await simulation.normalEquations({
    loss: { kind: 'leastSquares', data },
    parameters,
  });
  const { image, derivatives } = await simulation.jacobian({ parameters });
  assert.deepEqual(names, await simulation.getComponents(parameters));
  assert.equal(derivatives.length, 4);
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  derivatives.forEach((one, p) => {
    assert.ok(Math.abs(dot(one, image) - gradient[p]) <= 1e-9 * Math.abs(gradient[p]), names[p]);
    derivatives.forEach((other, q) => {
      const scale = Math.sqrt(matrix[5 * p] * matrix[5 * q]);
      assert.ok(Math.abs(dot(one, other) - matrix[4 * p + q]) <= 1e-9 * scale, `${names[p]}, ${names[q]}`);
    });
  });
  const {
    derivatives: [along],
  } = await simulation.jacobian({ parameters, tangent: [0, 0, 0, 2] });
  along.forEach((value, i) => assert.ok(Math.abs(value - 2 * derivatives[3][i]) <= 1e-9 * Math.abs(value) + 1e-12));
});

test('the noise image depends on the image and the seed alone', async () => {
  const simulation = await smallSimulation();
  const { pixels } = await simulation.run();
  await assert.rejects(simulation.digitize({ kind: 'noise', pixels }), /noise\.seed/);
  await simulation.set('noise.seed', -6);
  const first = await simulation.digitize({ kind: 'noise', pixels });
  const again = await simulation.digitize({ kind: 'noise', pixels });
  assert.deepEqual(again, first);
  await simulation.set('noise.seed', -7);
  assert.notDeepEqual((await simulation.digitize({ kind: 'noise', pixels })).counts, first.counts);
  const integer = await simulation.digitize({ kind: 'integer', pixels });
  assert.ok(integer.counts instanceof Uint16Array && integer.scale > 0);
});

test('rows digitized in order are the image digitized at once', async () => {
  const simulation = await smallSimulation();
  await simulation.set('noise.seed', -6);
  const { pixels } = await simulation.run();
  for (const kind of ['integer', 'noise']) {
    const { counts, ...facts } = await simulation.digitize({ kind, pixels });
    await simulation.digitizeBegin({ kind, maxPhotons: largest(pixels) });
    const parts = [];
    for (const [first, end] of [
      [0, 1],
      [1, 60],
      [60, 96],
    ]) {
      parts.push(...(await simulation.digitizeRows(pixels.subarray(96 * first, 96 * end))));
    }
    assert.deepEqual(await simulation.digitizeEnd(), facts, kind);
    assert.deepEqual(Uint16Array.from(parts), counts, kind);
  }
  await assert.rejects(simulation.digitizeRows(pixels), { name: 'NbtError' });
  await simulation.digitizeBegin();
  await assert.rejects(simulation.digitizeRows(pixels.subarray(1)), /whole rows of 96/);
});

test('the trace of a pixel ends in its value', async () => {
  const simulation = await smallSimulation('--precision', 'exact');
  const { pixels } = await simulation.run();
  const trace = await simulation.tracePixel({ slow: 30, fast: 40 });
  assert.ok(JSON.stringify(trace).length > 1000);
  assert.ok(Number.isFinite(pixels[30 * 96 + 40]));
});

test('the estimate grows with the chunk', async () => {
  const simulation = await smallSimulation('-detpixels', '2000');
  const [small, large] = await Promise.all(
    [10, 2000].map((rowsPerChunk) => simulation.estimateMemory({ rowsPerChunk })),
  );
  assert.equal(Math.round(large.workingBytes - small.workingBytes), 1990 * 2000 * 4);
  assert.equal(small.outputBytes, 2000 * 2000 * 4);
});

test('calls are done in the order in which they are made', async () => {
  const simulation = await smallSimulation();
  const first = simulation.run();
  const changed = simulation.set('detector.distance_mm', 50);
  const second = simulation.run();
  await changed;
  assert.notDeepEqual((await second).pixels, (await first).pixels);
  assert.deepEqual((await simulation.run()).pixels, (await second).pixels);
});

test('warnings reach onLog', async () => {
  const messages = [];
  const other = await create({ threads: 1, onLog: ({ level }) => messages.push(level) });
  const simulation = await other.createSimulation();
  await simulation.setArguments([...small_scene, '--precision', 'fast', '-round_xtal']);
  await simulation.run();
  other.close();
  assert.ok(messages.includes('warning') || messages.includes('info'), JSON.stringify(messages));
});
