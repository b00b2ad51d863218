// Simulations of the library that follow the state. A probe comes first: it tells what a scene is, or why there is none,
// without the cost of an image. The whole image and the coarse frames have simulations of their own, which are brought to
// the probe's scene when they are to render; so what was rendered last stays what it was while a new scene is refused.
import type { Nbt, Simulation } from 'nbt';
import type { AmplitudeMaker } from './amplitudes.js';
import type { Report } from './geometry.js';
import { numbersOf, sameValue, type Parameters, type SceneValue, type State } from './state.js';
import { syntheticKey, type SyntheticRequest } from './synthetic.js';

/** What the coarse simulation has values of its own for. */
const own_of_coarse = new Set([
  'detector.pixels',
  'detector.size_mm',
  'detector.pixel_size_mm',
  'detector.origin_mm',
  'detector.roi',
  'sampling.oversample',
  'precision.mode',
]);

/** The probe's: the report sums over the region, and a large detector would take long. */
const own_of_probe = new Set(['detector.roi']);

export const most_image_pixels = 2 ** 26; // 256 MiB: what the page keeps of one image

/** A simulation and the parameters that it has. */
class Follower {
  constructor(
    readonly simulation: Simulation,
    private applied: Parameters,
    private readonly own: ReadonlySet<string> = new Set(),
  ) {
    this.applied = this.#theirs(applied);
  }

  async bringTo(parameters: Parameters): Promise<void> {
    const wanted = this.#theirs(parameters);
    const applied: Record<string, SceneValue> = { ...this.applied };
    this.applied = applied; // what has been set before a value is refused counts
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(applied)])) {
      const value = wanted[name];
      if (sameValue(value, applied[name])) continue;
      await setOf(this.simulation, name, value);
      if (value === undefined) delete applied[name];
      else applied[name] = value;
    }
  }

  #theirs(parameters: Parameters): Parameters {
    return Object.fromEntries(Object.entries(parameters).filter(([name]) => !this.own.has(name)));
  }
}

interface Followers {
  readonly probe: Follower;
  readonly whole: Follower;
  readonly coarse: Follower;
}

export class Simulator {
  #followers: Followers | null = null;
  #parameters: Parameters = {};
  #data: unknown[] = [];
  #report: Report | null = null;

  constructor(
    private readonly nbt: Nbt,
    private readonly amplitudes: AmplitudeMaker,
  ) {}

  /** The simulation of the image that was rendered last. */
  get whole(): Simulation {
    return this.#all.whole.simulation;
  }

  /** What the state is as a scene. Throws where it is none; then everything stays as it was. */
  async apply(state: State): Promise<Report> {
    const data = await this.#dataKey(state);
    const same = this.#followers !== null && data.every((part, i) => Object.is(part, this.#data[i]));
    if (!same) return this.#rebuild(state, data);
    const { probe } = this.#all;
    await probe.bringTo(state.parameters);
    return this.#take(await reportOf(probe.simulation), state.parameters);
  }

  /** The simulation of the whole image, ready to render what was applied. */
  async prepareWhole(): Promise<Prepared> {
    const { whole } = this.#all;
    await whole.bringTo(this.#parameters);
    const { fast_count, slow_count } = this.#panel;
    return { simulation: whole.simulation, fast: fast_count, slow: slow_count };
  }

  /** The same scene with pixels that are `factor` times larger. */
  async prepareCoarse(factor: number): Promise<Prepared> {
    const { coarse } = this.#all;
    await coarse.bringTo(this.#parameters);
    const { fast_count, slow_count, pixel_size_mm, origin_mm } = this.#panel;
    const fast = Math.max(1, Math.ceil(fast_count / factor));
    const slow = Math.max(1, Math.ceil(slow_count / factor));
    const { simulation } = coarse;
    await Promise.all([
      simulation.set('detector.pixel_size_mm', pixel_size_mm * factor),
      simulation.set('detector.pixels', [fast, slow]),
      simulation.set('detector.origin_mm', origin_mm),
      simulation.set('sampling.oversample', 1),
      simulation.setText('precision.mode', 'fast'),
    ]);
    return { simulation, fast, slow };
  }

  get #all(): Followers {
    if (!this.#followers) throw new Error('there is no scene yet');
    return this.#followers;
  }

  get #panel(): Report['detector']['panels'][number] {
    const panel = this.#report?.detector.panels[0];
    if (!panel) throw new Error('there is no scene yet');
    return panel;
  }

  #take(report: Report, parameters: Parameters): Report {
    this.#report = report;
    this.#parameters = parameters;
    return report;
  }

  /** A simulation to read files into; the caller destroys it. */
  async scratch(parameters: Parameters = {}): Promise<Simulation> {
    const simulation = await this.nbt.createSimulation();
    await simulation.loadScene({ nbt_scene: 1, parameters });
    return simulation;
  }

  async #dataKey({ reflections, data, parameters, spaceGroup }: State): Promise<unknown[]> {
    if (reflections.kind === 'synthetic') {
      return [data, syntheticKey(await this.#syntheticRequest(parameters, spaceGroup, reflections))];
    }
    // Reflections that a list does not name have the default amplitude of the time when it was given.
    if (reflections.kind === 'list')
      return [data, reflections.list, numbersOf(parameters['structure_factors.default_F'])?.[0]];
    if (reflections.kind === 'scene') return [data, reflections.box];
    return [data, reflections.kind];
  }

  async #syntheticRequest(
    parameters: Parameters,
    spaceGroup: string,
    { resolution_A, seed }: { resolution_A: number; seed: number },
  ): Promise<SyntheticRequest> {
    const lengths = numbersOf(parameters['crystal.cell_lengths_A']);
    const angles = numbersOf(parameters['crystal.cell_angles_deg']) ?? [90, 90, 90];
    const cell = lengths ? [...lengths, ...angles] : await this.#cellOfMatrix(parameters);
    return { spaceGroup, cell, resolution_A, seed };
  }

  async #cellOfMatrix(parameters: Parameters): Promise<number[]> {
    const simulation = await this.scratch(parameters);
    try {
      await simulation.set('structure_factors.default_F', 1);
      const { crystal } = (await simulation.report()) as unknown as Report;
      return [...crystal.cell_lengths_A, ...crystal.cell_angles_deg];
    } finally {
      await simulation.destroy();
    }
  }

  // Fresh simulations: the library has no call that takes data away again.
  async #rebuild(state: State, key: unknown[]): Promise<Report> {
    const { parameters, reflections, data } = state;
    const simulation = await this.nbt.createSimulation();
    const made = [simulation];
    try {
      const box = reflections.kind === 'scene' ? { structure_factors: reflections.box } : {};
      await simulation.loadScene({ nbt_scene: 1, parameters, ...data, ...box });
      if (reflections.kind === 'list') await simulation.setStructureFactors(reflections.list);
      if (reflections.kind === 'synthetic') {
        const request = await this.#syntheticRequest(parameters, state.spaceGroup, reflections);
        await simulation.setStructureFactorGrid(await this.amplitudes.get(request));
      }
      const probe = await simulation.clone();
      made.push(probe);
      await probe.set('detector.roi', [0, 0, 0, 0]);
      const report = await reportOf(probe);
      const coarse = await simulation.clone();
      made.push(coarse);
      await coarse.setMask(null);
      await Promise.all([coarse.unset('detector.roi'), coarse.unset('detector.size_mm')]);
      const old = this.#followers;
      this.#followers = {
        probe: new Follower(probe, parameters, own_of_probe),
        whole: new Follower(simulation, parameters),
        coarse: new Follower(coarse, parameters, own_of_coarse),
      };
      this.#data = key;
      if (old) await Promise.all(Object.values(old).map((follower: Follower) => follower.simulation.destroy()));
      return this.#take(report, parameters);
    } catch (failure) {
      await Promise.all(made.map((unused) => unused.destroy()));
      throw failure;
    }
  }
}

export interface Prepared {
  readonly simulation: Simulation;
  readonly fast: number;
  readonly slow: number;
}

async function reportOf(simulation: Simulation): Promise<Report> {
  const report = (await simulation.report()) as unknown as Report;
  checkImageSize(report);
  return report;
}

function setOf(simulation: Simulation, name: string, value: SceneValue | undefined): Promise<void> {
  if (value === undefined) return simulation.unset(name);
  return typeof value === 'string' ? simulation.setText(name, value) : simulation.set(name, value);
}

function checkImageSize({ detector }: Report): void {
  const panel = detector.panels[0];
  if (!panel || panel.fast_count * panel.slow_count <= most_image_pixels) return;
  const edge = Math.sqrt(most_image_pixels);
  throw new Error(
    `detector.pixels = ${panel.fast_count} x ${panel.slow_count} is more than this page keeps in memory: at most ${most_image_pixels} pixels, ${edge} x ${edge}`,
  );
}
