// Renders the state: a coarse frame at once, the whole image as soon as nothing changes any more. A change stops what
// is under way.
import { NbtError, type Nbt, type Simulation } from 'nbt';
import type { AmplitudeMaker } from './amplitudes.js';
import type { Report } from './geometry.js';
import type { Painter } from './painter.js';
import { Simulator } from './simulator.js';
import type { State } from './state.js';

export interface EngineEvents {
  /** The scene is possible; its geometry is that of the next frame. */
  resolved(report: Report, state: State): void;
  progress(fraction: number): void;
  frame(level: { factor: number; compute_ms: number; since_change_ms: number }): void;
  finished(state: State): void;
  /** `names`: parameters that the message is about or that have changed. The last good image stays. */
  failed(message: string, names: string[]): void;
  stopped(): void;
}

interface Level {
  /** Edge of the frame's pixels in pixels of the image. */
  readonly factor: number;
  readonly evaluations: number;
}

interface Job {
  readonly state: State;
  readonly changed_ms: number;
}

const first_frame_ms = 36; // aimed at, so that 50 ms hold with what else there is to do
const second_frame_ms = 350;
const worth_a_coarse_frame_ms = 60;
const settle_ms = 120; // without a change, before the whole image is begun
const settle_unshared_ms = 400; // where stopping means starting another worker
const patience_with_coarse_ms = 150;
const pixels_at_once = 2 ** 18;
const factors = [2, 3, 4, 6, 8, 12, 16, 24, 32];

export class Engine {
  readonly simulator: Simulator;
  #speed = { coarse: 8e7, whole: 4e7 }; // evaluations per second, corrected by every run
  #wanted: Job | null = null;
  #stop: AbortController | null = null;
  #level: { factor: number; begun_ms: number } | null = null;
  #running = false;
  #frame = 0;
  #good: State | null = null;

  constructor(
    private readonly nbt: Nbt,
    amplitudes: AmplitudeMaker,
    private readonly painter: Painter,
    private readonly events: EngineEvents,
  ) {
    this.simulator = new Simulator(nbt, amplitudes);
    this.#speed = { coarse: 8e7 * nbt.threads, whole: 4e7 * nbt.threads };
  }

  show(state: State): void {
    this.#wanted = { state, changed_ms: performance.now() };
    const slow = this.#level !== null && performance.now() - this.#level.begun_ms > patience_with_coarse_ms;
    if (!this.#level || this.#level.factor === 1 || slow) this.#stop?.abort();
    if (!this.#running) void this.#work();
  }

  /** Ends the run that is under way; the coarse frame stays. */
  stop(): void {
    this.#wanted = null;
    this.#stop?.abort(stopped_by_user);
  }

  async #work(): Promise<void> {
    this.#running = true;
    while (this.#wanted) {
      const job = this.#wanted;
      this.#wanted = null;
      await this.#render(job).catch((failure: unknown) => this.#explain(failure, job));
    }
    this.#running = false;
  }

  async #render(job: Job): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    const report = await this.simulator.apply(job.state);
    this.events.resolved(report, job.state);
    const levels = this.#levels(report);
    for (const level of levels) {
      if (this.#wanted) return;
      if (level.factor === 1 && levels.length > 1) await this.#settle(stop.signal);
      await this.#renderLevel(level, job, stop.signal);
    }
    this.#good = job.state;
    this.events.finished(job.state);
  }

  // A coarse frame that comes in time, one in between if the whole image is far away, and the whole image.
  #levels({ detector, sampling }: Report): Level[] {
    const panel = detector.panels[0];
    const pixels = panel ? panel.fast_count * panel.slow_count : 0;
    const whole = { factor: 1, evaluations: pixels * sampling.evaluations_per_pixel };
    const whole_ms = (1000 * whole.evaluations) / this.#speed.whole;
    if (whole_ms <= worth_a_coarse_frame_ms) return [whole];
    const each = sampling.evaluations_per_pixel / sampling.oversample ** 2;
    const coarse = factors.map((factor) => ({ factor, evaluations: (pixels * each) / factor ** 2 }));
    const fitting = (limit_ms: number) =>
      coarse.find(({ evaluations }) => (1000 * evaluations) / this.#speed.coarse <= limit_ms) ??
      (coarse.at(-1) as Level);
    const first = fitting(first_frame_ms);
    const second = whole_ms > 4 * second_frame_ms ? fitting(second_frame_ms) : first;
    return second.factor < first.factor ? [first, second, whole] : [first, whole];
  }

  #settle(signal: AbortSignal): Promise<void> {
    const wait_ms = crossOriginIsolated ? settle_ms : settle_unshared_ms;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, wait_ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    });
  }

  async #renderLevel(level: Level, job: Job, signal: AbortSignal): Promise<void> {
    const begun_ms = performance.now();
    this.#level = { factor: level.factor, begun_ms };
    const frame = ++this.#frame;
    try {
      const { simulation, fast, slow } = await (level.factor > 1
        ? this.simulator.prepareCoarse(level.factor)
        : this.simulator.prepareWhole());
      this.painter.send({ kind: 'begin', frame, size: { fast, slow, factor: level.factor } });
      await this.#run(simulation, frame, fast, level.factor === 1, signal);
    } catch (failure) {
      this.painter.send({ kind: 'drop', frame });
      throw failure;
    } finally {
      this.#level = null;
    }
    this.painter.send({ kind: 'end', frame });
    const now_ms = performance.now();
    const compute_ms = now_ms - begun_ms;
    this.#learn(level, compute_ms);
    this.events.frame({ factor: level.factor, compute_ms, since_change_ms: now_ms - job.changed_ms });
    await this.painter.ask<'value'>({ kind: 'value', fast: 0, slow: 0 }); // by then it is on the screen
  }

  async #run(simulation: Simulation, frame: number, fast: number, tells: boolean, signal: AbortSignal): Promise<void> {
    await simulation.runChunked({
      signal,
      rowsPerChunk: Math.max(1, Math.floor(pixels_at_once / fast)),
      onProgress: (fraction) => tells && this.events.progress(fraction),
      onRows: ({ panel, firstRow, pixels }) => {
        if (panel !== 0) return;
        const rows = pixels as Float32Array;
        this.painter.send({ kind: 'rows', frame, firstRow, pixels: rows }, [rows.buffer as ArrayBuffer]);
      },
    });
  }

  #learn({ factor, evaluations }: Level, ms: number): void {
    if (evaluations < 1e5) return;
    const which = factor > 1 ? 'coarse' : 'whole';
    this.#speed[which] = 0.5 * this.#speed[which] + 0.5 * ((1000 * evaluations) / ms);
  }

  #explain(failure: unknown, job: Job): void {
    if (failure === stopped_by_user || (failure instanceof NbtError && failure.cause === stopped_by_user)) {
      this.events.stopped();
      return;
    }
    if (failure instanceof NbtError && failure.status === 'NBT_ERROR_CANCELLED') return;
    if (failure instanceof DOMException && failure.name === 'AbortError') return;
    const message = failure instanceof Error ? failure.message : String(failure);
    this.events.failed(message, this.#namesIn(message, job.state));
  }

  #namesIn(message: string, state: State): string[] {
    const named = this.nbt.parameters.map(({ name }) => name).filter((name) => message.includes(name));
    if (named.length > 0) return named;
    const before = this.#good?.parameters ?? {};
    return Object.keys(state.parameters).filter((name) => state.parameters[name] !== before[name]);
  }
}

const stopped_by_user = new DOMException('stopped', 'AbortError');
