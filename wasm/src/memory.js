// Arrays and texts in the memory of a WebAssembly module.
import { invalid, NbtError } from './errors.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ModuleMemory {
  constructor(module, memory) {
    this.module = module;
    this.memory = memory;
  }

  // Views end when the memory grows, so each use makes its own.
  get view() {
    return new DataView(this.memory.buffer);
  }
  array(Type, address, length) {
    return new Type(this.memory.buffer, address, length);
  }

  // A text that the library returned.
  textAt(address) {
    const bytes = new Uint8Array(this.memory.buffer);
    const copy = bytes.slice(address, bytes.indexOf(0, address)); // decoders refuse shared memory
    return decoder.decode(copy);
  }

  // Calls use(stack); what is put on the stack is freed afterwards.
  borrow(use) {
    const taken = [];
    try {
      return use(new Borrowed(this, taken));
    } finally {
      for (const address of taken) this.module._free(address);
    }
  }
}

class Borrowed {
  constructor(memory, taken) {
    this.memory = memory;
    this.taken = taken;
  }

  bytes(count) {
    const address = this.memory.module._malloc(Math.max(count, 1)) >>> 0;
    if (address === 0) throw new NbtError('NBT_ERROR_OUT_OF_MEMORY', `no memory for ${count} bytes`);
    this.taken.push(address);
    return address;
  }

  // A typed array of any kind; 0, the null pointer, for null.
  copy(array) {
    if (array == null) return 0;
    const address = this.bytes(array.byteLength);
    this.memory
      .array(Uint8Array, address, array.byteLength)
      .set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return address;
  }

  text(text, what) {
    if (typeof text !== 'string') throw invalid(`${what} must be a string, not ${typeof text}`);
    if (text.includes('\0')) throw invalid(`${what} holds a zero character`);
    return this.copy(encoder.encode(`${text}\0`));
  }

  texts(list, what) {
    if (!Array.isArray(list)) throw invalid(`${what} must be an array of strings`);
    return this.copy(Uint32Array.from(list, (text, i) => this.text(text, `${what}[${i}]`)));
  }

  record(layout, values = {}) {
    const address = this.bytes(layout.bytes);
    layout.write(this.memory.view, address, values);
    return address;
  }
}
