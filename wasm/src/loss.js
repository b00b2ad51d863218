// The loss of a gradient run as the C record.
import { choice, typedArray, wholeNumber } from './checks.js';
import { invalid } from './errors.js';
import { planesOf, plane_names } from './loss_rows.js';
import { records } from './records.js';

const kinds = ['weights', 'leastSquares', 'gaussian', 'poisson'];
const data_arrays = [Float32Array, Float64Array, Uint16Array, Int32Array];
const data_types = ['float32', 'float64', 'uint16', 'int32'];
const float64 = 1; // of background and weights

// The record, and the function that the library's callback for rows is to call, if `loss.data` is one.
export function lossRecord(library, borrowed, loss) {
  if (loss === null || typeof loss !== 'object') throw invalid('loss must be an object with kind and data');
  const { kind, data, scale, gain, readoutVariance } = loss;
  const terms = { kind: choice(kinds, kind, 'loss.kind'), scale, gain, readout_variance: readoutVariance };
  const source = typeof data === 'function' ? rowSource(library, borrowed, loss) : arraySource(borrowed, loss);
  const record = borrowed.record(records.nbt_loss, { real_type: float64, ...terms, ...source.fields });
  return { record, onData: source.onData };
}

function arraySource(borrowed, { data, mask, background, weights }) {
  const data_type = data_arrays.findIndex((Type) => data instanceof Type);
  if (data_type < 0) {
    throw invalid('loss.data must be a Float32Array, Float64Array, Uint16Array, Int32Array, or a function');
  }
  const planes = planesOf({ data, mask, background, weights }, data_arrays[data_type], data.length, 'loss.');
  for (const name of Object.keys(planes)) planes[name] = borrowed.copy(planes[name]);
  return { fields: { data_type, ...planes, capacity: data.length } };
}

// `loss.data` is called with what rows are wanted, and returns the planes or null to stop the run.
function rowSource(library, borrowed, { data, dataType = 'float32', rowsPerChunk = 0 }) {
  const data_type = choice(data_types, dataType, 'loss.dataType');
  const kept = new KeptPlanes(library.memory, borrowed);
  const onData = (address) => {
    const { view } = library.memory;
    const found = records.nbt_data_rows.read(view, address);
    const { panel, first_row: firstRow, row_count: rowCount, fast_count: fastCount } = found;
    const rows = data({ panel, firstRow, rowCount, fastCount, Type: data_arrays[data_type] });
    const pointers = Object.fromEntries(plane_names.map((name) => [name, kept.keep(name, rows[name])]));
    records.nbt_data_rows.write(library.memory.view, address, { ...found, ...pointers });
  };
  const fields = { data_type, callback: library.callbacks.data, rows_per_chunk: wholeNumber(rowsPerChunk, 'rowsPerChunk') };
  return { fields, onData };
}

// Room for the rows of one chunk, which must stay until the next.
class KeptPlanes {
  constructor(memory, borrowed) {
    this.memory = memory;
    this.borrowed = borrowed;
    this.places = {};
  }

  keep(name, plane) {
    if (plane == null) return 0;
    if (!(this.places[name]?.bytes >= plane.byteLength)) {
      this.places[name] = { address: this.borrowed.bytes(plane.byteLength), bytes: plane.byteLength };
    }
    const { address } = this.places[name];
    this.memory
      .array(Uint8Array, address, plane.byteLength)
      .set(new Uint8Array(plane.buffer, plane.byteOffset, plane.byteLength));
    return address;
  }
}
