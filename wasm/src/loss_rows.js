// Rows of measured images on their way from a function in the page to a run in the worker. Where memory can be shared
// the run waits for each chunk; where it cannot, all rows are there before it starts.
import { typedArray } from './checks.js';
import { invalid, NbtError } from './errors.js';

const waiting = 0;
const filled = 1;
const stopped = 2;
const plane_types = { mask: Uint8Array, background: Float64Array, weights: Float64Array };
export const plane_names = ['data', ...Object.keys(plane_types)];

// Typed arrays of `length` elements each, or null. `given`: an array of data, or an object with data and other planes.
export function planesOf(given, DataType, length, prefix = '') {
  const planes = ArrayBuffer.isView(given) || Array.isArray(given) ? { data: given } : given;
  if (planes === null || typeof planes !== 'object') throw invalid(`${prefix}data must be an array of numbers`);
  const types = { data: DataType, ...plane_types };
  return Object.fromEntries(
    plane_names.map((name) => [name, plane(types[name], planes[name], `${prefix}${name}`, length)]),
  );
}

function plane(Type, values, name, length) {
  if (values == null && !name.endsWith('data')) return null;
  const array = typedArray(Type, values, name);
  if (array.length !== length) throw new NbtError('NBT_ERROR_WRONG_LENGTH', `${name} has ${array.length} elements, not ${length}`);
  return array;
}

// One chunk in shared memory: state, which planes there are, and then all of them one after the other, the widest
// elements first.
export class SharedRows {
  constructor({ DataType, count, buffer }) {
    const types = { background: Float64Array, weights: Float64Array, data: DataType, mask: Uint8Array };
    const bytes = Object.values(types).reduce((sum, Type) => sum + Type.BYTES_PER_ELEMENT * count, 8);
    this.buffer = buffer ?? new SharedArrayBuffer(bytes);
    this.head = new Int32Array(this.buffer, 0, 2);
    this.planes = {};
    let offset = 8;
    for (const [name, Type] of Object.entries(types)) {
      this.planes[name] = new Type(this.buffer, offset, count);
      offset += Type.BYTES_PER_ELEMENT * count;
    }
  }

  // In the page.
  fill(planes) {
    plane_names.forEach((name, i) => {
      if (!planes[name]) return;
      this.planes[name].set(planes[name]);
      this.head[1] |= 1 << i;
    });
    this.#wake(filled);
  }

  stop() {
    this.#wake(stopped);
  }

  #wake(state) {
    Atomics.store(this.head, 0, state);
    Atomics.notify(this.head, 0);
  }

  // In the worker: the planes, when they are there.
  wait() {
    while (Atomics.load(this.head, 0) === waiting) Atomics.wait(this.head, 0, waiting);
    if (Atomics.load(this.head, 0) === stopped) throw new NbtError('NBT_ERROR_CANCELLED', 'no more rows came');
    return Object.fromEntries(plane_names.map((name, i) => [name, this.head[1] & (1 << i) ? this.planes[name] : null]));
  }
}
