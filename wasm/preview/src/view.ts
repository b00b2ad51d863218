// The picture on the screen: its size, zoom and place, and what pointer and keys do on it.
import type { Geometry, Place } from './geometry.js';
import { clamp } from './numbers.js';
import type { Viewport } from './painter_protocol.js';

export type Tool = 'pan' | 'turn' | 'profile';

export interface ViewEvents {
  moved(viewport: Viewport): void;
  /** Where the pointer or the key cursor is; null: it has left. */
  pointed(place: Place | null): void;
  /** The crystal is turned by hand: pixels along fast and slow on the screen, and about the beam. */
  turned(fast_px: number, slow_px: number, aboutBeam: boolean): void;
  profile(from: Place, to: Place): void;
}

const most_zoom = 64;
const key_step_px = 40;
const wheel_step = 1.0015;

export class View {
  tool: Tool = 'pan';
  /** Side by side: the same part of the detector in each column. */
  #columns = 1;
  #image = { fast: 1, slow: 1 };
  #size = { width: 1, height: 1 }; // device pixels
  #zoom = 1; // device pixels per image pixel
  #corner: Place = { fast: 0, slow: 0 };
  #fitted = true;
  #pointers = new Map<number, PointerEvent>();
  #start: Place | null = null;
  #cursor: Place | null = null;

  constructor(
    private readonly stage: HTMLElement,
    private readonly events: ViewEvents,
  ) {
    new ResizeObserver(() => this.#resize()).observe(stage);
    stage.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    stage.addEventListener('pointerdown', (event) => this.#down(event));
    stage.addEventListener('pointermove', (event) => this.#move(event));
    stage.addEventListener('pointerup', (event) => this.#up(event));
    stage.addEventListener('pointercancel', (event) => this.#up(event));
    stage.addEventListener('pointerleave', () => this.#pointers.size === 0 && this.events.pointed(this.#cursor));
    stage.addEventListener('keydown', (event) => this.#key(event));
    stage.addEventListener('dblclick', () => this.fit());
  }

  setColumns(columns: 1 | 2): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    this.fit();
  }

  get columns(): number {
    return this.#columns;
  }

  // Of a column, in device pixels.
  get #width(): number {
    return this.#size.width / this.#columns;
  }

  // In CSS pixels of a column; the same place in each.
  #middle(): { x: number; y: number } {
    return { x: this.#width / 2 / this.density, y: this.#size.height / 2 / this.density };
  }

  /** The next frame's image. Keeps the place on the detector; a different size is fitted. */
  setImage(geometry: Geometry): void {
    const { fastCount: fast, slowCount: slow } = geometry;
    if (fast === this.#image.fast && slow === this.#image.slow) return;
    this.#image = { fast, slow };
    this.fit();
  }

  get viewport(): Viewport {
    return { ...this.#size, zoom: this.#zoom, fast: this.#corner.fast, slow: this.#corner.slow };
  }

  get density(): number {
    return window.devicePixelRatio || 1;
  }

  /** In CSS pixels of the stage. */
  toScreen({ fast, slow }: Place): { x: number; y: number } {
    const scale = this.#zoom / this.density;
    return { x: (fast - this.#corner.fast) * scale, y: (slow - this.#corner.slow) * scale };
  }

  toImage(x: number, y: number): Place {
    const scale = this.density / this.#zoom;
    const inColumn = x % (this.#width / this.density);
    return { fast: this.#corner.fast + inColumn * scale, slow: this.#corner.slow + y * scale };
  }

  fit(): void {
    const { height } = this.#size;
    const width = this.#width;
    this.#zoom = Math.min(width / this.#image.fast, height / this.#image.slow);
    this.#corner = {
      fast: (this.#image.fast - width / this.#zoom) / 2,
      slow: (this.#image.slow - height / this.#zoom) / 2,
    };
    this.#fitted = true;
    this.#tell();
  }

  /** One image pixel on one pixel of the screen. */
  actualSize(): void {
    this.zoomBy(1 / this.#zoom);
  }

  zoomBy(factor: number, { x, y } = this.#middle()): void {
    const place = this.toImage(x, y);
    const smallest = Math.min(this.#width / this.#image.fast, this.#size.height / this.#image.slow) / 2;
    this.#zoom = clamp(this.#zoom * factor, Math.min(smallest, 1), most_zoom);
    const scale = this.density / this.#zoom;
    const inColumn = x % (this.#width / this.density);
    this.#corner = { fast: place.fast - inColumn * scale, slow: place.slow - y * scale };
    this.#fitted = false;
    this.#tell();
  }

  panBy(x: number, y: number): void {
    const scale = this.density / this.#zoom;
    this.#corner = { fast: this.#corner.fast - x * scale, slow: this.#corner.slow - y * scale };
    this.#fitted = false;
    this.#tell();
  }

  #tell(): void {
    this.events.moved(this.viewport);
  }

  #resize(): void {
    const { width, height } = this.stage.getBoundingClientRect();
    this.#size = {
      width: Math.max(1, Math.round(width * this.density)),
      height: Math.max(1, Math.round(height * this.density)),
    };
    if (this.#fitted) this.fit();
    else this.#tell();
  }

  #local(event: MouseEvent): { x: number; y: number } {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoomBy(wheel_step ** -event.deltaY, this.#local(event));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    const { x, y } = this.#local(event);
    this.#start = this.toImage(x, y);
  }

  #move(event: PointerEvent): void {
    const { x, y } = this.#local(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      this.#cursor = null;
      this.events.pointed(this.toImage(x, y));
      return;
    }
    if (this.#pointers.size === 2) this.#pinch(event);
    else this.#drag(event.clientX - before.clientX, event.clientY - before.clientY, x, y, event.shiftKey);
    this.#pointers.set(event.pointerId, event);
  }

  #drag(dx: number, dy: number, x: number, y: number, shift: boolean): void {
    if (this.tool === 'pan') this.panBy(dx, dy);
    else if (this.tool === 'turn') this.events.turned(dx, dy, shift);
    else if (this.#start) this.events.profile(this.#start, this.toImage(x, y));
    this.events.pointed(this.toImage(x, y));
  }

  #pinch(event: PointerEvent): void {
    const other = [...this.#pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    const before = this.#pointers.get(event.pointerId);
    if (!other || !before) return;
    const apart = (one: PointerEvent) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const middle = this.#local(
      new MouseEvent('move', {
        clientX: (event.clientX + other.clientX) / 2,
        clientY: (event.clientY + other.clientY) / 2,
      }),
    );
    this.zoomBy(apart(event) / Math.max(1, apart(before)), middle);
    this.panBy((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  // Arrows move a cursor that reads the image; with Shift they move the image; with Alt they turn the crystal.
  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const arrow = arrows[event.key];
    if (arrow) {
      const [right, down] = arrow;
      if (event.shiftKey) this.panBy(-right * key_step_px, -down * key_step_px);
      else if (event.altKey) this.events.turned(right * 5, down * 5, false);
      else this.#moveCursor(right, down);
    } else if (event.key === '+' || event.key === '=') this.zoomBy(1.25);
    else if (event.key === '-') this.zoomBy(0.8);
    else if (event.key === '0') this.fit();
    else if (event.key === '1') this.actualSize();
    else return;
    event.preventDefault();
  }

  #moveCursor(right: number, down: number): void {
    const { x, y } = this.#middle();
    const middle = this.toImage(x, y);
    const from = this.#cursor ?? { fast: Math.floor(middle.fast) + 0.5, slow: Math.floor(middle.slow) + 0.5 };
    const step = Math.max(1, Math.round((4 * this.density) / this.#zoom));
    this.#cursor = {
      fast: clamp(from.fast + right * step, 0.5, this.#image.fast - 0.5),
      slow: clamp(from.slow + down * step, 0.5, this.#image.slow - 0.5),
    };
    this.events.pointed(this.#cursor);
  }
}
