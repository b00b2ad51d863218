// A loss whose data come from a function by rows: where memory is shared, and where it is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../src/index.js';
import { small_scene } from './support.js';

const edge = 96;
const parameters = ['crystal.misset_deg', 'detector.distance_mm'];
const ways = {
  'one thread, shared memory': { threads: 1 },
  'two threads, shared memory': { threads: 2 },
  'no shared memory': { threads: 1, restartToCancel: true },
};

const data = Float32Array.from({ length: edge * edge }, (_, i) => i % 13);
const mask = Uint8Array.from(data, (_, i) => (i % 5 ? 1 : 0));
const background = Float64Array.from(data, (_, i) => 1 + (i % 3));
const weights = Float64Array.from(data, (_, i) => 0.5 + (i % 4));

function rowsOf(array, first, count) {
  return array.subarray(first * edge, (first + count) * edge);
}

async function withSimulation(options, use) {
  const nbt = await create(options);
  try {
    const simulation = await nbt.createSimulation();
    await simulation.setArguments(small_scene);
    await use(simulation);
  } finally {
    nbt.close();
  }
}

for (const [way, options] of Object.entries(ways)) {
  test(`rows from a function give the bits that arrays give, ${way}`, () =>
    withSimulation(options, async (simulation) => {
      const whole = { kind: 'leastSquares', data, mask, background, weights };
      const expected = await simulation.gradient({ loss: whole, parameters });
      const asked = [];
      const byRows = {
        kind: 'leastSquares',
        rowsPerChunk: 7,
        data: async (first, count, { fastCount, panel }) => {
          asked.push([first, count, fastCount, panel]);
          await new Promise((resolve) => setTimeout(resolve, first === 0 ? 5 : 0));
          const planes = { data, mask, background, weights };
          return Object.fromEntries(Object.entries(planes).map(([name, plane]) => [name, rowsOf(plane, first, count)]));
        },
      };
      assert.deepEqual(await simulation.gradient({ loss: byRows, parameters }), expected);
      let next = 0;
      for (const [first, count, fastCount, panel] of asked) {
        assert.deepEqual([first, fastCount, panel], [next, edge, 0]);
        next += count;
      }
      assert.equal(next, edge);
      const equations = await simulation.normalEquations({ loss: whole, parameters });
      assert.deepEqual(await simulation.normalEquations({ loss: byRows, parameters }), equations);
    }));

  test(`a plain array of rows will do, ${way}`, () =>
    withSimulation(options, async (simulation) => {
      const expected = await simulation.gradient({ loss: { kind: 'weights', data: Int32Array.from(data) }, parameters });
      const rows = (first, count) => Array.from(rowsOf(data, first, count));
      const loss = { kind: 'weights', dataType: 'int32', data: rows };
      assert.deepEqual(await simulation.gradient({ loss, parameters }), expected);
    }));

  test(`what the function throws comes out, and the simulation goes on, ${way}`, () =>
    withSimulation(options, async (simulation) => {
      const { pixels } = await simulation.run();
      const failure = new Error('the detector is gone');
      const loss = (throwing) => ({ kind: 'weights', data: throwing });
      await assert.rejects(
        simulation.gradient({
          loss: loss(() => {
            throw failure;
          }),
        }),
        failure,
      );
      await assert.rejects(simulation.gradient({ loss: loss(() => Promise.reject(failure)) }), failure);
      await assert.rejects(simulation.gradient({ loss: loss(() => new Float32Array(3)) }), {
        status: 'NBT_ERROR_WRONG_LENGTH',
        message: /3 elements/,
      });
      assert.deepEqual((await simulation.run()).pixels, pixels);
    }));

  test(`a run that waits for rows can be cancelled, ${way}`, () =>
    withSimulation(options, async (simulation) => {
      const controller = new AbortController();
      const loss = {
        kind: 'weights',
        data: () => {
          controller.abort('enough');
          return new Promise(() => {});
        },
      };
      await assert.rejects(simulation.gradient({ loss, signal: controller.signal }), { status: 'NBT_ERROR_CANCELLED' });
      assert.equal((await simulation.run()).pixels.length, edge * edge);
    }));
}

test('planes beside a function are refused, and so is an unknown type', () =>
  withSimulation({ threads: 1 }, async (simulation) => {
    const rows = (first, count) => rowsOf(data, first, count);
    await assert.rejects(simulation.gradient({ loss: { kind: 'weights', data: rows, mask } }), {
      status: 'NBT_ERROR_INVALID_ARGUMENT',
      message: /loss\.mask/,
    });
    await assert.rejects(simulation.gradient({ loss: { kind: 'weights', data: rows, dataType: 'int8' } }), {
      status: 'NBT_ERROR_INVALID_ARGUMENT',
      message: /int8/,
    });
  }));
