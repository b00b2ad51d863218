// Whatever goes wrong is an NbtError with the status of the C interface and a message that names the thing; the
// simulation goes on working.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { create, NbtError } from '../src/index.js';
import { small_scene } from './support.js';

let nbt;
before(async () => {
  nbt = await create({ threads: 1, memoryBytes: 2 ** 26 });
});
after(() => nbt.close());

async function fails(work, status, pattern) {
  await assert.rejects(work, (failure) => {
    assert.ok(failure instanceof NbtError, String(failure));
    assert.equal(failure.status, `NBT_ERROR_${status}`, failure.message);
    assert.match(failure.message, pattern);
    return true;
  });
}

const broken = {
  'an unknown parameter': [(s) => s.set('detector.distnce_mm', 3), 'UNKNOWN_NAME', /detector\.distance_mm/],
  'a wrong number of values': [(s) => s.set('crystal.cells', [1, 2]), 'WRONG_LENGTH', /crystal\.cells/],
  NaN: [(s) => s.set('detector.distance_mm', NaN), 'OUT_OF_RANGE', /detector\.distance_mm/],
  'a text for a number': [(s) => s.set('detector.distance_mm', '3 mm'), 'INVALID_ARGUMENT', /detector\.distance_mm/],
  'a number for a name': [(s) => s.set(3, 3), 'INVALID_ARGUMENT', /name must be a string/],
  'an unknown option': [(s) => s.setArguments(['-distnce', '3']), 'UNKNOWN_NAME', /-distance/],
  'a missing file': [(s) => s.setArguments(['-hkl', 'none.hkl']), 'FILE', /none\.hkl/],
  'a broken file': [
    (s) => s.setArguments(['-hkl', 'a.hkl'], { files: { 'a.hkl': '1 2 three 4\n' } }),
    'FILE',
    /a\.hkl/,
  ],
  'a file of the wrong kind': [(s) => s.setArguments([], { files: { 'a.hkl': 7 } }), 'INVALID_ARGUMENT', /a\.hkl/],
  'broken JSON': [(s) => s.loadScene('{"version": 1,'), 'INVALID_ARGUMENT', /./],
  'lists of different lengths': [
    (s) => s.setStructureFactors({ h: [1, 2], k: [1], l: [1], F: [1] }),
    'INVALID_ARGUMENT',
    /h has 2/,
  ],
  'an amplitude that is infinite': [
    (s) => s.setStructureFactors({ h: [1], k: [1], l: [1], F: [Infinity] }),
    'OUT_OF_RANGE',
    /./,
  ],
  'a fractional index': [
    (s) => s.setStructureFactors({ h: [1.5], k: [1], l: [1], F: [1] }),
    'INVALID_ARGUMENT',
    /h\[0\] = 1\.5/,
  ],
  'a mask of the wrong size': [
    (s) => s.setMask({ pixels: new Uint8Array(5), fast: 2, slow: 2 }),
    'INVALID_ARGUMENT',
    /2 x 2/,
  ],
  'data that are no array': [
    (s) => s.gradient({ loss: { kind: 'poisson', data: 3 } }),
    'INVALID_ARGUMENT',
    /loss\.data/,
  ],
  'an unknown loss': [
    (s) => s.gradient({ loss: { kind: 'huber', data: new Float32Array(1) } }),
    'INVALID_ARGUMENT',
    /leastSquares/,
  ],
  'data that are too few': [
    (s) => s.gradient({ loss: { kind: 'poisson', data: new Float32Array(1) } }),
    'WRONG_LENGTH',
    /./,
  ],
  'a pixel that does not exist': [(s) => s.tracePixel({ slow: 1e6, fast: 0 }), 'OUT_OF_RANGE', /./],
  'a function among the arguments': [(s) => s.setArguments([() => {}]), 'INVALID_ARGUMENT', /setArguments/],
};

for (const [what, [work, status, pattern]] of Object.entries(broken)) {
  test(`${what} is refused, and the simulation goes on`, async () => {
    const simulation = await nbt.createSimulation();
    await simulation.setArguments(small_scene);
    await fails(() => work(simulation), status, pattern);
    assert.equal((await simulation.run()).pixels.length, 96 * 96);
    await simulation.destroy();
  });
}

test('a run over limits.memory_bytes is refused with a chunk that fits', async () => {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '-detpixels', '2000']);
  await simulation.set('limits.memory_bytes', 2e6);
  await fails(() => simulation.runChunked({ rowsPerChunk: 2000, onRows() {} }), 'MEMORY_LIMIT', /row/);
  const { largestRowsPerChunk } = await simulation.estimateMemory();
  assert.ok(largestRowsPerChunk > 0);
  let rows = 0;
  await simulation.runChunked({
    rowsPerChunk: largestRowsPerChunk,
    onRows: ({ rowCount }) => {
      rows += rowCount;
    },
  });
  assert.equal(rows, 2000);
});

test('memory beyond memoryBytes is an error, and the module goes on', async () => {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '-detpixels', '6000']);
  await fails(() => simulation.runChunked({ rowsPerChunk: 6000, onRows() {} }), 'OUT_OF_MEMORY', /./);
  const corner = [-200, -200, -200];
  await fails(
    () => simulation.setStructureFactors({ h: [-200, 200], k: [-200, 200], l: [-200, 200], F: [1, 1] }),
    'OUT_OF_MEMORY',
    /./,
  );
  await simulation.set('detector.pixels', [64, 64]);
  assert.equal((await simulation.run()).pixels.length, 64 * 64, String(corner));
});

test('sizes that 32 bits cannot count are an error', async () => {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '-detpixels', '100000']);
  await fails(() => simulation.runChunked({ rowsPerChunk: 100000, onRows() {} }), 'OUT_OF_MEMORY', /./);
});

test('options of create are checked', async () => {
  await fails(() => create({ threads: 0 }), 'OUT_OF_RANGE', /threads = 0/);
  await fails(() => create({ memoryBytes: 1 }), 'OUT_OF_RANGE', /memoryBytes = 1/);
});

test('a .wasm file that is not there is an error', async () => {
  await fails(() => create({ wasmUrl: new URL('./none.wasm', import.meta.url) }), 'FILE', /none\.wasm/);
});

test('a closed nbt refuses calls', async () => {
  const other = await create({ threads: 1 });
  const simulation = await other.createSimulation();
  other.close();
  await fails(() => simulation.run(), 'INVALID_ARGUMENT', /closed/);
});
