// One number with its slider: label, entry, slider, a way back to the default, and a place for messages.
import { element } from './dom.js';
import { clamp, readNumber, short } from './numbers.js';
import type { Slider } from './parameter_rows.js';

const slider_steps = 1000;

export interface FieldOptions {
  readonly id: string;
  readonly label: string;
  /** Said before the label where it does not stand alone: "Cell edges". */
  readonly context?: string;
  readonly sentence: string;
  readonly slider?: Slider | undefined;
  readonly integer: boolean;
  readonly change: (value: number) => void;
  /** Says that what was typed is no number; null takes it back. */
  readonly complain: (message: string | null) => void;
  readonly describedBy: string;
}

export class NumberField {
  readonly root: HTMLElement;
  readonly #entry: HTMLInputElement;
  readonly #range: HTMLInputElement | null;

  constructor(private readonly options: FieldOptions) {
    const { id, label, context, slider, sentence, describedBy } = options;
    const spoken = context ? `${context} ${label}` : label;
    this.#entry = element('input', {
      id,
      type: 'text',
      inputmode: 'decimal',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-label': spoken,
      'aria-describedby': describedBy,
      onchange: () => this.#takeEntry(),
      onkeydown: (event) => this.#stepByKey(event as KeyboardEvent),
    });
    this.#range = slider
      ? element('input', {
          type: 'range',
          min: 0,
          max: slider_steps,
          step: 1,
          'aria-label': `${spoken}, slider`,
          oninput: () => this.#takeSlider(slider),
          onkeydown: (event) => options.integer && this.#stepWhole(event as KeyboardEvent, slider),
        })
      : null;
    const caption = element('label', { for: id, title: sentence }, label);
    this.root = element('div', { class: slider ? 'number' : 'number plain' }, caption, this.#range, this.#entry);
  }

  /** `fallback`: what a run decides; it is shown, but as not set. */
  show(value: number | undefined, fallback: number | undefined): void {
    const shown = value ?? fallback;
    const text = value === undefined ? '' : short(value, 8);
    if (document.activeElement !== this.#entry || readNumber(this.#entry.value) !== value) this.#entry.value = text;
    this.#entry.placeholder = fallback === undefined ? 'automatic' : short(fallback, 5);
    const { slider } = this.options;
    if (!this.#range || !slider) return;
    const known = shown !== undefined && Number.isFinite(shown);
    this.#range.value = String(known ? positionOf(shown, slider) : 0);
    this.#range.setAttribute('aria-valuetext', known ? short(shown) : 'automatic');
  }

  disable(disabled: boolean, note = ''): void {
    this.#entry.disabled = disabled;
    this.#entry.title = note;
    if (this.#range) this.#range.disabled = disabled;
  }

  markInvalid(invalid: boolean): void {
    this.#entry.setAttribute('aria-invalid', String(invalid));
  }

  #takeEntry(): void {
    const value = readNumber(this.#entry.value);
    if (!Number.isFinite(value)) {
      if (this.#entry.value.trim() !== '') this.options.complain(`"${this.#entry.value.trim()}" is not a number`);
      return;
    }
    if (this.options.integer && !Number.isInteger(value)) {
      this.options.complain(`${this.#entry.value.trim()} is not a whole number`);
      return;
    }
    this.options.complain(null);
    this.options.change(value);
  }

  #takeSlider(slider: Slider): void {
    const value = valueAt(Number(this.#range?.value), slider, this.options.integer);
    this.#entry.value = short(value, 8);
    this.#range?.setAttribute('aria-valuetext', short(value));
    this.options.complain(null);
    this.options.change(value);
  }

  // Steps of a logarithmic slider can be smaller than one; keys move whole numbers.
  #stepWhole(event: KeyboardEvent, { low, high }: Slider): void {
    const value = readNumber(this.#entry.value || this.#entry.placeholder) || low;
    const page = Math.max(1, Math.round(value / 4));
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: page,
      PageDown: -page,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    this.#entry.value = String(clamp(value + step, low, high));
    this.#takeEntry();
  }

  // Arrow up and down in the entry: a step of the last digit but one of three.
  #stepByKey(event: KeyboardEvent): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    const value = readNumber(this.#entry.value || this.#entry.placeholder);
    if (!Number.isFinite(value)) return;
    event.preventDefault();
    const size = Math.max(Math.abs(value), 1e-12);
    const natural = value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(size)) - 1);
    const step = this.options.integer ? Math.max(1, natural) : natural;
    this.#entry.value = short(value + direction * step, 10);
    this.#takeEntry();
  }
}

function positionOf(value: number, { low, high, log }: Slider): number {
  const part = log ? (value > 0 ? Math.log(value / low) / Math.log(high / low) : 0) : (value - low) / (high - low);
  return Math.round(clamp(part, 0, 1) * slider_steps);
}

function valueAt(position: number, { low, high, log }: Slider, integer: boolean): number {
  const part = position / slider_steps;
  const value = log ? low * (high / low) ** part : low + (high - low) * part;
  return integer ? Math.round(value) : Number(value.toPrecision(4));
}
