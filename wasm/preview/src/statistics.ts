// Figures of an image: limits of the display, histogram, sums.

export interface Statistics {
  readonly pixels: number;
  readonly sum: number;
  readonly mean: number;
  readonly maximum: number;
  readonly brightest: { readonly fast: number; readonly slow: number };
  /** Counts of pixels in even steps of log10(photons) from `first_log` to `last_log`; zeros are not in it. */
  readonly histogram: {
    readonly counts: number[];
    readonly first_log: number;
    readonly last_log: number;
    readonly zeros: number;
  };
}

const bins = 96;
const most_samples = 1 << 15;
const shown_decades = 12;

/** `sorted`: sortedSamples() of the image. */
export function statisticsOf(pixels: Float32Array, fast: number, sorted: Float32Array): Statistics {
  let sum = 0;
  let maximum = -Infinity;
  let at = 0;
  for (let i = 0; i < pixels.length; ++i) {
    const value = pixels[i] as number;
    sum += value;
    if (value > maximum) {
      maximum = value;
      at = i;
    }
  }
  return {
    pixels: pixels.length,
    sum,
    mean: sum / pixels.length,
    maximum,
    brightest: { fast: at % fast, slow: Math.floor(at / fast) },
    histogram: histogramOf(pixels, maximum, sorted),
  };
}

/** Every nth pixel, ascending, for percentiles; an odd step so that it does not keep to one column. */
export function sortedSamples(pixels: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(pixels.length / most_samples) | 1);
  const samples = new Float32Array(Math.ceil(pixels.length / step));
  for (let i = 0; i < samples.length; ++i) samples[i] = pixels[i * step] as number;
  return samples.sort();
}

function histogramOf(pixels: Float32Array, maximum: number, sorted: Float32Array): Statistics['histogram'] {
  const counts = new Array<number>(bins).fill(0);
  const last_log = maximum > 0 ? Math.log10(maximum) : 0;
  const smallest = sorted.find((value) => value > 0) ?? 1;
  const first_log = Math.max(Math.min(Math.log10(smallest), last_log - 1), last_log - shown_decades);
  const perLog = bins / (last_log - first_log);
  let zeros = 0;
  const step = Math.max(1, Math.ceil(pixels.length / (1 << 20)) | 1);
  for (let i = 0; i < pixels.length; i += step) {
    const value = pixels[i] as number;
    if (!(value > 0)) {
      zeros += step;
      continue;
    }
    const bin = Math.floor((Math.log10(value) - first_log) * perLog);
    const kept = Math.min(bins - 1, Math.max(0, bin));
    counts[kept] = (counts[kept] as number) + step;
  }
  return { counts, first_log, last_log, zeros };
}

/** The value that `percent` of the pixels do not pass. */
export function percentile(sorted: Float32Array, percent: number): number {
  if (sorted.length === 0) return 0;
  const at = (percent / 100) * (sorted.length - 1);
  const i = Math.min(sorted.length - 1, Math.floor(at));
  const low = sorted[i] as number;
  const high = sorted[Math.min(sorted.length - 1, i + 1)] as number;
  return low + (high - low) * (at - i);
}
