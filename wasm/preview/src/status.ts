// The line below the image: what is going on, how long it took, what went wrong.
import { byId } from './dom.js';
import { short } from './numbers.js';

const marks = { coarse: 'nbt: first frame', whole: 'nbt: whole image' };

export class Status {
  #text = byId('status');
  #failure = byId('failure');
  #notes = byId('notes');
  #progress = byId<HTMLProgressElement>('progress');
  #stop = byId<HTMLButtonElement>('stop');
  #changed_ms = performance.now();
  #waitsForFirst = true;
  #timing = '';

  working(): void {
    this.#become('working');
    this.#changed_ms = performance.now();
    this.#waitsForFirst = true;
    this.#progress.value = 0;
  }

  progress(fraction: number): void {
    this.#progress.value = fraction;
    this.#stop.hidden = false;
    this.#text.textContent = `Rendering: ${Math.round(100 * fraction)} %`;
  }

  frame({ factor, compute_ms }: { factor: number; compute_ms: number }): void {
    this.#timing = `${factor === 1 ? 'whole image' : `1 of ${factor * factor} pixels`} in ${short(compute_ms, 3)} ms`;
    this.#text.textContent = factor === 1 ? `Done: ${this.#timing}` : `Coarse frame: ${this.#timing}`;
  }

  // Told when the picture is on the screen; measured for anyone who looks (User Timing).
  painted(factor: number): void {
    if (this.#waitsForFirst) performance.measure(marks.coarse, { start: this.#changed_ms, detail: { factor } });
    this.#waitsForFirst = false;
    if (factor === 1) performance.measure(marks.whole, { start: this.#changed_ms });
  }

  finished(threads: number): void {
    this.#become('done');
    this.#progress.value = 1;
    this.#text.textContent = `Done: ${this.#timing}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  }

  stopped(): void {
    this.#become('stopped');
    this.#text.textContent = 'Stopped. Any change begins again.';
  }

  failed(message: string): void {
    this.#become('failed');
    this.#failure.textContent = message;
    this.#text.textContent = 'The last good image stays';
  }

  warn(warnings: readonly string[]): void {
    this.#notes.textContent = warnings.join('. ');
  }

  clear(): void {
    this.#failure.textContent = '';
  }

  say(message: string): void {
    this.#text.textContent = message;
  }

  #become(state: string): void {
    document.body.dataset.state = state;
    this.#stop.hidden = true;
  }
}
