// The loss of a gradient run as the C record.
import { choice, typedArray } from './checks.js';
import { invalid } from './errors.js';
import { records } from './records.js';

const kinds = ['weights', 'leastSquares', 'gaussian', 'poisson'];
const data_arrays = [Float32Array, Float64Array, Uint16Array, Int32Array];

export function lossRecord(borrowed, loss) {
  if (loss === null || typeof loss !== 'object') throw invalid('loss must be an object with kind and data');
  const { kind, data, mask, background, weights, scale, gain, readoutVariance } = loss;
  const data_type = data_arrays.findIndex((Type) => data instanceof Type);
  if (data_type < 0) throw invalid('loss.data must be a Float32Array, Float64Array, Uint16Array or Int32Array');
  const planes = {
    mask: plane(Uint8Array, mask, 'mask', data),
    background: plane(Float64Array, background, 'background', data),
    weights: plane(Float64Array, weights, 'weights', data),
  };
  for (const name of Object.keys(planes)) planes[name] = borrowed.copy(planes[name]);
  return borrowed.record(records.nbt_loss, {
    kind: choice(kinds, kind, 'loss.kind'),
    data_type,
    real_type: 1,
    data: borrowed.copy(data),
    ...planes,
    capacity: data.length,
    scale,
    gain,
    readout_variance: readoutVariance,
  });
}

function plane(Type, values, name, data) {
  if (values == null) return null;
  const array = typedArray(Type, values, `loss.${name}`);
  if (array.length !== data.length) {
    throw invalid(`loss.${name} has ${array.length} elements, loss.data has ${data.length}`);
  }
  return array;
}
