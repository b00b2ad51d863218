// The state with its past: undo, redo, and who is told of changes.
import type { State } from './state.js';

type Listener = (state: State, source: unknown) => void;

const most_steps = 200;
const merge_ms = 600; // movements of one slider within this time are one step

export class History {
  #past: State[] = [];
  #future: State[] = [];
  #listeners: Listener[] = [];
  #lastSubject: string | null = null;
  #lastChange_ms = 0;

  constructor(public state: State) {}

  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** `subject` names the control: its changes in quick succession are undone together. */
  change(next: State, subject: string | null = null, source: unknown = null): void {
    if (next === this.state) return;
    const now_ms = performance.now();
    const merges = subject !== null && subject === this.#lastSubject && now_ms - this.#lastChange_ms < merge_ms;
    if (!merges) this.#past.push(this.state);
    if (this.#past.length > most_steps) this.#past.shift();
    this.#future = [];
    this.#lastSubject = subject;
    this.#lastChange_ms = now_ms;
    this.#become(next, source);
  }

  undo(): void {
    this.#step(this.#past, this.#future);
  }

  redo(): void {
    this.#step(this.#future, this.#past);
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  #step(from: State[], to: State[]): void {
    const state = from.pop();
    if (!state) return;
    to.push(this.state);
    this.#lastSubject = null;
    this.#become(state, null);
  }

  #become(state: State, source: unknown): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state, source);
  }
}
