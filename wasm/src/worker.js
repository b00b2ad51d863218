// The worker that holds the library. Answers one request after the other; see index.js for the other end.
import { openLibrary } from './library.js';
import { SharedRows } from './loss_rows.js';
import { collectBuffers, failureOf, workerScope } from './platform.js';

const scope = await workerScope();
const simulations = new Map();
const progress_interval_ms = 40;
const pixels_at_once = 2 ** 18;
let library;
let cancelFlag; // an Int32Array on shared memory: the number of the request to stop; null where nothing is shared

const modules = {
  single: () => import('../dist/nbt-single.js'),
  threads: () => import('../dist/nbt-threads.js'),
};

let takePlanes; // what waits for rows of a loss

scope.onMessage(async ({ id, simulation, method, args, planes }) => {
  if (planes) return takePlanes(planes);
  try {
    const transfer = [];
    const result = await answer({ id, simulation, method, args, transfer });
    return scope.post({ id, result }, transfer);
  } catch (failure) {
    return scope.post({ id, failure: failureOf(failure) });
  }
});

async function answer({ id, simulation, method, args, transfer }) {
  if (simulation === null) return about_the_library[method](...args);
  const target = simulations.get(simulation);
  if (method === 'clone') return void simulations.set(args[0], target.clone());
  if (method === 'destroy') {
    simulations.delete(simulation);
    return target.destroy();
  }
  const options = method in with_progress ? { ...args[0], onProgress: progressOf(id) } : args[0];
  if (method === 'run') return runWhole(id, target, options);
  if (method === 'runChunked') return target.runChunked({ ...options, onRows: (rows) => postRows(id, rows) });
  if (options?.loss?.data?.byRows) options.loss = await lossByRows(id, target, options.loss);
  const result = target[method](options, ...args.slice(1));
  collectBuffers(result, transfer);
  return result;
}

const with_progress = { run: true, runChunked: true, gradient: true, normalEquations: true, jacobian: true };

const about_the_library = {
  async open({ artefact, wasm, threads, memoryBytes, flag }) {
    const { default: factory } = await modules[artefact]();
    library = await openLibrary({ factory, wasm, threads: artefact === 'threads' ? threads : 0, memoryBytes });
    library.log = (level, message) => scope.post({ log: { level, message } });
    cancelFlag = flag;
    return { version: library.version, parameters: library.parameters, devices: library.devices };
  },
  create(simulation) {
    simulations.set(simulation, library.createSimulation());
  },
};

// The loss with a function for data, or with whole arrays where no memory can be shared.
async function lossByRows(id, target, loss) {
  if (cancelFlag) return { ...loss, data: (wanted) => sharedRows(id, wanted) };
  const whole = {};
  const { fast: fastCount, slow } = target.getImageSize(0);
  const rowsEach = Math.max(1, Math.floor(pixels_at_once / fastCount));
  for (let firstRow = 0; firstRow < slow; firstRow += rowsEach) {
    const rowCount = Math.min(rowsEach, slow - firstRow);
    const planes = await postedRows(id, { panel: 0, firstRow, rowCount, fastCount });
    for (const [name, plane] of Object.entries(planes)) {
      if (plane === null) continue;
      whole[name] ??= new plane.constructor(fastCount * slow).fill(name === 'mask' || name === 'weights' ? 1 : 0);
      whole[name].set(plane, firstRow * fastCount);
    }
  }
  return { ...loss, ...whole };
}

function sharedRows(id, { Type, ...wanted }) {
  const rows = new SharedRows({ DataType: Type, count: wanted.rowCount * wanted.fastCount });
  scope.post({ id, wanted: { ...wanted, buffer: rows.buffer } });
  return rows.wait();
}

function postedRows(id, wanted) {
  scope.post({ id, wanted });
  return new Promise((resolve) => {
    takePlanes = resolve;
  });
}

// The page learns the size first, and makes room for the image.
function runWhole(id, target, { panel, pixelType, rowsPerChunk, onProgress }) {
  const size = target.getImageSize(panel);
  scope.post({ id, size });
  target.runChunked({
    rowsPerChunk: rowsPerChunk ?? Math.max(1, Math.floor(pixels_at_once / size.fast)),
    pixelType,
    onRows: (rows) => {
      if (rows.panel === panel) postRows(id, rows);
    },
    onProgress,
  });
}

function progressOf(id) {
  let told_ms = performance.now();
  return (fraction) => {
    if (cancelFlag && Atomics.load(cancelFlag, 0) === id) throw new Error('cancelled');
    const now_ms = performance.now();
    if (now_ms - told_ms < progress_interval_ms) return;
    told_ms = now_ms;
    scope.post({ id, progress: fraction });
  };
}

// The rows lie in the module's memory and are overwritten by the next: a copy goes to the page.
function postRows(id, rows) {
  const pixels = rows.pixels.slice();
  scope.post({ id, rows: { ...rows, pixels } }, [pixels.buffer]);
}

scope.post({ ready: true });
