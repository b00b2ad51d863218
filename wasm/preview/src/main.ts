// Puts the page together: state to controls and engine, frames to figures, pointer to readout.
import { create, type Nbt } from 'nbt';
import { AmplitudeMaker } from './amplitudes.js';
import { Compare } from './compare.js';
import { Controls } from './controls.js';
import { setUpDisplay } from './display.js';
import { byId, element } from './dom.js';
import { Engine } from './engine.js';
import { setUpExport } from './export.js';
import { Files } from './files.js';
import { Geometry, type Place, type Report } from './geometry.js';
import { History } from './history.js';
import { bindKeys } from './keys.js';
import { Noise } from './noise.js';
import { short } from './numbers.js';
import { setUpServiceWorker } from './offline.js';
import { missetAfterTurn } from './orientation.js';
import { Overlay } from './overlay.js';
import { Painter } from './painter.js';
import type { Layer } from './painter_protocol.js';
import { histogramPlot, profilePlot } from './plots.js';
import { firstPreset, presets } from './presets.js';
import { showFigures, showHover } from './readout.js';
import { withParameter, withParameters, type State } from './state.js';
import type { Statistics } from './statistics.js';
import { Status } from './status.js';
import { setUpTheme } from './theme.js';
import { defaultLook, linkOf, readLink, unknownNames } from './url.js';
import { View } from './view.js';

const degrees_per_pixel = 0.15; // of the screen, when the crystal is turned by hand
const link_delay_ms = 250;

async function start(): Promise<void> {
  const status = new Status();
  setUpTheme(byId('theme'));
  void setUpServiceWorker();
  const linked = readLink(location.hash);
  const painter = new Painter(byId<HTMLCanvasElement>('canvas'));
  const threads = new URLSearchParams(location.search).get('threads');
  const nbt = await create({ threads: threads ? Number(threads) : 'auto' });
  const history = new History(linked?.state ?? firstPreset.state);
  new Page(nbt, history, painter, status, { look: linked?.look ?? defaultLook, rings: linked?.rings ?? true });
}

class Page {
  readonly #engine: Engine;
  readonly #view: View;
  readonly #overlay: Overlay;
  readonly #controls: Controls;
  readonly #display: ReturnType<typeof setUpDisplay>;
  readonly #compare: Compare;
  readonly #noise: Noise;
  readonly #files: Files;
  #geometry: Geometry | null = null;
  #statistics: Statistics | null = null;
  #cursor: Place | null = null;
  #line: { from: Place; to: Place } | null = null;
  #linkTimer = 0;

  constructor(
    private readonly nbt: Nbt,
    private readonly history: History,
    private readonly painter: Painter,
    private readonly status: Status,
    display: { look: typeof defaultLook; rings: boolean },
  ) {
    const overlayRoot = document.getElementById('overlay') as unknown as SVGSVGElement;
    this.#view = new View(byId('stage'), {
      moved: (viewport) => {
        painter.send({ kind: 'viewport', viewport });
        this.#overlay.draw();
      },
      pointed: (place) => void this.#point(place),
      turned: (fast_px, slow_px, aboutBeam) => this.#turn(fast_px, slow_px, aboutBeam),
      profile: (from, to) => void this.#profile({ from, to }),
    });
    this.#overlay = new Overlay(overlayRoot, this.#view);
    this.#display = setUpDisplay(painter, this.#view, this.#overlay, display, () => this.#writeLink());
    this.#engine = new Engine(nbt, new AmplitudeMaker(), painter, {
      resolved: (report) => this.#resolved(report),
      progress: (fraction) => status.progress(fraction),
      frame: (level) => status.frame(level),
      finished: () => this.#finished(),
      failed: (message, names) => this.#failed(message, names),
      stopped: () => status.stopped(),
    });
    this.#noise = new Noise(
      painter,
      history,
      () => this.#engine.simulator.whole,
      (layer) => {
        this.#compare.leave();
        this.#showLayer(layer);
      },
    );
    this.#compare = new Compare(painter, (layer) => {
      this.#noise.leave();
      this.#showLayer(layer);
    });
    setUpExport({ painter, simulation: () => this.#engine.simulator.whole });
    this.#files = this.#readFiles();
    this.#controls = new Controls(byId('controls'), nbt.parameters, history);
    this.#connect();
    this.#presets();
    this.#about();
    history.state = this.#checkedLink(history.state);
    this.#engine.show(history.state);
    status.working();
  }

  #connect(): void {
    const { history, painter, status } = this;
    history.onChange((state) => {
      this.#engine.show(state);
      status.working();
      this.#writeLink();
      this.#showHistory();
    });
    painter.onMessage((message) => {
      if (message.kind === 'statistics') this.#show(message.statistics, message.low, message.high);
      if (message.kind === 'limits' && this.#statistics) this.#show(this.#statistics, message.low, message.high);
      if (message.kind === 'painted' && message.complete) status.painted(message.factor);
      if (message.kind === 'statistics') void this.#refresh();
    });
    byId('undo').addEventListener('click', () => history.undo());
    byId('redo').addEventListener('click', () => history.redo());
    byId('stop').addEventListener('click', () => this.#engine.stop());
    byId('copy-link').addEventListener('click', () => void this.#copyLink());
    bindKeys({ undo: () => history.undo(), redo: () => history.redo(), stop: () => this.#engine.stop() });
    addEventListener('hashchange', ({ newURL }: HashChangeEvent) => {
      clearTimeout(this.#linkTimer); // the address is somebody's, not ours to write over
      const { hash } = new URL(newURL);
      const linked = readLink(hash);
      if (!linked || hash === this.#link()) return;
      history.change(this.#checkedLink(linked.state));
    });
    showHover(byId('hover'), null, null, null);
  }

  #presets(): void {
    for (const { name, description, state } of presets) {
      const apply = () => {
        this.#view.fit();
        this.history.change(state);
      };
      byId('presets').append(element('button', { type: 'button', title: description, onclick: apply }, name));
    }
  }

  #about(): void {
    const { version, threads } = this.nbt;
    const shares = crossOriginIsolated ? '' : ' (this page is served without the headers that threads need)';
    byId('about').textContent =
      `nbt ${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${shares}. Everything is computed in this browser; nothing is uploaded.`;
  }

  #resolved(report: Report): void {
    this.#geometry = new Geometry(report);
    document.body.dataset.size = `${this.#geometry.fastCount},${this.#geometry.slowCount}`;
    this.#view.setImage(this.#geometry);
    this.#overlay.setGeometry(this.#geometry);
    this.#controls.clearMessages();
    this.#controls.takeReport(report);
    this.status.clear();
    this.status.warn(report.warnings);
  }

  #showLayer(layer: Layer): void {
    this.painter.send({ kind: 'layer', layer });
    byId('stage').dataset.layer = layer;
    this.#view.setColumns(layer === 'split' ? 2 : 1);
  }

  #finished(): void {
    this.status.finished(this.nbt.threads);
    const tell = (failure: Error) => this.status.failed(failure.message);
    this.#noise.refresh().catch(tell);
    this.#compare.refresh().catch(tell);
  }

  #readFiles(): Files {
    return new Files({
      context: (shelf) => ({
        state: this.history.state,
        simulator: this.#engine.simulator,
        shelf,
        smallestSpacing_A: this.#geometry?.smallestSpacing_A ?? 1,
      }),
      changed: (state) => this.history.change(state),
      measured: (image) => this.#compare.open(image),
    });
  }

  #failed(message: string, names: string[]): void {
    this.#controls.complain(message, names);
    this.status.failed(message);
  }

  #show(statistics: Statistics, low: number, high: number): void {
    this.#statistics = statistics;
    showFigures(byId('figures'), statistics, low, high);
    byId('histogram').replaceChildren(histogramPlot(statistics, low, high));
  }

  async #refresh(): Promise<void> {
    await this.#point(this.#cursor);
    if (this.#line) await this.#profile(this.#line);
  }

  async #point(place: Place | null): Promise<void> {
    this.#cursor = place;
    this.#overlay.setCursor(place);
    const value = place && (await this.painter.ask<'value'>({ kind: 'value', ...place }));
    if (place === this.#cursor) showHover(byId('hover'), this.#geometry, place, value);
  }

  async #profile(line: { from: Place; to: Place }): Promise<void> {
    this.#line = line;
    this.#overlay.setLine(line);
    const { photons, measured } = await this.painter.ask<'profile'>({ kind: 'profile', ...line });
    if (line === this.#line) byId('profile').replaceChildren(profilePlot(photons, measured));
  }

  // Dragging along fast turns about slow and the other way round, as if the crystal's front were under the pointer.
  #turn(fast_px: number, slow_px: number, aboutBeam: boolean): void {
    const geometry = this.#geometry;
    if (!geometry) return;
    const { state } = this.history;
    const before = (state.parameters['crystal.misset_deg'] as number[] | undefined) ?? [0, 0, 0];
    const angle = (pixels: number) => (pixels * degrees_per_pixel * Math.PI) / 180;
    const turned = aboutBeam
      ? missetAfterTurn(before, geometry.beam, angle(fast_px))
      : missetAfterTurn(missetAfterTurn(before, geometry.slowAxis, angle(fast_px)), geometry.fastAxis, -angle(slow_px));
    this.history.change(withParameter(state, 'crystal.misset_deg', turned), 'turn');
  }

  // What a link cannot bring is said where files are dropped; the rest is taken.
  #checkedLink(state: State): State {
    const unknown = unknownNames(state.parameters, new Set(this.nbt.parameters.map(({ name }) => name)));
    if (unknown.length > 0) this.#files.say(`The link names unknown parameters, left out: ${unknown.join(', ')}`, true);
    if (state.reflections.kind === 'missing') {
      this.#files.say(`The link was made with reflections from ${state.reflections.name}: drop that file here`, true);
    }
    return withParameters(state, Object.fromEntries(unknown.map((name) => [name, undefined])));
  }

  #link(): string {
    return linkOf({ state: this.history.state, look: this.#display.look, rings: this.#display.rings });
  }

  #writeLink(): void {
    clearTimeout(this.#linkTimer);
    this.#linkTimer = setTimeout(() => window.history.replaceState(null, '', this.#link()), link_delay_ms);
  }

  async #copyLink(): Promise<void> {
    window.history.replaceState(null, '', this.#link());
    try {
      await navigator.clipboard.writeText(location.href);
      this.status.say('The link is on the clipboard');
    } catch {
      this.status.say('The link is in the address bar');
    }
  }

  #showHistory(): void {
    byId('undo').toggleAttribute('disabled', !this.history.canUndo);
    byId('redo').toggleAttribute('disabled', !this.history.canRedo);
  }
}

start().catch((failure: unknown) => {
  document.body.dataset.state = 'failed';
  const message = failure instanceof Error ? failure.message : String(failure);
  byId('failure').textContent = `The simulator could not be started: ${message}`;
  byId('status').textContent = `Not started after ${short(performance.now() / 1000, 2)} s`;
});
