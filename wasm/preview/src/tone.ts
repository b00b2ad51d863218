// From photons to entries of a colour map.

export const toneNames = ['log', 'sqrt', 'linear'] as const;
export type ToneName = (typeof toneNames)[number];

export interface Tone {
  readonly kind: ToneName;
  readonly low: number;
  readonly high: number;
}

// A logarithm needs a floor: at most this many decades below the upper limit.
const most_decades = 4;

/** A function that gives 0 ... 255. */
export function toneFunction({ kind, low, high }: Tone): (photons: number) => number {
  if (kind === 'log') {
    const floor = Math.max(low, high * 10 ** -most_decades, Number.MIN_VALUE);
    const scale = high > floor ? 255 / Math.log(high / floor) : 0;
    return (photons) => bounded(photons > floor ? Math.log(photons / floor) * scale : 0);
  }
  if (kind === 'sqrt') {
    const scale = high > low ? 255 / Math.sqrt(high - low) : 0;
    return (photons) => bounded(photons > low ? Math.sqrt(photons - low) * scale : 0);
  }
  const scale = high > low ? 255 / (high - low) : 0;
  return (photons) => bounded((photons - low) * scale);
}

function bounded(level: number): number {
  if (!(level > 0)) return 0;
  return level > 255 ? 255 : level | 0;
}
