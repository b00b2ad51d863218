// A measured image beside the simulated one: views of both, and the figures of `nbt compare`.
import { byId, element } from './dom.js';
import type { MeasuredImage } from './file_kinds.js';
import { readNumber, short } from './numbers.js';
import type { Painter } from './painter.js';
import type { Layer, Pixels } from './painter_protocol.js';
import { tools } from './tools.js';

const views: readonly (readonly [Layer, string])[] = [
  ['split', 'Side by side'],
  ['difference', 'Difference'],
  ['measured', 'Measured'],
  ['simulated', 'Simulated'],
];

export class Compare {
  #measured: MeasuredImage | null = null;
  #follows = true;
  #figures = element('dl', { class: 'figures' });
  #message = element('p', { role: 'status' });
  #scale = this.#entry('compare-scale', '1');
  #offset = this.#entry('compare-offset', '0');
  #radios = new Map<Layer, HTMLInputElement>();

  constructor(
    private readonly painter: Painter,
    private readonly show: (layer: Layer) => void,
  ) {
    const choices = views.map(([layer, label]) => {
      const radio = element('input', {
        type: 'radio',
        name: 'layer',
        value: layer,
        onchange: () => this.#choose(layer),
      });
      this.#radios.set(layer, radio);
      return element('label', { class: 'choice' }, radio, label);
    });
    byId('compare-body').append(
      element('div', { class: 'choices', role: 'radiogroup', 'aria-label': 'What is shown' }, ...choices),
      element(
        'div',
        { class: 'scale-row' },
        element('label', { for: 'compare-scale' }, 'Counts per photon'),
        this.#scale,
        element('label', { for: 'compare-offset' }, 'Offset of counts'),
        this.#offset,
      ),
      element('button', { type: 'button', onclick: () => this.#fit() }, 'Fit both'),
      this.#message,
      this.#figures,
      element('button', { type: 'button', onclick: () => this.close() }, 'End the comparison'),
    );
  }

  get active(): boolean {
    return this.#measured !== null;
  }

  open(image: MeasuredImage): void {
    this.#measured = image;
    byId('compare').hidden = false;
    this.painter.send({
      kind: 'measured',
      image: { fast: image.fast, slow: image.slow, pixels: image.pixels.slice() },
    });
    this.#choose('split');
    this.#fit();
  }

  close(): void {
    this.#measured = null;
    byId('compare').hidden = true;
    this.painter.send({ kind: 'measured', image: null });
    this.#choose('simulated');
  }

  /** Called when a whole image is finished. */
  async refresh(): Promise<void> {
    const measured = this.#measured;
    if (!measured) return;
    const image = await this.painter.ask<'image'>({ kind: 'image' });
    if (!image || measured !== this.#measured) return;
    if (image.fast !== measured.fast || image.slow !== measured.slow) {
      this.#figures.replaceChildren();
      this.#message.textContent = `${measured.name} has ${measured.fast} x ${measured.slow} pixels, the detector ${image.fast} x ${image.slow}: take its geometry first`;
      return;
    }
    this.#message.textContent = '';
    if (this.#follows) this.#fitTo(image, measured);
    const { scale, offset } = this.#counts;
    const counts = image.pixels.map((photons) => photons * scale + offset);
    const found = await (await tools()).compare(counts, measured.pixels, image);
    if (measured === this.#measured) this.#figures.replaceChildren(...rowsOf(inOrder(found)));
  }

  #entry(id: string, value: string): HTMLInputElement {
    return element('input', { type: 'text', inputmode: 'decimal', value, id, onchange: () => this.#takeCounts() });
  }

  get #counts(): { scale: number; offset: number } {
    const [scale = NaN, offset = NaN] = [this.#scale, this.#offset].map((entry) => readNumber(entry.value));
    return { scale: Number.isFinite(scale) ? scale : 1, offset: Number.isFinite(offset) ? offset : 0 };
  }

  // Typed values stay; fitted ones follow every image.
  #takeCounts(): void {
    this.#follows = false;
    for (const entry of [this.#scale, this.#offset]) {
      entry.setAttribute('aria-invalid', String(!Number.isFinite(readNumber(entry.value))));
    }
    this.painter.send({ kind: 'scale', ...this.#counts });
    void this.refresh();
  }

  #fit(): void {
    this.#follows = true;
    void this.refresh();
  }

  #fitTo({ pixels }: Pixels, measured: MeasuredImage): void {
    const { scale, offset } = straightLine(pixels, measured.pixels);
    this.#scale.value = short(scale, 6);
    this.#offset.value = short(offset, 6);
    this.painter.send({ kind: 'scale', ...this.#counts });
  }

  /** Another view was chosen elsewhere. */
  leave(): void {
    for (const radio of this.#radios.values()) radio.checked = false;
  }

  #choose(layer: Layer): void {
    const radio = this.#radios.get(layer);
    if (radio) radio.checked = true;
    this.show(layer);
  }
}

// Least squares of counts against photons.
function straightLine(photons: Float32Array, counts: Float32Array): { scale: number; offset: number } {
  const mean = (list: Float32Array) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [meanPhotons, meanCounts] = [mean(photons), mean(counts)];
  let product = 0;
  let square = 0;
  for (let i = 0; i < photons.length; ++i) {
    const away = (photons[i] as number) - meanPhotons;
    product += away * ((counts[i] as number) - meanCounts);
    square += away * away;
  }
  // Images that have nothing in common are brought to the same sum.
  const scale = product > 0 ? product / square : meanCounts / (meanPhotons || 1);
  return { scale, offset: meanCounts - scale * meanPhotons };
}

// What says most comes first; the region, which is the whole image here, last.
function inOrder({
  correlation,
  sum_ratio,
  peaks,
  region,
  ...others
}: Record<string, unknown>): Record<string, unknown> {
  return { correlation, sum_ratio, peaks, ...others, region };
}

// Nested figures are written with their path: "peaks matched".
function rowsOf(found: Record<string, unknown>, prefix = ''): HTMLElement[] {
  return Object.entries(found).flatMap(([key, value]) => {
    const name = `${prefix}${key.replaceAll('_', ' ')}`;
    if (value !== null && typeof value === 'object') return rowsOf(value as Record<string, unknown>, `${name}: `);
    const text = typeof value === 'number' ? short(value, 6) : value === null ? 'undefined' : String(value);
    return [element('div', {}, element('dt', {}, name), element('dd', {}, text))];
  });
}
