// Keeps the image and paints it, away from the page's own thread, which stays free whatever the size of the image.
import { divergingLookup, lookup, type Lookup } from './colour_maps.js';
import type {
  Answers,
  Ask,
  FrameSize,
  FromPainter,
  Layer,
  Look,
  Pixels,
  ToPainter,
  Viewport,
} from './painter_protocol.js';
import { percentile, sortedSamples, statisticsOf } from './statistics.js';
import { toneFunction } from './tone.js';

interface Frame {
  readonly number: number;
  readonly size: FrameSize;
  readonly pixels: Float32Array;
  rowsDone: number;
  low: number;
  high: number;
  sorted: Float32Array;
}

/** Something that the canvas shows: an image with its colours. */
interface Picture {
  readonly frame: Frame;
  readonly tone: (value: number) => number;
  readonly colours: Lookup;
  /** Differences: the value farthest from 0 stands for its block, not the largest. */
  readonly signed: boolean;
}

const repaint_ms = 60; // between paintings while rows arrive
const surroundings = 0x00000000; // transparent

const post = (message: FromPainter, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

let canvas: OffscreenCanvas | null = null;
let context: OffscreenCanvasRenderingContext2D | null = null;
let viewport: Viewport = { width: 1, height: 1, zoom: 1, fast: 0, slow: 0 };
let look: Look = { tone: 'log', map: 'ember', lowPercent: 1, highPercent: 99.9 };
let colours = lookup(look.map);
const differenceColours = divergingLookup();
let layer: Layer = 'simulated';
let shown: Frame | null = null; // complete
let coming: Frame | null = null; // rows are arriving
let noise: Frame | null = null;
let measured: Frame | null = null;
let counts = { scale: 1, offset: 0 }; // of the simulated image, to compare with the measured one
let difference: Frame | null = null;
let paintAt_ms = 0;
let scheduled: ReturnType<typeof setTimeout> | null = null;

function frameOf(number: number, size: FrameSize, pixels: Float32Array): Frame {
  return { number, size, pixels, rowsDone: 0, low: 0, high: 1, sorted: new Float32Array() };
}

function setLimits(frame: Frame): void {
  frame.low = percentile(frame.sorted, look.lowPercent);
  frame.high = percentile(frame.sorted, look.highPercent);
  // Few bright spots on nothing: the percentile may be 0 where there is something to see.
  if (!(frame.high > frame.low)) frame.high = frame.sorted.at(-1) ?? 1;
}

function finish(frame: Frame): void {
  frame.sorted = sortedSamples(frame.pixels);
  frame.rowsDone = frame.size.slow;
  setLimits(frame);
}

function tellStatistics({ number, size, pixels, sorted, low, high }: Frame): void {
  const statistics = statisticsOf(pixels, size.fast, sorted);
  post({ kind: 'statistics', frame: number, factor: size.factor, statistics, low, high });
}

// ---- Painting ----

// First and last source index of every canvas pixel along one axis; -1 outside the image.
function sources(count: number, from: number, zoom: number, factor: number, length: number): [Int32Array, Int32Array] {
  const first = new Int32Array(count);
  const last = new Int32Array(count);
  for (let i = 0; i < count; ++i) {
    const low = Math.floor((from + i / zoom) / factor);
    const high = Math.max(low, Math.ceil((from + (i + 1) / zoom) / factor - 1e-9) - 1);
    const outside = high < 0 || low >= length;
    first[i] = outside ? -1 : Math.max(0, low);
    last[i] = outside ? -1 : Math.min(length - 1, high);
  }
  return [first, last];
}

function paintPicture(
  target: Uint32Array,
  stride: number,
  picture: Picture,
  area: { left: number; width: number },
  rows: { from: number; to: number },
): void {
  const { pixels, size } = picture.frame;
  const { tone, colours: palette, signed } = picture;
  const { zoom, fast, slow, height } = viewport;
  const [fastFirst, fastLast] = sources(area.width, fast, zoom, size.factor, size.fast);
  const [slowFirst, slowLast] = sources(height, slow, zoom, size.factor, size.slow);
  for (let y = 0; y < height; ++y) {
    const s0 = slowFirst[y] as number;
    const s1 = slowLast[y] as number;
    if (s0 < 0 || s1 * size.factor < rows.from || s0 * size.factor >= rows.to) continue;
    let at = y * stride + area.left;
    for (let x = 0; x < area.width; ++x, ++at) {
      const f0 = fastFirst[x] as number;
      if (f0 < 0) continue;
      const f1 = fastLast[x] as number;
      let value = pixels[s0 * size.fast + f0] as number;
      for (let s = s0; s <= s1; ++s) {
        for (let i = s * size.fast + f0, end = s * size.fast + f1; i <= end; ++i) {
          const other = pixels[i] as number;
          if (signed ? Math.abs(other) > Math.abs(value) : other > value) value = other;
        }
      }
      target[at] = palette[tone(value)] as number;
    }
  }
}

const plain = (frame: Frame, limits: Frame): Picture => ({
  frame,
  tone: toneFunction({ kind: look.tone, low: limits.low, high: limits.high }),
  colours,
  signed: false,
});

function differencePicture(frame: Frame): Picture {
  const limit = Math.max(Math.abs(frame.low), Math.abs(frame.high)) || 1;
  const tone = (value: number) => Math.min(255, Math.max(0, Math.round(127.5 + (127.5 * value) / limit)));
  return { frame, tone, colours: differenceColours, signed: true };
}

function paintSimulated(target: Uint32Array, stride: number, area: { left: number; width: number }): void {
  const everything = { from: 0, to: Infinity };
  if (shown) paintPicture(target, stride, plain(shown, shown), area, everything);
  if (!coming || coming.rowsDone === 0) return;
  paintPicture(target, stride, plain(coming, shown ?? coming), area, {
    from: 0,
    to: coming.rowsDone * coming.size.factor,
  });
}

let lastImage: ImageData | null = null;

function canvasImage(drawing: OffscreenCanvasRenderingContext2D, width: number, height: number): ImageData {
  if (lastImage?.width !== width || lastImage.height !== height) lastImage = drawing.createImageData(width, height);
  return lastImage;
}

function paint(): void {
  scheduled = null;
  paintAt_ms = performance.now();
  const { width, height } = viewport;
  if (!canvas || !context || width < 1 || height < 1) return;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = canvasImage(context, width, height);
  const target = new Uint32Array(image.data.buffer).fill(surroundings);
  const whole = { left: 0, width };
  const everything = { from: 0, to: Infinity };
  if (layer === 'difference' && difference) {
    paintPicture(target, width, differencePicture(difference), whole, everything);
  } else if (layer === 'measured' && measured) {
    paintPicture(target, width, plain(measured, measured), whole, everything);
  } else if (layer === 'noise' && noise && !coming?.rowsDone && shown?.size.factor === 1) {
    paintPicture(target, width, plain(noise, noise), whole, everything);
  } else if (layer === 'split' && measured) {
    const half = Math.floor(width / 2);
    paintSimulated(target, width, { left: 0, width: half });
    paintPicture(target, width, plain(measured, measured), { left: half, width: width - half }, everything);
  } else {
    paintSimulated(target, width, whole);
  }
  context.putImageData(image, 0, 0);
  const frame = coming?.rowsDone ? coming : shown;
  if (frame) {
    post({
      kind: 'painted',
      frame: frame.number,
      factor: frame.size.factor,
      complete: frame.rowsDone === frame.size.slow,
    });
  }
}

function schedule(wait_ms = 0): void {
  if (scheduled !== null) return;
  scheduled = setTimeout(paint, wait_ms);
}

// ---- Comparison ----

function makeDifference(): void {
  difference = null;
  if (!measured || !shown || shown.size.factor !== 1 || shown.pixels.length !== measured.pixels.length) return;
  const values = new Float32Array(measured.pixels.length);
  for (let i = 0; i < values.length; ++i) {
    values[i] = (measured.pixels[i] as number) - counts.scale * (shown.pixels[i] as number) - counts.offset;
  }
  difference = frameOf(shown.number, shown.size, values);
  difference.sorted = sortedSamples(values);
  difference.low = percentile(difference.sorted, 0.1);
  difference.high = percentile(difference.sorted, 99.9);
}

// ---- Questions ----

// Rows that have come count; where none has yet, the coarse frame answers.
function frameAt(slow: number): Frame | null {
  return coming && slow < coming.rowsDone * coming.size.factor ? coming : shown;
}

function valueAt(fast: number, slow: number): Answers['value'] {
  const frame = frameAt(slow);
  const value = frame ? pixelOf(frame, fast, slow) : null;
  if (!frame || value === null) return null;
  // A pixel of a coarse frame has the photons of factor x factor pixels.
  return {
    photons: value,
    measured: measured ? pixelOf(measured, fast, slow) : null,
    exact: frame.size.factor === 1,
  };
}

function pixelOf({ size, pixels }: Frame, fast: number, slow: number): number | null {
  const f = Math.floor(fast / size.factor);
  const s = Math.floor(slow / size.factor);
  if (f < 0 || s < 0 || f >= size.fast || s >= size.slow) return null;
  return pixels[s * size.fast + f] as number;
}

function profileOf({ from, to }: Extract<Ask, { kind: 'profile' }>): Answers['profile'] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.fast - from.fast, to.slow - from.slow)));
  const photons = new Float32Array(steps + 1);
  const others = measured ? new Float32Array(steps + 1) : null;
  for (let i = 0; i <= steps; ++i) {
    const fast = Math.floor(from.fast + ((to.fast - from.fast) * i) / steps);
    const slow = Math.floor(from.slow + ((to.slow - from.slow) * i) / steps);
    const frame = frameAt(slow);
    photons[i] = (frame && pixelOf(frame, fast, slow)) ?? NaN;
    if (others && measured) others[i] = pixelOf(measured, fast, slow) ?? NaN;
  }
  return { photons, measured: others };
}

// The whole image at its own size, in the colours of the page; with noise where that is what is shown.
async function pngOf(): Promise<Blob | null> {
  if (!shown || shown.size.factor !== 1) return null;
  const { size, low, high, pixels } = layer === 'noise' && noise ? noise : shown;
  const { fast, slow } = size;
  const own = new OffscreenCanvas(fast, slow);
  const drawing = own.getContext('2d');
  if (!drawing) return null;
  const tone = toneFunction({ kind: look.tone, low, high });
  const rows = Math.max(1, Math.floor((1 << 20) / fast));
  for (let first = 0; first < slow; first += rows) {
    const count = Math.min(rows, slow - first);
    const band = drawing.createImageData(fast, count);
    const words = new Uint32Array(band.data.buffer);
    for (let i = 0; i < words.length; ++i) words[i] = colours[tone(pixels[first * fast + i] as number)] as number;
    drawing.putImageData(band, 0, first);
  }
  return own.convertToBlob({ type: 'image/png' });
}

async function answer(ask: Ask): Promise<Answers[keyof Answers]> {
  if (ask.kind === 'value') return valueAt(ask.fast, ask.slow);
  if (ask.kind === 'profile') return profileOf(ask);
  if (ask.kind === 'png') return pngOf();
  if (!shown || shown.size.factor !== 1) return null;
  return { fast: shown.size.fast, slow: shown.size.slow, pixels: shown.pixels.slice() };
}

// ---- Messages ----

function take(message: ToPainter): void {
  switch (message.kind) {
    case 'canvas':
      canvas = message.canvas;
      context = canvas.getContext('2d');
      return schedule();
    case 'viewport':
      viewport = message.viewport;
      return schedule();
    case 'look':
      look = message.look;
      colours = lookup(look.map);
      for (const frame of [shown, noise, measured]) if (frame) setLimits(frame);
      if (shown) post({ kind: 'limits', low: shown.low, high: shown.high });
      return schedule();
    case 'layer':
      layer = message.layer;
      return schedule();
    case 'begin':
      coming = frameOf(message.frame, message.size, new Float32Array(message.size.fast * message.size.slow));
      return undefined;
    case 'rows':
      return takeRows(message);
    case 'end':
      return end(message.frame);
    case 'drop':
      if (coming?.number === message.frame) coming = null;
      return schedule();
    case 'noise':
      noise = wholeFrame(message.image);
      return paint();
    case 'measured':
      measured = wholeFrame(message.image);
      makeDifference();
      return schedule();
    case 'scale':
      counts = message;
      makeDifference();
      return schedule();
    case 'ask':
      return void answer(message.ask).then((found) =>
        post({ kind: 'answer', question: message.question, answer: found }),
      );
  }
}

function takeRows({ frame, firstRow, pixels }: Extract<ToPainter, { kind: 'rows' }>): void {
  if (coming?.number !== frame) return;
  const { fast, factor } = coming.size;
  if (factor > 1) {
    const area = factor * factor;
    for (let i = 0; i < pixels.length; ++i) pixels[i] = (pixels[i] as number) / area;
  }
  coming.pixels.set(pixels, firstRow * fast);
  coming.rowsDone = firstRow + pixels.length / fast;
  if (coming.rowsDone < coming.size.slow) schedule(Math.max(0, paintAt_ms + repaint_ms - performance.now()));
}

function end(frame: number): void {
  if (coming?.number !== frame) return;
  finish(coming);
  shown = coming;
  coming = null;
  makeDifference();
  if (scheduled !== null) clearTimeout(scheduled);
  paint();
  tellStatistics(shown);
}

// An image that does not come row by row.
function wholeFrame(image: Pixels | null): Frame | null {
  if (!image) return null;
  const frame = frameOf(0, { fast: image.fast, slow: image.slow, factor: 1 }, image.pixels);
  finish(frame);
  return frame;
}

self.onmessage = ({ data }: MessageEvent<ToPainter>) => take(data);
