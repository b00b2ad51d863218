// Text about the image: what is under the cursor, and its figures.
import { element } from './dom.js';
import type { Geometry, Place } from './geometry.js';
import { grouped, short } from './numbers.js';
import type { Answers } from './painter_protocol.js';
import type { Statistics } from './statistics.js';

type Row = readonly [string, string];

function list(root: HTMLElement, rows: readonly Row[]): void {
  root.replaceChildren(
    ...rows.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

export function showHover(
  root: HTMLElement,
  geometry: Geometry | null,
  place: Place | null,
  value: Answers['value'],
): void {
  const inside =
    geometry &&
    place &&
    place.fast >= 0 &&
    place.slow >= 0 &&
    place.fast < geometry.fastCount &&
    place.slow < geometry.slowCount;
  if (!geometry || !place || !inside) {
    // The same rows as below, so that the image does not move when the pointer comes.
    list(root, [
      ['Pixel', 'point at one'],
      ...['Photons', 'd', '2θ', 'h k l', 'Nearest'].map((name) => [name, '–'] as const),
    ]);
    return;
  }
  // The middle of the pixel, which is where the library looks too.
  const middle = { fast: Math.floor(place.fast) + 0.5, slow: Math.floor(place.slow) + 0.5 };
  const { d_A, twotheta_deg, hkl } = geometry.looksAt(middle);
  const photons = value ? `${value.exact ? '' : '≈ '}${short(value.photons, 5)}` : '–';
  list(root, [
    ['Pixel', `${Math.floor(place.fast)}, ${Math.floor(place.slow)}`],
    ['Photons', photons],
    ...(value?.measured != null ? [['Measured', short(value.measured, 6)] as const] : []),
    ['d', Number.isFinite(d_A) && d_A < 1e5 ? `${d_A.toFixed(3)} Å` : '∞'],
    ['2θ', `${twotheta_deg.toFixed(3)}°`],
    ['h k l', hkl.map((index) => index.toFixed(2)).join('  ')],
    ['Nearest', hkl.map((index) => String(Math.round(index) + 0)).join('  ')],
  ]);
}

export function showFigures(root: HTMLElement, statistics: Statistics, low: number, high: number): void {
  const { brightest } = statistics;
  list(root, [
    ['Brightest', `${short(statistics.maximum, 5)} at ${brightest.fast}, ${brightest.slow}`],
    ['Mean', short(statistics.mean, 5)],
    ['Sum', short(statistics.sum, 6)],
    ['Pixels', grouped(statistics.pixels)],
    ['Black to white', `${short(low, 3)} to ${short(high, 3)}`],
  ]);
}
