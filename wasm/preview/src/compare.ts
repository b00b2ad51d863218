// A measured image beside the simulated one: views of both, and the figures of `nbt compare`.
import { byId, element } from './dom.js';
import type { MeasuredImage } from './file_kinds.js';
import { readNumber, short } from './numbers.js';
import type { Painter } from './painter.js';
import type { Layer } from './painter_protocol.js';
import { tools } from './tools.js';

const views: readonly (readonly [Layer, string])[] = [
  ['split', 'Side by side'],
  ['difference', 'Difference'],
  ['measured', 'Measured'],
  ['simulated', 'Simulated'],
];

export class Compare {
  #measured: MeasuredImage | null = null;
  #figures = element('dl', { class: 'figures' });
  #message = element('p', { role: 'status' });
  #scale = element('input', {
    type: 'text',
    inputmode: 'decimal',
    value: '1',
    id: 'compare-scale',
    onchange: () => this.#takeScale(),
  });
  #radios = new Map<Layer, HTMLInputElement>();

  constructor(
    private readonly painter: Painter,
    private readonly layerChosen: () => void,
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
        element('button', { type: 'button', onclick: () => void this.#fit() }, 'Fit'),
      ),
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
    void this.#fit();
  }

  close(): void {
    this.#measured = null;
    byId('compare').hidden = true;
    this.painter.send({ kind: 'measured', image: null });
    this.painter.send({ kind: 'layer', layer: 'simulated' });
    this.layerChosen();
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
    const scale = this.#scaleNow;
    const counts = image.pixels.map((photons) => photons * scale);
    const found = await (await tools()).compare(counts, measured.pixels, image);
    if (measured === this.#measured) this.#figures.replaceChildren(...rowsOf(found));
  }

  get #scaleNow(): number {
    const scale = readNumber(this.#scale.value);
    return Number.isFinite(scale) ? scale : 1;
  }

  #takeScale(): void {
    this.#scale.setAttribute('aria-invalid', String(!Number.isFinite(readNumber(this.#scale.value))));
    this.painter.send({ kind: 'scale', scale: this.#scaleNow });
    void this.refresh();
  }

  // The factor of least squares.
  async #fit(): Promise<void> {
    const measured = this.#measured;
    const image = await this.painter.ask<'image'>({ kind: 'image' });
    if (measured && image && image.pixels.length === measured.pixels.length) {
      let product = 0;
      let square = 0;
      for (let i = 0; i < image.pixels.length; ++i) {
        product += (image.pixels[i] as number) * (measured.pixels[i] as number);
        square += (image.pixels[i] as number) ** 2;
      }
      if (square > 0) this.#scale.value = short(product / square, 6);
    }
    this.#takeScale();
  }

  #choose(layer: Layer): void {
    const radio = this.#radios.get(layer);
    if (radio) radio.checked = true;
    this.painter.send({ kind: 'layer', layer });
    this.layerChosen();
  }
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
