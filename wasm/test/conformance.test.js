// The suite of all bindings (bindings/conformance/README.md).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { create } from '../src/index.js';
import { top } from './support.js';

const { cases } = JSON.parse(readFileSync(join(top, 'bindings/conformance/suite.json'), 'utf8'));
const arrays = { float32: Float32Array, float64: Float64Array, uint16: Uint16Array, int32: Int32Array };
const kinds = { weights: 'weights', least_squares: 'leastSquares', gaussian: 'gaussian', poisson: 'poisson' };

let nbt;
before(async () => {
  nbt = await create({ threads: 2 });
});
after(() => nbt.close());

// Paths of tests/golden exist in the module's memory only if they are given.
function withFiles(list) {
  const files = {};
  const folder = join(top, 'tests/golden');
  const given = list.map((word) => word.replaceAll('{golden}', folder));
  for (const word of given) if (word.startsWith(`${folder}/`)) files[word] = readFileSync(word);
  return [given, { files }];
}

// How the calls of the suite are made here. `subject`: the simulation, and the signal of its runs.
const calls = {
  set: ({ simulation }, { name, values }) => simulation.set(name, values),
  set_text: ({ simulation }, { name, text }) => simulation.setText(name, text),
  set_arguments: ({ simulation }, call) => simulation.setArguments(...withFiles(call.arguments)),
  load_scene: ({ simulation }, { text }) => simulation.loadScene(text),
  set_structure_factors: ({ simulation }, { h, k, l, F }) => simulation.setStructureFactors({ h, k, l, F }),
  set_structure_factor_grid: ({ simulation }, { first, last, F }) =>
    simulation.setStructureFactorGrid({ first, last, amplitudes: F }),
  set_sources: ({ simulation }, { directions, wavelengths_A, weights }) =>
    simulation.setSources({ directions, wavelengths_A, weights }),
  set_mosaic_rotations: ({ simulation }, { rotations }) => simulation.setMosaicRotations(rotations),
  set_mask: ({ simulation }, { mask, fast_count, slow_count }) =>
    simulation.setMask({ pixels: mask, fast: fast_count, slow: slow_count }),
  set_roi: ({ simulation }, { limits }) => simulation.setRoi({ fast: limits.slice(0, 2), slow: limits.slice(2) }),
  cancel: (subject) => {
    subject.signal = AbortSignal.abort();
  },
  run: ({ simulation, signal }) => simulation.run({ signal }),
  run_chunked: ({ simulation }, { rows_per_chunk, stop }) => {
    const controller = new AbortController();
    const onRows = () => stop && controller.abort();
    return simulation.runChunked({ rowsPerChunk: rows_per_chunk, onRows, signal: controller.signal });
  },
  gradient: async ({ simulation, signal }, { parameters }) => {
    const { fast, slow } = await simulation.getImageSize();
    const loss = { kind: 'weights', data: new Float32Array(fast * slow).fill(1) };
    return simulation.gradient({ loss, parameters, signal });
  },
  trace_pixel: ({ simulation }, { slow, fast }) => simulation.tracePixel({ slow, fast }),
};

async function subjectOf(described) {
  const subject = { simulation: await nbt.createSimulation() };
  for (const call of described.scene) await calls[call.call](subject, call);
  return subject;
}

function testPart(part, check) {
  for (const described of cases.filter((one) => part in one)) {
    test(`${described.name}: ${described.promise} (${part})`, async () => {
      const subject = await subjectOf(described);
      await check(subject, described[part]);
      await subject.simulation.destroy();
    });
  }
}

function assertNear(found, expected, relative, absolute, what) {
  const allowed = relative * Math.abs(expected) + absolute;
  assert.ok(Math.abs(found - expected) <= allowed, `${what}: ${found} instead of ${expected}, allowed ${allowed}`);
}

function assertAllNear(found, expected, tolerances, what) {
  assert.equal(found.length, expected.length, what);
  found.forEach((value, i) => assertNear(value, expected[i], 0, tolerances[i], `${what}[${i}]`));
}

async function chunkedImage(simulation, rowsPerChunk, pixelType) {
  const parts = [];
  await simulation.runChunked({ rowsPerChunk, pixelType, onRows: ({ pixels }) => parts.push(...pixels) });
  return (pixelType === 'float64' ? Float64Array : Float32Array).from(parts);
}

testPart('image', async ({ simulation }, expected) => {
  for (const pixelType of ['float32', 'float64']) {
    const { fast, slow, pixels } = await simulation.run({ pixelType });
    assert.deepEqual([fast, slow], [expected.fast_count, expected.slow_count]);
    const relative = expected.relative + (pixelType === 'float32' ? 1.2e-7 : 0);
    const near = (value, figure, what) => assertNear(value, figure, relative, expected.absolute, `${pixelType} ${what}`);
    const brightest = pixels.reduce((best, value, i) => (value > pixels[best] ? i : best), 0);
    assert.deepEqual([Math.floor(brightest / fast), brightest % fast], [expected.max_slow, expected.max_fast]);
    near(pixels.reduce((sum, value) => sum + value, 0), expected.sum, 'sum');
    near(pixels[brightest], expected.max, 'max');
    for (const [at_slow, at_fast, value] of expected.pixels) near(pixels[at_slow * fast + at_fast], value, [at_slow, at_fast]);
    for (const rows of [1, 7, slow]) assert.deepEqual(await chunkedImage(simulation, rows, pixelType), pixels, `${rows} rows`);
    const loaded = await nbt.createSimulation();
    await loaded.loadScene(await simulation.dumpScene());
    assert.deepEqual((await loaded.run({ pixelType })).pixels, pixels, 'dumped and loaded');
    const copy = await simulation.clone();
    assert.deepEqual((await copy.run({ pixelType })).pixels, pixels, 'clone');
  }
});

testPart('counts', async ({ simulation }, expected) => {
  const { fast, pixels } = await simulation.run();
  for (const { kind, sum, pixels: wanted } of expected) {
    const { counts } = await simulation.digitize({ kind, pixels });
    assert.equal(counts.reduce((total, count) => total + count, 0), sum, kind);
    for (const [slow, at_fast, count] of wanted) assert.equal(counts[slow * fast + at_fast], count, `${kind} ${slow} ${at_fast}`);
  }
});

testPart('trace', async ({ simulation }, { slow, fast, pixel_value, relative }) => {
  const trace = await simulation.tracePixel({ slow, fast });
  assertNear(trace.final.pixel_value, pixel_value, relative, 0, 'pixel_value');
});

function patternOf(rule, { fast, slow }, Type) {
  if (!rule) return undefined;
  return Type.from({ length: fast * slow }, (_, i) => {
    const steps = (rule.slow * Math.floor(i / fast) + rule.fast * (i % fast)) % rule.modulus;
    return rule.factor * steps + rule.offset;
  });
}

// The loss as whole arrays, and as a function that gives five rows at a time.
function lossesOf(described, size, dataType) {
  const { kind, scale, gain, readout_variance: readoutVariance } = described;
  const terms = { kind: kinds[kind], scale, gain, readoutVariance };
  const planes = {
    data: patternOf(described.data, size, arrays[dataType]),
    background: patternOf(described.background, size, Float64Array),
    weights: patternOf(described.weights, size, Float64Array),
    mask: patternOf(described.mask, size, Uint8Array),
  };
  const rows = (first, count) =>
    Object.fromEntries(
      Object.entries(planes).map(([name, plane]) => [name, plane?.subarray(first * size.fast, (first + count) * size.fast)]),
    );
  return [
    { ...terms, ...planes },
    { ...terms, data: rows, dataType, rowsPerChunk: 5 },
  ];
}

testPart('gradient', async ({ simulation }, expected) => {
  const size = await simulation.getImageSize();
  const { first, last } = await simulation.getStructureFactorBox();
  const { parameters } = expected;
  let loss;
  for (const dataType of expected.data_types) {
    const [whole, byRows] = lossesOf(expected.loss, size, dataType);
    loss = whole;
    const found = await simulation.gradient({ loss: whole, parameters, amplitudes: 'amplitudes' in expected });
    const chunked = await simulation.gradient({ loss: byRows, parameters });
    assert.deepEqual([chunked.loss, chunked.gradient], [found.loss, found.gradient], dataType);
    assert.deepEqual(found.names, expected.components);
    assertAllNear(found.gradient, expected.values, expected.tolerances, `${dataType} gradient`);
    assertNear(found.loss, expected.loss_value, 1e-8, 0, 'loss');
    assertNear(found.scaleDerivative, expected.scale_derivative, 1e-8, 1e-12, 'scale derivative');
    assert.equal(found.pixels, expected.pixels);
    for (const [h, k, l, value, tolerance] of expected.amplitudes ?? []) {
      const index = ((h - first[0]) * (last[1] - first[1] + 1) + k - first[1]) * (last[2] - first[2] + 1) + l - first[2];
      assertNear(found.amplitudes[index], value, 0, tolerance, `amplitude ${h} ${k} ${l}`);
    }
  }
  if (expected.normal_equations) {
    const { with_scale: withScale, matrix, tolerances } = expected.normal_equations;
    const found = await simulation.normalEquations({ loss, parameters, withScale });
    assertAllNear(found.matrix, matrix, tolerances, 'matrix');
    assertAllNear(found.gradient.slice(0, expected.values.length), expected.values, expected.tolerances, 'its gradient');
    if (withScale) assertNear(found.gradient.at(-1), expected.scale_derivative, 1e-8, 0, 'scale derivative');
  }
  const { derivatives } = await simulation.jacobian({ parameters });
  for (const { slow, fast, values, tolerances } of expected.derivative_pixels ?? []) {
    const found = derivatives.map((image) => image[slow * size.fast + fast]);
    assertAllNear(found, values, tolerances, `derivatives at ${slow} ${fast}`);
  }
});

testPart('error', async (subject, { call, status, message }) => {
  const before = await subject.simulation.dumpScene();
  await assert.rejects(
    async () => calls[call.call](subject, call),
    (failure) => {
      assert.equal(failure.status, `NBT_ERROR_${status}`, failure.message);
      for (const word of message) assert.ok(failure.message.includes(word), `'${word}' in: ${failure.message}`);
      return true;
    },
  );
  assert.deepEqual(await subject.simulation.dumpScene(), before);
});

test('the suite has all kinds of cases', () => {
  for (const part of ['image', 'counts', 'trace', 'gradient', 'error']) assert.ok(cases.some((one) => part in one), part);
});
