// libnbt on the thread that calls, for the worker: every method runs to its end before it returns.
import { NbtError, statuses } from './errors.js';
import { ModuleMemory } from './memory.js';
import { records } from './records.js';
import { Handle } from './handle.js';

const page_bytes = 65536;
const initial_pages = 256;

// `wasm`: the compiled .wasm file that belongs to `factory`, the default export of its .js file.
export async function openLibrary({ factory, wasm, threads, memoryBytes }) {
  const shared = threads > 0;
  const memory = new WebAssembly.Memory({
    initial: initial_pages,
    maximum: Math.max(initial_pages, Math.floor(memoryBytes / page_bytes)),
    shared,
  });
  const module = await factory({
    wasmMemory: memory,
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(wasm, imports).then((instance) => done(instance, wasm));
      return {};
    },
    poolSize: Math.max(threads - 1, 0),
    preRun: [
      (starting) => {
        starting.ENV.OMP_NUM_THREADS = String(Math.max(threads, 1));
      },
    ],
  });
  return new Library(module, memory);
}

const kinds = ['real', 'integer', 'boolean', 'choice', 'text'];

export class Library {
  constructor(module, memory) {
    this.module = module;
    this.memory = new ModuleMemory(module, memory);
    this.running = null; // what callbacks belong to
    this.callbacks = {
      rows: module.addFunction((rows) => this.#stopsOn(() => this.running.rows(rows)), 'iii'),
      data: module.addFunction((rows) => this.#stopsOn(() => this.running.data(rows)), 'iii'),
      progress: module.addFunction((fraction) => this.#progress(fraction), 'vdi'),
      log: module.addFunction((level, message) => this.#log(level, message), 'viii'),
    };
    this.version = this.memory.textAt(module._nbt_version());
    this.parameters = this.#list(
      module._nbt_parameter_count(),
      records.nbt_parameter,
      module._nbt_parameter_describe,
    ).map(parameterOf, this);
    this.lengths = new Map(this.parameters.map(({ name, length }) => [name, length]));
    this.devices = this.#list(module._nbt_device_count(), records.nbt_device, module._nbt_device_describe).map(
      (device) => ({
        name: this.memory.textAt(device.name),
        description: this.memory.textAt(device.description),
        available: device.available !== 0,
        reason: this.memory.textAt(device.reason),
      }),
    );
  }

  createSimulation() {
    return this.memory.borrow((borrowed) => {
      const handle = borrowed.bytes(4);
      this.check(this.module._nbt_create(handle), 0);
      return new Handle(this, this.memory.view.getUint32(handle, true));
    });
  }

  check(status, handle) {
    if (status === 0) return;
    const message =
      this.memory.textAt(this.module._nbt_last_error(handle)) || this.memory.textAt(this.module._nbt_last_error(0));
    throw new NbtError(statuses[status] ?? statuses.at(-1), message);
  }

  // Calls start() with `hooks` for the callbacks that it causes: rows(address), data(address), progress(fraction). What a hook throws stops the run and comes out of here.
  run(handle, hooks, start) {
    this.running = { ...hooks, handle };
    try {
      const status = start();
      if (this.running.failure) throw this.running.failure;
      this.check(status, handle);
    } finally {
      this.running = null;
    }
  }

  // No exception of JavaScript may pass through the library.
  #stopsOn(work) {
    try {
      work();
      return 0;
    } catch (failure) {
      this.running.failure ??= failure;
      return 1;
    }
  }

  #progress(fraction) {
    const { running } = this;
    if (!running?.progress || running.failure) return;
    if (this.#stopsOn(() => running.progress(fraction)) !== 0) this.module._nbt_cancel(running.handle);
  }

  #log(level, message) {
    this.log?.(level === 1 ? 'warning' : 'info', this.memory.textAt(message));
  }

  #list(count, layout, describe) {
    return this.memory.borrow((borrowed) => {
      const address = borrowed.record(layout);
      return Array.from({ length: count }, (_, index) => {
        this.check(describe(index, address), 0);
        return layout.read(this.memory.view, address);
      });
    });
  }
}

function parameterOf(row) {
  const text = (field) => this.memory.textAt(row[field]);
  return {
    name: text('name'),
    kind: kinds[row.kind],
    length: row.length,
    unit: text('unit'),
    choices: text('choices').split('|').filter(Boolean),
    minimum: row.minimum,
    maximum: row.maximum,
    defaultText: text('default_text'),
    differentiable: row.differentiable !== 0,
    flags: text('flags')
      .split(/[ ,|]+/)
      .filter(Boolean),
    sentence: text('sentence'),
  };
}
