// AbortSignal stops a run, however far it is, and nothing that was set gets lost. How long it takes is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../src/index.js';
import { long_scene, small_scene } from './support.js';

const ways = {
  'one thread, by the flag': { threads: 1 },
  'two threads, by the flag': { threads: 2 },
  'one thread, by another worker': { threads: 1, restartToCancel: true },
  'two threads, by another worker': { threads: 2, restartToCancel: true },
};

async function cancelled(run, controller) {
  const started_ms = performance.now();
  controller.abort('enough');
  await assert.rejects(run, { name: 'NbtError', status: 'NBT_ERROR_CANCELLED', cause: 'enough' });
  return performance.now() - started_ms;
}

for (const [way, options] of Object.entries(ways)) {
  test(`cancel, ${way}`, async (t) => {
    const nbt = await create(options);
    const simulation = await nbt.createSimulation();
    await simulation.setArguments(small_scene);
    await simulation.set('detector.distance_mm', 120);
    const other = await simulation.clone();
    await other.set('detector.distance_mm', 90);
    const before = [(await simulation.run()).pixels, (await other.run()).pixels];

    const busy = await nbt.createSimulation();
    await busy.setArguments(long_scene);
    const controller = new AbortController();
    let told;
    const begun = new Promise((resolve) => {
      told = resolve;
    });
    const run = busy.run({ signal: controller.signal, onProgress: told });
    await begun;
    t.diagnostic(`rejected ${(await cancelled(run, controller)).toFixed(1)} ms after abort()`);

    assert.deepEqual((await simulation.run()).pixels, before[0]);
    assert.deepEqual((await other.run()).pixels, before[1]);
    assert.equal((await busy.getImageSize()).fast, 4096);
    nbt.close();
  });
}

test('a signal that is aborted before stops the run before it starts', async () => {
  const nbt = await create({ threads: 1 });
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(small_scene);
  await assert.rejects(simulation.run({ signal: AbortSignal.abort() }), { status: 'NBT_ERROR_CANCELLED' });
  assert.equal((await simulation.run()).pixels.length, 96 * 96);
  nbt.close();
});

test('what onRows throws stops the run and comes out of it', async () => {
  const nbt = await create({ threads: 1 });
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(long_scene);
  const failure = new RangeError('no more rows, please');
  const onRows = () => {
    throw failure;
  };
  await simulation.set('sampling.oversample', 1);
  await simulation.set('crystal.mosaic_domains', 1);
  await assert.rejects(simulation.run({ rowsPerChunk: 1, onRows }), failure);
  nbt.close();
});
