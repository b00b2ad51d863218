// The image as counts with Poisson noise, drawn anew for every finished image while the switch is on.
import type { Simulation } from 'nbt';
import { byId } from './dom.js';
import type { History } from './history.js';
import type { Painter } from './painter.js';
import type { Layer } from './painter_protocol.js';
import { withParameter } from './state.js';

export class Noise {
  #box = byId<HTMLInputElement>('noise');

  constructor(
    private readonly painter: Painter,
    private readonly history: History,
    private readonly simulation: () => Simulation,
    private readonly show: (layer: Layer) => void,
  ) {
    this.#box.addEventListener('change', () => void this.#switch());
  }

  /** Called when a whole image is finished. */
  async refresh(): Promise<void> {
    if (!this.#box.checked) return;
    const seed = this.history.state.parameters['noise.seed'];
    const image = await this.painter.ask<'image'>({ kind: 'image' });
    if (!image) return;
    const { counts } = await this.simulation().digitize({ kind: 'noise', pixels: image.pixels });
    const { fast, slow } = image;
    this.painter.send({ kind: 'noise', image: { fast, slow, pixels: Float32Array.from(counts) } });
    await this.painter.ask<'value'>({ kind: 'value', fast: 0, slow: 0 }); // by then it is on the screen
    byId('stage').dataset.noise = String(seed);
  }

  /** Another view was chosen. */
  leave(): void {
    this.#box.checked = false;
  }

  async #switch(): Promise<void> {
    this.show(this.#box.checked ? 'noise' : 'simulated');
    if (!this.#box.checked) return;
    const { state } = this.history;
    // A noise image needs a seed; the change renders, and the noise follows.
    if (state.parameters['noise.seed'] === undefined)
      this.history.change(withParameter(state, 'noise.seed', 1), 'noise.seed');
    else await this.refresh();
  }
}
