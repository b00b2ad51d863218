// One handle of the library, on the thread that calls. Names and meaning are those of nbt.h.
import { choice, numbersOf, sameLength, typedArray, wholeNumber } from './checks.js';
import { invalid, NbtError } from './errors.js';
import { readGivenFiles } from './given_files.js';
import { lossRecord } from './loss.js';
import { records } from './records.js';

const pixel_types = ['float32', 'float64'];
const pixel_arrays = [Float32Array, Float64Array];
const runs = ['whole', 'chunked', 'gradient', 'jacobian', 'normalEquations'];
const digitize_kinds = ['integer', 'noise'];

export class Handle {
  #library;
  #handle;
  #digitizedFast = 0; // pixels of a row, between digitizeBegin and digitizeEnd

  constructor(library, handle) {
    this.#library = library;
    this.#handle = handle;
    const { module, callbacks } = library;
    library.check(module._nbt_set_progress_callback(handle, callbacks.progress, 0), handle);
    library.check(module._nbt_set_log_callback(handle, callbacks.log, 0), handle);
  }

  destroy() {
    this.#library.module._nbt_destroy(this.#handle);
    this.#handle = 0;
  }

  clone() {
    return this.#borrow((borrowed) => {
      const copy = borrowed.bytes(4);
      this.#call('nbt_clone', copy);
      return new Handle(this.#library, this.#view.getUint32(copy, true));
    });
  }

  // ---- Parameters ----

  set(name, values) {
    this.#borrow((borrowed) => {
      const numbers = numbersOf(values, name);
      this.#call('nbt_set', borrowed.text(name, 'name'), borrowed.copy(numbers), numbers.length);
    });
  }

  setText(name, text) {
    this.#borrow((borrowed) => this.#call('nbt_set_text', borrowed.text(name, 'name'), borrowed.text(text, name)));
  }

  unset(name) {
    this.#borrow((borrowed) => this.#call('nbt_unset', borrowed.text(name, 'name')));
  }

  get(name) {
    return this.#borrow((borrowed) => {
      const length = this.#library.lengths.get(name) ?? 1;
      const values = borrowed.bytes(8 * length);
      this.#call('nbt_get', borrowed.text(name, 'name'), values, length);
      return Array.from(this.#array(Float64Array, values, length));
    });
  }

  getText(name) {
    return this.#text((to, borrowed) => this.#call('nbt_get_text', borrowed.text(name, 'name'), to));
  }

  // `files`: what the options name, as {path: Uint8Array or string}.
  setArguments(list, { files = {} } = {}) {
    readGivenFiles(this.#library.module.FS, files, () =>
      this.#borrow((borrowed) => {
        const texts = borrowed.texts(list, 'arguments');
        this.#call('nbt_set_arguments', list.length, texts);
      }),
    );
  }

  // ---- Data ----

  setStructureFactors({ h, k, l, F }) {
    this.#borrow((borrowed) => {
      const indices = { h, k, l };
      for (const axis of Object.keys(indices)) indices[axis] = typedArray(Int32Array, indices[axis], axis);
      const amplitudes = typedArray(Float64Array, F, 'F');
      const count = sameLength({ ...indices, F: amplitudes });
      const pointers = [...Object.values(indices), amplitudes].map((array) => borrowed.copy(array));
      this.#call('nbt_set_structure_factors', ...pointers, count);
    });
  }

  setStructureFactorGrid({ first, last, amplitudes }) {
    this.#borrow((borrowed) => {
      const corners = [first, last].map((corner, i) => triple(corner, i === 0 ? 'first' : 'last'));
      const values = typedArray(Float64Array, amplitudes, 'amplitudes');
      const pointers = [...corners, values].map((array) => borrowed.copy(array));
      this.#call('nbt_set_structure_factor_grid', ...pointers, values.length);
    });
  }

  setSources({ directions, wavelengths_A, weights }) {
    this.#borrow((borrowed) => {
      const vectors = typedArray(Float64Array, directions, 'directions');
      const count = vectors.length / 3;
      const others = Object.entries({ wavelengths_A, weights }).map(([name, values]) => {
        const array = values == null ? null : typedArray(Float64Array, values, name);
        if (array && array.length !== count)
          throw invalid(`${name} has ${array.length} values for ${count} directions`);
        return array;
      });
      const pointers = [vectors, ...others].map((array) => borrowed.copy(array));
      this.#call('nbt_set_sources', ...pointers, countOf(vectors, 3, 'directions'));
    });
  }

  setMosaicRotations(rotations) {
    this.#borrow((borrowed) => {
      const matrices = typedArray(Float64Array, rotations, 'rotations');
      this.#call('nbt_set_mosaic_rotations', borrowed.copy(matrices), countOf(matrices, 9, 'rotations'));
    });
  }

  // null removes the mask.
  setMask(mask) {
    this.#borrow((borrowed) => {
      if (mask === null) return this.#call('nbt_set_mask', 0, 0n, 0n);
      const pixels = typedArray(Uint8Array, mask.pixels, 'mask.pixels');
      const fast = wholeNumber(mask.fast, 'mask.fast');
      const slow = wholeNumber(mask.slow, 'mask.slow');
      if (fast * slow !== BigInt(pixels.length)) {
        throw invalid(`mask.pixels has ${pixels.length} elements, not ${mask.fast} x ${mask.slow}`);
      }
      return this.#call('nbt_set_mask', borrowed.copy(pixels), fast, slow);
    });
  }

  setRoi({ fast, slow }) {
    const limits = [...fast, ...slow].map((limit) => wholeNumber(limit, 'a limit of the region'));
    if (limits.length !== 4) throw invalid('fast and slow must have a first and a last pixel each');
    this.#call('nbt_set_roi', ...limits);
  }

  // ---- Scenes ----

  // An object, or JSON text.
  loadScene(scene) {
    const text = typeof scene === 'string' ? scene : JSON.stringify(scene);
    const bytes = new TextEncoder().encode(text);
    this.#borrow((borrowed) => this.#call('nbt_load_scene', borrowed.copy(bytes), bytes.length));
  }

  dumpScene() {
    return JSON.parse(this.#text((to) => this.#call('nbt_dump_scene', to)));
  }

  // ---- Runs ----

  getImageSize(panel = 0) {
    return this.#borrow((borrowed) => {
      const size = borrowed.bytes(16);
      this.#call('nbt_get_image_size', panel, size, size + 8);
      return { fast: Number(this.#view.getBigInt64(size, true)), slow: Number(this.#view.getBigInt64(size + 8, true)) };
    });
  }

  // onRows gets rows whose `pixels` lie in the module's memory: copy what is to outlive the call.
  runChunked({ rowsPerChunk = 0, pixelType = 'float32', onRows, onProgress } = {}) {
    const type = choice(pixel_types, pixelType, 'pixelType');
    const rows = (address) => {
      const found = records.nbt_rows.read(this.#view, address);
      const count = (found.row_count - 1) * found.row_stride + found.fast_count;
      onRows?.({
        panel: found.panel,
        firstRow: found.first_row,
        rowCount: found.row_count,
        fastCount: found.fast_count,
        pixels: this.#array(pixel_arrays[found.pixel_type], found.pixels, count),
        fractionDone: found.fraction_done,
      });
    };
    const chunk = wholeNumber(rowsPerChunk, 'rowsPerChunk');
    this.#run({ rows, progress: onProgress }, () =>
      this.#library.module._nbt_run_chunked(this.#handle, chunk, type, this.#library.callbacks.rows, 0),
    );
  }

  estimateMemory({
    run = 'chunked',
    pixelType = 'float32',
    rowsPerChunk = 0,
    limitBytes = 0,
    components = 0,
    withAmplitudes = false,
  } = {}) {
    return this.#borrow((borrowed) => {
      const request = borrowed.record(records.nbt_memory_request, {
        run: choice(runs, run, 'run'),
        pixel_type: choice(pixel_types, pixelType, 'pixelType'),
        rows_per_chunk: wholeNumber(rowsPerChunk, 'rowsPerChunk'),
        limit_bytes: limitBytes,
        components: wholeNumber(components, 'components'),
        with_amplitudes: withAmplitudes ? 1 : 0,
      });
      const estimate = borrowed.record(records.nbt_memory_estimate);
      this.#call('nbt_estimate_memory', request, estimate);
      const found = records.nbt_memory_estimate.read(this.#view, estimate);
      return {
        workingBytes: found.working_bytes,
        outputBytes: found.output_bytes,
        evaluations: found.evaluations,
        wholeImageFits: found.whole_image_fits !== 0,
        recommendedRowsPerChunk: found.recommended_rows_per_chunk,
        largestRowsPerChunk: found.largest_rows_per_chunk,
        deviceBytes: found.device_bytes,
      };
    });
  }

  // ---- Derivatives ----

  // Names of the values that a list of parameters stands for.
  getComponents(parameters = null) {
    return this.#borrow((borrowed) => {
      const [list, count] = this.#components(borrowed, parameters);
      const to = borrowed.bytes(4);
      return Array.from({ length: this.#componentCount(borrowed, list, count) }, (_, component) => {
        this.#call('nbt_get_component_name', list, count, component, to);
        return this.#library.memory.textAt(this.#view.getUint32(to, true));
      });
    });
  }

  gradient({ loss, parameters = null, amplitudes = false, sources = false, orientations = false, onProgress }) {
    const names = this.getComponents(parameters);
    return this.#borrow((borrowed) => {
      const [list, count] = this.#components(borrowed, parameters);
      const wanted = this.#gradientOutputs(borrowed, { amplitudes, sources, orientations });
      const values = borrowed.bytes(8 * names.length);
      const result = borrowed.record(records.nbt_gradient_result);
      const { record: given, onData } = lossRecord(this.#library, borrowed, loss);
      this.#run({ data: onData, progress: onProgress }, () =>
        this.#library.module._nbt_run_gradient(
          this.#handle,
          given,
          list,
          count,
          values,
          names.length,
          wanted.record,
          result,
        ),
      );
      const copies = {};
      for (const [name, { address, length }] of Object.entries(wanted.arrays))
        copies[name] = this.#copy(address, length);
      return { ...this.#gradientResult(result), names, gradient: this.#copy(values, names.length), ...copies };
    });
  }

  normalEquations({ loss, parameters = null, withScale = false, onProgress }) {
    const names = this.getComponents(parameters).concat(withScale ? ['scale'] : []);
    return this.#borrow((borrowed) => {
      const [list, count] = this.#components(borrowed, parameters);
      const matrix = borrowed.bytes(8 * names.length * names.length);
      const values = borrowed.bytes(8 * names.length);
      const result = borrowed.record(records.nbt_gradient_result);
      const { record: given, onData } = lossRecord(this.#library, borrowed, loss);
      this.#run({ data: onData, progress: onProgress }, () =>
        this.#library.module._nbt_run_normal_equations(
          this.#handle,
          given,
          list,
          count,
          withScale ? 1 : 0,
          matrix,
          values,
          names.length,
          result,
        ),
      );
      return {
        ...this.#gradientResult(result),
        names,
        matrix: this.#copy(matrix, names.length * names.length),
        gradient: this.#copy(values, names.length),
      };
    });
  }

  // The image and one derivative image per component, of panel 0; with `tangent` one, along it.
  jacobian({ parameters = null, tangent = null, rowsPerChunk = 0, onProgress } = {}) {
    const { fast, slow } = this.getImageSize(0);
    const names = tangent ? ['tangent'] : this.getComponents(parameters);
    const image = new Float64Array(fast * slow);
    const derivatives = names.map(() => new Float64Array(fast * slow));
    const rows = (address) => {
      const found = records.nbt_jacobian_rows.read(this.#view, address);
      if (found.panel !== 0) return;
      const count = found.row_count * fast;
      const at = found.first_row * fast;
      image.set(this.#array(Float64Array, found.image, count), at);
      derivatives.forEach((to, i) => to.set(this.#array(Float64Array, found.derivatives + 8 * count * i, count), at));
    };
    this.#borrow((borrowed) => {
      const [list, count] = this.#components(borrowed, parameters);
      const along = tangent ? typedArray(Float64Array, tangent, 'tangent') : null;
      const chunk = wholeNumber(rowsPerChunk, 'rowsPerChunk');
      this.#run({ rows, progress: onProgress }, () =>
        this.#library.module._nbt_run_jacobian(
          this.#handle,
          list,
          count,
          borrowed.copy(along),
          along?.length ?? 0,
          chunk,
          this.#library.callbacks.rows,
          0,
        ),
      );
    });
    return { names, fast, slow, image, derivatives };
  }

  getStructureFactorBox() {
    return this.#borrow((borrowed) => {
      const box = borrowed.bytes(28);
      this.#call('nbt_get_structure_factor_box', box, box + 12, box + 24);
      const [first, last] = [box, box + 12].map((at) => Array.from(this.#array(Int32Array, at, 3)));
      return { first, last, count: this.#view.getUint32(box + 24, true) };
    });
  }

  getSampleCounts() {
    return this.#borrow((borrowed) => {
      const at = borrowed.bytes(12);
      this.#call('nbt_get_sample_counts', at, at + 4, at + 8);
      const [sources, phiSteps, domains] = this.#array(Uint32Array, at, 3);
      return { sources, phiSteps, domains };
    });
  }

  // ---- Counts, traces, reports ----

  digitize({ kind = 'integer', pixels, panel = 0 }) {
    const { fast, slow } = this.getImageSize(panel);
    const photons = typedArray(Float32Array, pixels, 'pixels');
    if (photons.length !== fast * slow) throw invalid(`pixels has ${photons.length} elements, not ${fast} x ${slow}`);
    return this.#borrow((borrowed) => {
      const counts = borrowed.bytes(2 * photons.length);
      const result = borrowed.record(records.nbt_digitize_result);
      const number = choice(digitize_kinds, kind, 'kind');
      this.#call('nbt_digitize', number, panel, borrowed.copy(photons), BigInt(fast), counts, result);
      return {
        counts: this.#array(Uint16Array, counts, photons.length).slice(),
        ...this.#digitizeResult(result),
      };
    });
  }

  digitizeBegin({ kind = 'integer', panel = 0, maxPhotons = 0 } = {}) {
    const number = choice(digitize_kinds, kind, 'kind');
    this.#digitizedFast = this.getImageSize(panel).fast;
    this.#call('nbt_digitize_begin', number, panel, maxPhotons);
  }

  // The counts of the next rows.
  digitizeRows(pixels) {
    const photons = typedArray(Float32Array, pixels, 'pixels');
    const rows = this.#digitizedFast > 0 ? photons.length / this.#digitizedFast : 0;
    if (!Number.isInteger(rows)) {
      throw invalid(`pixels has ${photons.length} elements, not whole rows of ${this.#digitizedFast}`);
    }
    return this.#borrow((borrowed) => {
      const counts = borrowed.bytes(2 * photons.length);
      const stride = BigInt(this.#digitizedFast);
      this.#call('nbt_digitize_rows', BigInt(rows), borrowed.copy(photons), stride, counts);
      return this.#array(Uint16Array, counts, photons.length).slice();
    });
  }

  digitizeEnd() {
    return this.#borrow((borrowed) => {
      const result = borrowed.record(records.nbt_digitize_result);
      this.#call('nbt_digitize_end', result);
      this.#digitizedFast = 0;
      return this.#digitizeResult(result);
    });
  }

  tracePixel({ slow, fast, panel = 0 }) {
    const place = [panel, wholeNumber(slow, 'slow'), wholeNumber(fast, 'fast')];
    return JSON.parse(this.#text((to) => this.#call('nbt_trace_pixel', ...place, to)));
  }

  report() {
    return JSON.parse(this.#text((to) => this.#call('nbt_report', to)));
  }

  // ---- How calls are made ----

  get #view() {
    return this.#library.memory.view;
  }
  #array(Type, address, length) {
    return this.#library.memory.array(Type, address, length);
  }
  #copy(address, length) {
    return Float64Array.from(this.#array(Float64Array, address, length));
  }
  #borrow(use) {
    if (this.#handle === 0) throw invalid('the simulation has been destroyed');
    return this.#library.memory.borrow(use);
  }
  #call(name, ...given) {
    if (this.#handle === 0) throw invalid('the simulation has been destroyed');
    this.#library.check(this.#library.module[`_${name}`](this.#handle, ...given), this.#handle);
  }
  #run(hooks, start) {
    if (this.#handle === 0) throw invalid('the simulation has been destroyed');
    this.#library.run(this.#handle, hooks, start);
  }

  // The text whose address a function writes to where it is told.
  #text(ask) {
    return this.#borrow((borrowed) => {
      const to = borrowed.bytes(4);
      ask(to, borrowed);
      return this.#library.memory.textAt(this.#view.getUint32(to, true));
    });
  }

  #components(borrowed, parameters) {
    return parameters === null ? [0, 0] : [borrowed.texts(parameters, 'parameters'), parameters.length];
  }
  #componentCount(borrowed, list, count) {
    const to = borrowed.bytes(4);
    this.#call('nbt_get_component_count', list, count, to);
    return this.#view.getUint32(to, true);
  }

  // Where the library puts what else is wanted: addresses for its record, and how many numbers will be there.
  #gradientOutputs(borrowed, wanted) {
    const counts = wanted.sources || wanted.orientations ? this.getSampleCounts() : null;
    const outputs = {
      amplitudes: wanted.amplitudes && { count: this.getStructureFactorBox().count, numbersEach: 1 },
      sources: wanted.sources && { count: counts.sources, numbersEach: 5 },
      orientations: wanted.orientations && { count: counts.phiSteps * counts.domains, numbersEach: 3 },
    };
    const fields = {};
    const arrays = {};
    for (const [name, output] of Object.entries(outputs)) {
      if (!output) continue;
      const length = output.count * output.numbersEach;
      arrays[name] = { address: borrowed.bytes(8 * length), length };
      fields[name] = arrays[name].address;
      fields[`${name.slice(0, -1)}_count`] = output.count; // source_count of sources
    }
    return { record: borrowed.record(records.nbt_gradient_outputs, fields), arrays };
  }

  #digitizeResult(address) {
    const found = records.nbt_digitize_result.read(this.#view, address);
    return { scale: found.scale, totalPhotons: found.total_photons, overloads: found.overloads };
  }

  #gradientResult(address) {
    const { loss, scale_derivative: scaleDerivative, pixels } = records.nbt_gradient_result.read(this.#view, address);
    return { loss, scaleDerivative, pixels };
  }
}

function triple(values, what) {
  const array = typedArray(Int32Array, values, what);
  if (array.length !== 3) throw new NbtError('NBT_ERROR_WRONG_LENGTH', `${what} has ${array.length} values, not 3`);
  return array;
}

function countOf(array, length, what) {
  if (array.length % length !== 0) {
    throw new NbtError('NBT_ERROR_WRONG_LENGTH', `${what} has ${array.length} values, not a multiple of ${length}`);
  }
  return array.length / length;
}
