// What differs between browsers and node.

export const in_node = typeof process === 'object' && Boolean(process.versions?.node) && process.type !== 'renderer';

// Memory can be shared with workers: always in node, in browsers on pages that are cross-origin isolated.
export function canShareMemory() {
  return typeof SharedArrayBuffer === 'function' && (in_node || globalThis.crossOriginIsolated === true);
}

export function coreCount() {
  return globalThis.navigator?.hardwareConcurrency ?? 4;
}

export async function compile(url) {
  if (in_node && url.protocol === 'file:') {
    const { readFile } = await import(/* @vite-ignore */ 'node:fs/promises');
    return WebAssembly.compile(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  // Servers that do not know the type application/wasm are served as well.
  return WebAssembly.compile(await response.arrayBuffer());
}

// Written out for each, because bundlers look for `new Worker(new URL(...))`.
const workers = {
  simulator: {
    url: () => new URL('./worker.js', import.meta.url),
    start: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  },
  tools: {
    url: () => new URL('./tools_worker.js', import.meta.url),
    start: () => new Worker(new URL('./tools_worker.js', import.meta.url), { type: 'module' }),
  },
};

// A worker with one interface: post, onMessage, onError, terminate, keepAlive.
export async function startWorker(kind) {
  if (in_node) {
    const { Worker: NodeWorker } = await import(/* @vite-ignore */ 'node:worker_threads');
    const worker = new NodeWorker(workers[kind].url());
    worker.unref();
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      onMessage: (take) => worker.on('message', take),
      onError: (take) => worker.on('error', take),
      terminate: () => worker.terminate(),
      // A process ends when nothing but idle workers are left.
      keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
    };
  }
  const worker = workers[kind].start();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (take) => worker.addEventListener('message', ({ data }) => take(data)),
    onError: (take) =>
      worker.addEventListener('error', (event) => take(new Error(event.message || 'the worker could not be loaded'))),
    terminate: () => worker.terminate(),
    keepAlive: () => {},
  };
}

// The same from inside the worker.
export async function workerScope() {
  if (in_node) {
    const { parentPort } = await import(/* @vite-ignore */ 'node:worker_threads');
    return {
      post: (message, transfer) => parentPort.postMessage(message, transfer),
      onMessage: (take) => parentPort.on('message', take),
    };
  }
  return {
    post: (message, transfer) => globalThis.postMessage(message, transfer ?? []),
    onMessage: (take) => globalThis.addEventListener('message', ({ data }) => take(data)),
  };
}

// Puts the buffers of a result's arrays on the list of what is handed over instead of copied.
export function collectBuffers(result, transfer) {
  if (ArrayBuffer.isView(result)) return void transfer.push(result.buffer);
  if (result === null || typeof result !== 'object') return undefined;
  for (const value of Object.values(result)) {
    if (typeof value === 'object') collectBuffers(value, transfer);
  }
  return undefined;
}

// What a worker tells about a failure.
export function failureOf({ status = 'NBT_ERROR_INTERNAL', message }) {
  return { status, message };
}
