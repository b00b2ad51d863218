// Values from JavaScript as the C interface takes them. What does not fit is an NbtError that names the value.
import { invalid } from './errors.js';

export function numbersOf(values, what) {
  if (typeof values === 'number' || typeof values === 'boolean') return Float64Array.of(Number(values));
  return typedArray(Float64Array, values, what);
}

// `values` as this kind of typed array, converted if it is another kind.
export function typedArray(Type, values, what) {
  if (values instanceof Type) return values;
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) throw invalid(`${what} must be an array of numbers`);
  const whole = Type !== Float64Array && Type !== Float32Array;
  const converted = Type.from(values);
  for (let i = 0; i < values.length; ++i) {
    if (typeof values[i] !== 'number' || (whole && converted[i] !== values[i])) {
      throw invalid(`${what}[${i}] = ${String(values[i])} is not ${whole ? 'a whole number in range' : 'a number'}`);
    }
  }
  return converted;
}

export function wholeNumber(value, what) {
  if (!Number.isSafeInteger(value)) throw invalid(`${what} = ${String(value)} is not a whole number`);
  return BigInt(value);
}

export function sameLength(arrays) {
  const [[first, { length }], ...others] = Object.entries(arrays);
  for (const [name, array] of others) {
    if (array.length !== length) {
      throw invalid(`${name} has ${array.length} values, ${first} has ${length}: they must be as many`);
    }
  }
  return length;
}

// The number of a word in a list of words.
export function choice(words, word, what) {
  const number = words.indexOf(word);
  if (number < 0) throw invalid(`${what} = '${String(word)}' is not one of ${words.join(', ')}`);
  return number;
}
