// Small plots as SVG: the histogram of the image, and the profile along a line.
import { svg } from './dom.js';
import { short } from './numbers.js';
import type { Statistics } from './statistics.js';

const width = 300;
const height = 90;
const foot = 16;

function frame(...children: Node[]): SVGSVGElement {
  return svg('svg', { class: 'plot', viewBox: `0 0 ${width} ${height + foot}`, 'aria-hidden': 'true' }, ...children);
}

const text = (x: number, content: string, anchor: string) =>
  svg('text', { x, y: height + foot - 3, 'text-anchor': anchor }, content);

/** Both axes logarithmic. `low` and `high`: limits of the display. */
export function histogramPlot({ histogram }: Statistics, low: number, high: number): SVGSVGElement {
  const { counts, first_log, last_log } = histogram;
  const most = Math.log10(Math.max(10, ...counts));
  const step = width / counts.length;
  const bars = counts
    .map((count, i) => {
      const bar = count > 0 ? Math.max(1, (Math.log10(count + 1) / most) * (height - 4)) : 0;
      return `M${(i * step).toFixed(1)},${height}v${-bar.toFixed(1)}h${(step * 0.9).toFixed(1)}V${height}Z`;
    })
    .join('');
  const at = (value: number) => {
    const part = (Math.log10(Math.max(value, Number.MIN_VALUE)) - first_log) / (last_log - first_log);
    return Math.min(width, Math.max(0, part * width));
  };
  const limits = [low, high].map((value) =>
    svg('line', { class: 'limit', x1: at(value), x2: at(value), y1: 0, y2: height }),
  );
  return frame(
    svg('path', { class: 'bars', d: bars }),
    ...limits,
    text(0, `${short(10 ** first_log, 2)}`, 'start'),
    text(width / 2, 'photons in a pixel', 'middle'),
    text(width, `${short(10 ** last_log, 3)}`, 'end'),
  );
}

/** Photons along a line; the measured counts, scaled to the same height, as a second curve. */
export function profilePlot(photons: Float32Array, measured: Float32Array | null): SVGSVGElement {
  const curves = [curveOf(photons, 'curve')];
  if (measured) curves.push(curveOf(measured, 'curve second'));
  const most = photons.reduce((largest, value) => (value > largest ? value : largest), 0);
  return frame(
    ...curves,
    text(0, '0', 'start'),
    text(width / 2, `photons, up to ${short(most, 3)}`, 'middle'),
    text(width, `${photons.length - 1} px`, 'end'),
  );
}

function curveOf(values: Float32Array, kind: string): Node {
  const columns = Math.min(values.length, width);
  const heights = Array.from({ length: columns }, (_, x) => {
    const from = Math.floor((x * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((x + 1) * values.length) / columns));
    return values.subarray(from, to).reduce((largest, value) => (value > largest ? value : largest), 0);
  });
  const most = Math.max(...heights, Number.MIN_VALUE);
  const points = heights.map((value, i) => {
    const x = columns > 1 ? (i * width) / (columns - 1) : 0;
    return `${x.toFixed(1)},${(height - (value / most) * (height - 4)).toFixed(1)}`;
  });
  return svg('polyline', { class: kind, points: points.join(' ') });
}
