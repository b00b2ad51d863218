// nbt in a worker: everything is asynchronous and the page stays responsive. README.md says how to use it.
import { choice } from './checks.js';
import { fileError, invalid, NbtError } from './errors.js';
import { Journal } from './journal.js';
import { planesOf, SharedRows } from './loss_rows.js';
import { canShareMemory, compile, coreCount, startWorker } from './platform.js';

export { NbtError } from './errors.js';

const default_memory_bytes = 2 ** 31;
const most_memory_bytes = 2 ** 32;
const most_threads = 64;
const grace_ms = 40; // for a run to stop by itself before its worker is stopped

const wasm_urls = {
  single: new URL('../dist/nbt-single.wasm', import.meta.url),
  threads: new URL('../dist/nbt-threads.wasm', import.meta.url),
};

export async function create(options = {}) {
  const {
    threads = 'auto',
    memoryBytes = default_memory_bytes,
    onLog = null,
    wasmUrl = null,
    restartToCancel = false,
  } = options;
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1 && threads <= most_threads)) {
    throw new NbtError('NBT_ERROR_OUT_OF_RANGE', `threads = ${String(threads)} must be 'auto' or 1 to ${most_threads}`);
  }
  if (!(memoryBytes >= 2 ** 24 && memoryBytes <= most_memory_bytes)) {
    throw new NbtError('NBT_ERROR_OUT_OF_RANGE', `memoryBytes = ${String(memoryBytes)} must be 2^24 to 2^32`);
  }
  const shares = canShareMemory();
  const wanted = threads === 'auto' ? Math.min(coreCount(), most_threads) : threads;
  const artefact = shares && wanted > 1 ? 'threads' : 'single';
  const wasm = await compile(wasmUrl ? new URL(wasmUrl, globalThis.location?.href) : wasm_urls[artefact]).catch(
    fileError,
  );
  const flag = shares && !restartToCancel ? new Int32Array(new SharedArrayBuffer(4)) : null;
  const nbt = new Nbt({ artefact, wasm, threads: artefact === 'threads' ? wanted : 1, memoryBytes, flag }, onLog);
  try {
    await nbt.open();
  } catch (failure) {
    nbt.close();
    throw failure;
  }
  return nbt;
}

export class Nbt {
  #setup;
  #onLog;
  #worker = null;
  #queue = [];
  #current = null;
  #restarting = false;
  #simulations = new Map();
  #lastId = 0;
  #closed = false;

  constructor(setup, onLog) {
    this.#setup = setup;
    this.#onLog = onLog;
    this.threads = setup.threads;
  }

  // Used by create().
  async open() {
    Object.assign(this, await this.#start());
  }

  async createSimulation() {
    const id = ++this.#lastId;
    await this.request(null, 'create', [id]);
    return this.#adopt(new Simulation(this, id, new Journal()));
  }

  close() {
    this.#closed = true;
    this.#worker?.terminate();
    const waiting = [this.#current, ...this.#queue].filter(Boolean);
    this.#queue = [];
    this.#current = null;
    for (const request of waiting) request.reject(closedError());
  }

  // Used by Simulation: one request at a time goes to the worker, the others wait here. `hooks`:
  // functions size, rows and progress, and the signal.
  request(simulation, method, args, hooks = {}) {
    return new Promise((resolve, reject) => {
      const { signal } = hooks;
      if (this.#closed) return reject(closedError());
      if (signal?.aborted) return reject(cancelledError(signal));
      const request = { id: ++this.#lastId, simulation, method, args, hooks, resolve, reject };
      if (signal) {
        const abort = () => this.#cancel(request);
        signal.addEventListener('abort', abort, { once: true });
        request.forget = () => signal.removeEventListener('abort', abort);
      }
      this.#queue.push(request);
      return this.#next();
    });
  }

  async cloneOf(simulation) {
    const id = ++this.#lastId;
    await this.request(simulation.id, 'clone', [id]);
    return this.#adopt(new Simulation(this, id, simulation.journal.copy()));
  }

  forget(simulation) {
    this.#simulations.delete(simulation.id);
  }

  #adopt(simulation) {
    this.#simulations.set(simulation.id, simulation);
    return simulation;
  }

  async #start() {
    const worker = await startWorker('simulator');
    if (this.#closed) {
      worker.terminate();
      throw closedError();
    }
    this.#worker = worker;
    await new Promise((resolve, reject) => {
      worker.onError((failure) => {
        reject(new NbtError('NBT_ERROR_INTERNAL', `the worker failed: ${failure.message}`, { cause: failure }));
        if (worker === this.#worker) this.#fail(failure);
      });
      worker.onMessage((message) => {
        if (worker !== this.#worker) return;
        if (message.ready) resolve();
        else this.#take(message);
      });
      worker.keepAlive(true);
    });
    return this.#ask(null, 'open', [this.#setup]);
  }

  // A request outside the queue, while nothing else is under way.
  #ask(simulation, method, args) {
    return new Promise((resolve, reject) => {
      this.#current = { id: ++this.#lastId, simulation, method, args, hooks: {}, resolve, reject };
      this.#send();
    });
  }

  #next() {
    if (this.#current || this.#restarting || this.#queue.length === 0) return;
    this.#current = this.#queue.shift();
    this.#send();
  }

  #send() {
    const { id, simulation, method, args } = this.#current;
    this.#worker.keepAlive(true);
    try {
      this.#worker.post({ id, simulation, method, args });
    } catch (failure) {
      this.#end((request) => request.reject(uncloneable(method, failure)));
    }
  }

  #take({ id, size, rows, wanted, progress, result, failure, log }) {
    if (log) return this.#onLog?.(log);
    const request = this.#current;
    if (request?.id !== id) return undefined;
    if (size) return this.#hook(request, () => request.hooks.size(size));
    if (rows) return this.#hook(request, () => request.hooks.rows(rows));
    if (wanted) return this.#give(request, wanted);
    if (progress !== undefined) return this.#hook(request, () => request.hooks.progress?.(progress));
    return this.#end(() => {
      if (request.cancelled) request.reject(request.cancelled);
      else if (failure) request.reject(new NbtError(failure.status, failure.message));
      else request.resolve(result);
    });
  }

  // What the user's function throws cancels the run and is what the run rejects with.
  #hook(request, call) {
    if (request.cancelled) return;
    try {
      call();
    } catch (failure) {
      this.#cancel(request, failure);
    }
  }

  // Rows of a loss, to a worker that waits for them in shared memory or for a message.
  async #give(request, { buffer, ...wanted }) {
    const { call, Type } = request.hooks.data;
    const count = wanted.rowCount * wanted.fastCount;
    const shared = buffer && new SharedRows({ DataType: Type, count, buffer });
    try {
      const { firstRow, rowCount, fastCount, panel } = wanted;
      const planes = planesOf(await call(firstRow, rowCount, { fastCount, panel }), Type, count);
      if (shared) shared.fill(planes);
      else this.#worker.post({ planes });
    } catch (failure) {
      this.#cancel(request, failure);
      shared?.stop();
    }
  }

  #end(settle) {
    const request = this.#current;
    this.#current = null;
    clearTimeout(request.deadline);
    request.forget?.();
    this.#worker.keepAlive(false);
    settle(request);
    this.#next();
  }

  #cancel(request, reason = cancelledError(request.hooks.signal)) {
    if (request.cancelled) return;
    if (request !== this.#current) {
      this.#queue = this.#queue.filter((other) => other !== request);
      request.reject(reason);
      return;
    }
    request.cancelled = reason;
    const { flag } = this.#setup;
    if (flag) Atomics.store(flag, 0, request.id);
    request.deadline = setTimeout(() => this.#restart(request), flag ? grace_ms : 0);
  }

  // Stops the worker in the middle of what it does, and brings another to the same state.
  async #restart(request) {
    this.#restarting = true;
    this.#worker.terminate();
    this.#end(() => request.reject(request.cancelled));
    try {
      await this.#start();
      for (const { id, journal } of this.#simulations.values()) {
        await this.#ask(null, 'create', [id]);
        for (const { method, args } of journal.entries) await this.#ask(id, method, args);
      }
      this.#restarting = false;
      this.#next();
    } catch (failure) {
      this.#restarting = false;
      this.#fail(failure);
    }
  }

  // The worker is lost: a defect, or it could not be loaded.
  #fail(failure) {
    const waiting = [this.#current, ...this.#queue].filter(Boolean);
    this.#queue = [];
    this.#current = null;
    this.#closed = true;
    for (const { reject } of waiting)
      reject(new NbtError('NBT_ERROR_INTERNAL', `the worker failed: ${failure.message}`));
  }
}

export class Simulation {
  // Made by Nbt.createSimulation and clone.
  constructor(nbt, id, journal) {
    this.nbt = nbt;
    this.id = id;
    this.journal = journal;
  }

  clone() {
    return this.nbt.cloneOf(this);
  }

  async destroy() {
    await this.nbt.request(this.id, 'destroy', []);
    this.nbt.forget(this);
  }

  // Renders the image of a panel; resolves with all of it. onRows is told of rows as they are finished.
  async run({ panel = 0, pixelType = 'float32', rowsPerChunk, onRows, onProgress, signal } = {}) {
    let image;
    const size = ({ fast, slow }) => {
      image = { panel, fast, slow, pixels: new (pixelType === 'float64' ? Float64Array : Float32Array)(fast * slow) };
    };
    const rows = (found) => {
      const from = found.firstRow * image.fast;
      image.pixels.set(found.pixels, from);
      onRows?.({ ...found, pixels: image.pixels.subarray(from, from + found.rowCount * image.fast) });
    };
    await this.nbt.request(this.id, 'run', [{ panel, pixelType, rowsPerChunk }], {
      size,
      rows,
      progress: onProgress,
      signal,
    });
    return image;
  }

  runChunked({ rowsPerChunk = 0, pixelType = 'float32', onRows, onProgress, signal } = {}) {
    if (typeof onRows !== 'function') throw invalid('runChunked needs a function onRows');
    return this.nbt.request(this.id, 'runChunked', [{ rowsPerChunk, pixelType }], {
      rows: onRows,
      progress: onProgress,
      signal,
    });
  }
}

function cancelledError(signal) {
  return new NbtError('NBT_ERROR_CANCELLED', 'the run was cancelled', { cause: signal?.reason });
}

function closedError() {
  return new NbtError('NBT_ERROR_INVALID_ARGUMENT', 'nbt has been closed');
}

function uncloneable(method, failure) {
  return invalid(`${method}: ${failure.message}`); // a function, for example
}

function copyOf(method, args) {
  try {
    return structuredClone(args);
  } catch (failure) {
    throw uncloneable(method, failure);
  }
}

function define(method, call) {
  Simulation.prototype[method] = function perform(...args) {
    return call.call(this, (name, given, hooks) => this.nbt.request(this.id, name, given, hooks), args);
  };
}

// Methods that change the simulation: done again when a worker had to be stopped.
for (const method of [
  'set',
  'setText',
  'unset',
  'setArguments',
  'setStructureFactors',
  'setStructureFactorGrid',
  'setSources',
  'setMosaicRotations',
  'setMask',
  'setRoi',
  'loadScene',
]) {
  define(method, async function change(request, args) {
    const kept = copyOf(method, args); // the caller may change its arrays
    await request(method, kept);
    this.journal.add(method, kept);
  });
}

for (const method of [
  'get',
  'getText',
  'dumpScene',
  'getImageSize',
  'getComponents',
  'getStructureFactorBox',
  'getSampleCounts',
  'estimateMemory',
  'digitize',
  'digitizeBegin',
  'digitizeRows',
  'digitizeEnd',
  'tracePixel',
  'report',
]) {
  define(method, (request, args) => request(method, args));
}

define('jacobian', (request, [{ signal, onProgress, ...options } = {}]) =>
  request('jacobian', [options], { progress: onProgress, signal }),
);

const data_types = { float32: Float32Array, float64: Float64Array, uint16: Uint16Array, int32: Int32Array };

// A function cannot go to the worker; the worker asks for what it returns.
for (const method of ['gradient', 'normalEquations']) {
  define(method, async (request, [{ signal, onProgress, loss, ...options } = {}]) => {
    const hooks = { progress: onProgress, signal };
    if (typeof loss?.data !== 'function') return request(method, [{ loss, ...options }], hooks);
    const { data: call, dataType = 'float32', ...terms } = loss;
    for (const name of ['mask', 'background', 'weights']) {
      if (terms[name] != null) throw invalid(`loss.${name} must come from the function loss.data, as its data do`);
    }
    const Type = Object.values(data_types)[choice(Object.keys(data_types), dataType, 'loss.dataType')];
    const byRows = { ...terms, dataType, data: { byRows: true } };
    return request(method, [{ loss: byRows, ...options }], { ...hooks, data: { call, Type } });
  });
}
