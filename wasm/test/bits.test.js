// Threads, artefacts and chunks change no bit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../src/index.js';
import { largest, small_scene } from './support.js';

async function resultsOf(options, run = {}) {
  const nbt = await create(options);
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '-detpixels', '400', '-pixel', '0.1']);
  const rows = [];
  const { pixels } = await simulation.run({
    ...run,
    onRows: ({ firstRow, rowCount }) => rows.push([firstRow, rowCount]),
  });
  assert.ok(largest(pixels) > 0);
  const threads = (await simulation.report()).last_run.threads;
  const loss = { kind: 'leastSquares', data: new Float32Array(pixels.length).fill(1) };
  const { gradient } = await simulation.gradient({ loss, parameters: ['crystal.misset_deg', 'detector.distance_mm'] });
  const { derivatives } = await simulation.jacobian({ parameters: ['detector.distance_mm'] });
  nbt.close();
  return { pixels, gradient, derivative: derivatives[0], threads, rows };
}

test('one thread and several give the same bits', async () => {
  const one = await resultsOf({ threads: 1 });
  for (const threads of [2, 3]) {
    const several = await resultsOf({ threads });
    assert.equal(several.threads, threads);
    assert.deepEqual(several.pixels, one.pixels);
    assert.deepEqual(several.gradient, one.gradient);
    assert.deepEqual(several.derivative, one.derivative);
  }
});

test('rows come in order, all of them, and chunks change no bit', async () => {
  const whole = await resultsOf({ threads: 1 });
  const chunked = await resultsOf({ threads: 2 }, { rowsPerChunk: 64 });
  assert.deepEqual(
    chunked.rows,
    [0, 64, 128, 192, 256, 320, 384].map((first) => [first, Math.min(64, 400 - first)]),
  );
  assert.deepEqual(chunked.pixels, whole.pixels);
});

test('the single-threaded module takes one thread whatever is asked for', async () => {
  const nbt = await create({ threads: 1 });
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '-detpixels', '400']);
  await simulation.set('execution.threads', 8);
  await simulation.run();
  assert.equal((await simulation.report()).last_run.threads, 1);
  nbt.close();
});
