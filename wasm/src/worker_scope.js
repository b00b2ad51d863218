// What a worker needs of its surroundings. Apart from those who start workers: a bundler that found the start of a worker
// in that worker itself would go round in circles.

export const in_node = typeof process === 'object' && Boolean(process.versions?.node) && process.type !== 'renderer';

// The worker's end: post, onMessage.
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
