// What the program does and the simulator does not, in a worker of its own. README.md says how to use it.
import { quoteArguments, splitCommandLine } from './command_line.js';
import { fileError, invalid, NbtError } from './errors.js';
import { compile, startWorker } from './platform.js';

export { NbtError } from './errors.js';

const wasm_url = new URL('../dist/nbt-tools.wasm', import.meta.url);

export async function createTools({ wasmUrl = null } = {}) {
  const wasm = await compile(wasmUrl ? new URL(wasmUrl, globalThis.location?.href) : wasm_url).catch(fileError);
  const tools = new Tools();
  try {
    await tools.open(wasm);
  } catch (failure) {
    tools.close();
    throw failure;
  }
  return tools;
}

export class Tools {
  #worker = null;
  #waiting = new Map(); // requests by number; the worker answers them in order
  #lastId = 0;
  #closed = null; // why no more requests are taken

  // Used by createTools().
  async open(wasm) {
    this.#worker = await startWorker('tools');
    await new Promise((resolve, reject) => {
      this.#worker.onError((failure) => {
        const error = new NbtError('NBT_ERROR_INTERNAL', `the worker failed: ${failure.message}`, { cause: failure });
        reject(error);
        this.#end(error);
      });
      this.#worker.onMessage((message) => (message.ready ? resolve() : this.#take(message)));
      this.#worker.keepAlive(true);
    });
    await this.#request('open', [wasm]);
  }

  structureFactors(model, options) {
    return this.#request('structureFactors', [model, options]);
  }
  readHkl(bytes, options) {
    return this.#request('readHkl', [bytes, options]);
  }
  readSmv(bytes, options) {
    return this.#request('readSmv', [bytes, options]);
  }
  writeSmv(image) {
    return this.#request('writeSmv', [image]);
  }
  compare(first, second, size) {
    return this.#request('compare', [first, second, size]);
  }
  sceneToArguments(scene) {
    return this.#request('sceneToArguments', [scene]);
  }

  splitCommandLine(text) {
    return splitCommandLine(text);
  }
  quoteArguments(list) {
    return quoteArguments(list);
  }

  close() {
    this.#end(invalid('the tools have been closed'));
  }

  #request(method, args) {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      const id = ++this.#lastId;
      try {
        this.#worker.post({ id, method, args });
      } catch (failure) {
        return reject(invalid(`${method}: ${failure.message}`)); // a function, for example
      }
      this.#waiting.set(id, { resolve, reject });
      return this.#worker.keepAlive(true);
    });
  }

  #take({ id, result, failure }) {
    const request = this.#waiting.get(id);
    if (!request) return;
    this.#waiting.delete(id);
    this.#worker.keepAlive(this.#waiting.size > 0);
    if (failure) request.reject(new NbtError(failure.status, failure.message));
    else request.resolve(result);
  }

  #end(reason) {
    this.#closed ??= reason;
    this.#worker?.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
