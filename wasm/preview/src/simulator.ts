// Two simulations of the library that follow the state: the whole image, and a coarse one of the same scene.
import type { Nbt, Simulation } from 'nbt';
import type { AmplitudeMaker } from './amplitudes.js';
import type { Report } from './geometry.js';
import { numbersOf, sameValue, type Parameters, type SceneValue, type State } from './state.js';
import { syntheticKey, type SyntheticRequest } from './synthetic.js';

/** What the coarse simulation has a value of its own for. */
const coarse_only = new Set([
  'detector.pixels',
  'detector.size_mm',
  'detector.pixel_size_mm',
  'detector.origin_mm',
  'detector.roi',
  'sampling.oversample',
  'precision.mode',
]);

export const most_image_pixels = 2 ** 26; // 256 MiB: what the page keeps of one image

export class Simulator {
  #whole: Simulation | null = null;
  #coarse: Simulation | null = null;
  #applied: Record<string, SceneValue> = {};
  #data: unknown[] = [];
  #report: Report | null = null;

  constructor(
    private readonly nbt: Nbt,
    private readonly amplitudes: AmplitudeMaker,
  ) {}

  get whole(): Simulation {
    if (!this.#whole) throw new Error('there is no scene yet');
    return this.#whole;
  }

  /** Brings both to the state. What fails leaves the state before, or a part of the new one. */
  async apply(state: State): Promise<Report> {
    const data = await this.#dataKey(state);
    const same = this.#whole !== null && data.every((part, i) => Object.is(part, this.#data[i]));
    if (!same) await this.#rebuild(state, data);
    else await this.#change(state.parameters);
    const report = (await this.whole.report()) as unknown as Report;
    checkImageSize(report);
    this.#report = report;
    return report;
  }

  /** The coarse simulation with pixels that are `factor` times larger. */
  async coarse(factor: number): Promise<{ simulation: Simulation; fast: number; slow: number }> {
    const panel = this.#report?.detector.panels[0];
    const coarse = this.#coarse;
    if (!panel || !coarse) throw new Error('there is no scene yet');
    const fast = Math.max(1, Math.ceil(panel.fast_count / factor));
    const slow = Math.max(1, Math.ceil(panel.slow_count / factor));
    await Promise.all([
      coarse.set('detector.pixel_size_mm', panel.pixel_size_mm * factor),
      coarse.set('detector.pixels', [fast, slow]),
      coarse.set('detector.origin_mm', panel.origin_mm),
      coarse.set('sampling.oversample', 1),
      coarse.setText('precision.mode', 'fast'),
    ]);
    return { simulation: coarse, fast, slow };
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
    if (reflections.kind === 'list') return [data, reflections.list, numbersOf(parameters['structure_factors.default_F'])?.[0]];
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

  // A fresh pair: the library has no call that takes data away again.
  async #rebuild(state: State, key: unknown[]): Promise<void> {
    const { parameters, reflections, data } = state;
    const simulation = await this.nbt.createSimulation();
    try {
      const box = reflections.kind === 'scene' ? { structure_factors: reflections.box } : {};
      await simulation.loadScene({ nbt_scene: 1, parameters, ...data, ...box });
      if (reflections.kind === 'list') await simulation.setStructureFactors(reflections.list);
      if (reflections.kind === 'synthetic') {
        const request = await this.#syntheticRequest(parameters, state.spaceGroup, reflections);
        await simulation.setStructureFactorGrid(await this.amplitudes.get(request));
      }
      const coarse = await simulation.clone();
      await coarse.setMask(null);
      await Promise.all([coarse.unset('detector.roi'), coarse.unset('detector.size_mm')]);
      await Promise.all([this.#whole?.destroy(), this.#coarse?.destroy()]);
      this.#whole = simulation;
      this.#coarse = coarse;
    } catch (failure) {
      await simulation.destroy();
      throw failure;
    }
    this.#applied = { ...parameters };
    this.#data = key;
  }

  async #change(parameters: Parameters): Promise<void> {
    const names = new Set([...Object.keys(parameters), ...Object.keys(this.#applied)]);
    for (const name of names) {
      const value = parameters[name];
      if (sameValue(value, this.#applied[name])) continue;
      await setOf(this.whole, name, value);
      if (!coarse_only.has(name)) await setOf(this.#coarse as Simulation, name, value);
      if (value === undefined) delete this.#applied[name];
      else this.#applied[name] = value;
    }
  }
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
