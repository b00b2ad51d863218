// The functions of wasm/tools.cpp on the thread that calls, for the worker.
import { choice, typedArray } from './checks.js';
import { invalid, NbtError, statuses } from './errors.js';
import { ModuleMemory } from './memory.js';

const page_bytes = 65536;
const initial_pages = 256;
const most_pages = 65536;
const summations = ['automatic', 'direct', 'density-fft']; // in the order of io::Summation
const indices_and_amplitudes = { h: Int32Array, k: Int32Array, l: Int32Array, F: Float64Array };

export async function openTools({ factory, wasm }) {
  const memory = new WebAssembly.Memory({ initial: initial_pages, maximum: most_pages });
  const module = await factory({
    wasmMemory: memory,
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(wasm, imports).then((instance) => done(instance, wasm));
      return {};
    },
  });
  return new ToolsModule(module, new ModuleMemory(module, memory));
}

export class ToolsModule {
  #module;
  #memory;

  constructor(module, memory) {
    this.#module = module;
    this.#memory = memory;
  }

  structureFactors({ name, bytes }, { resolution_A, bFactorScale = 1, summation = 'automatic' }) {
    if (typeof resolution_A !== 'number') throw invalid(`resolution_A = ${String(resolution_A)} is not a number`);
    if (typeof bFactorScale !== 'number') throw invalid(`bFactorScale = ${String(bFactorScale)} is not a number`);
    const way = choice(summations, summation, 'summation');
    const answer = this.#askAbout(bytes, 'the model', name, (data, label) =>
      this.#module._nbt_tools_structure_factors(...data, label, resolution_A, bFactorScale, way),
    );
    const { cell_A, spaceGroup, source } = JSON.parse(answer.text);
    const reflections = reflectionsOf(answer);
    const said = `${reflections.h.length} reflections to ${resolution_A} A, space group ${spaceGroup}, from ${source}`;
    return { ...reflections, cell_A, spaceGroup, messages: [said] };
  }

  readHkl(bytes, { name = 'the reflection list' } = {}) {
    const call = (data, label) => this.#module._nbt_tools_read_hkl(...data, label);
    return reflectionsOf(this.#askAbout(bytes, 'the reflection list', name, call));
  }

  readSmv(bytes, { name = 'the image' } = {}) {
    const call = (data, label) => this.#module._nbt_tools_read_smv(...data, label);
    const { text, blocks } = this.#askAbout(bytes, 'the image', name, call);
    const { fast, slow, header } = JSON.parse(text);
    const pixels = Float32Array.from(new Uint16Array(blocks[0].buffer));
    return { fast, slow, header: Object.fromEntries(header), pixels };
  }

  writeSmv({ scene, fast, slow, counts }) {
    if (!(counts instanceof Uint16Array)) throw invalid('counts must be a Uint16Array');
    const { text, blocks } = this.#ask((borrowed) =>
      this.#module._nbt_tools_smv_header(...bytesIn(borrowed, sceneText(scene), 'scene')),
    );
    const size = JSON.parse(text);
    if (size.fast !== fast || size.slow !== slow) {
      throw invalid(`an image of ${fast} x ${slow} pixels for a scene with ${size.fast} x ${size.slow}`);
    }
    requirePixels(counts, 'counts', { fast, slow });
    const file = new Uint8Array(blocks[0].length + counts.byteLength);
    file.set(blocks[0]);
    file.set(new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength), blocks[0].length);
    return file;
  }

  compare(first, second, { fast, slow }) {
    const images = Object.entries({ first, second }).map(([name, pixels]) => {
      const image = pixels instanceof Float32Array ? pixels : Float32Array.from(typedArray(Float64Array, pixels, name));
      return requirePixels(image, name, { fast, slow });
    });
    const { text } = this.#ask((borrowed) =>
      this.#module._nbt_tools_compare(...images.map((image) => borrowed.copy(image)), fast, slow),
    );
    return JSON.parse(text);
  }

  sceneToArguments(scene) {
    const { text, blocks } = this.#ask((borrowed) =>
      this.#module._nbt_tools_scene_arguments(...bytesIn(borrowed, sceneText(scene), 'scene')),
    );
    const { files, ...line } = JSON.parse(text);
    return { ...line, files: Object.fromEntries(files.map((name, i) => [name, blocks[i]])) };
  }

  // Calls call([address, length], address of the name) for the bytes of a file.
  #askAbout(bytes, what, name, call) {
    return this.#ask((borrowed) => call(bytesIn(borrowed, bytes, what), borrowed.text(name, 'name')));
  }

  // What the module answers to a call: its text and copies of its blocks.
  #ask(call) {
    const status = this.#memory.borrow(call);
    const text = this.#memory.textAt(unsigned(this.#module._nbt_tools_text()));
    if (status !== 0) throw new NbtError(statuses[status] ?? statuses.at(-1), text);
    const blocks = Array.from({ length: this.#module._nbt_tools_block_count() }, (_, i) => this.#block(i));
    return { text, blocks };
  }

  #block(i) {
    const address = unsigned(this.#module._nbt_tools_block(i));
    const bytes = unsigned(this.#module._nbt_tools_block_bytes(i));
    return this.#memory.array(Uint8Array, address, bytes).slice();
  }
}

// WebAssembly hands over 32 bits as a signed number.
function unsigned(word) {
  return word >>> 0;
}

function bytesIn(borrowed, given, what) {
  const bytes = typeof given === 'string' ? new TextEncoder().encode(given) : given;
  if (!(bytes instanceof Uint8Array)) throw invalid(`${what} must be given as a Uint8Array or a string`);
  return [borrowed.copy(bytes), bytes.length];
}

function sceneText(scene) {
  return typeof scene === 'string' ? scene : JSON.stringify(scene);
}

function requirePixels(array, name, { fast, slow }) {
  if (!Number.isSafeInteger(fast) || !Number.isSafeInteger(slow) || array.length !== fast * slow) {
    throw new NbtError('NBT_ERROR_WRONG_LENGTH', `${name} has ${array.length} pixels, not ${fast} x ${slow}`);
  }
  return array;
}

function reflectionsOf({ blocks }) {
  const entries = Object.entries(indices_and_amplitudes);
  return Object.fromEntries(entries.map(([name, Type], i) => [name, new Type(blocks[i].buffer)]));
}
