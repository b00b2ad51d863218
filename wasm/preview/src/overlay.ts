// What is drawn over the image: resolution rings with labels, the beam centre, the cursor and the line of the profile.
import { svg } from './dom.js';
import { ringSpacings, type Geometry, type Place } from './geometry.js';
import { short } from './numbers.js';
import type { View } from './view.js';

const label_px = 44; // room that a label takes

export class Overlay {
  rings = true;
  #geometry: Geometry | null = null;
  #cursor: Place | null = null;
  #line: { from: Place; to: Place } | null = null;
  #still = svg('g');
  #moving = svg('g');
  #first = svg('svg', {}, svg('g', { id: 'marks' }, this.#still, this.#moving));
  // Side by side, the same marks stand over the second image.
  #second = svg('svg', { x: '50%', width: '50%' }, svg('use', { href: '#marks' }));

  constructor(
    root: SVGSVGElement,
    private readonly view: View,
  ) {
    root.append(this.#first, this.#second);
  }

  setGeometry(geometry: Geometry): void {
    this.#geometry = geometry;
    this.draw();
  }

  setCursor(place: Place | null): void {
    this.#cursor = place;
    this.#drawMoving();
  }

  setLine(line: { from: Place; to: Place } | null): void {
    this.#line = line;
    this.#drawMoving();
  }

  draw(): void {
    const { columns } = this.view;
    this.#first.setAttribute('width', `${100 / columns}%`);
    this.#second.style.display = columns === 2 ? '' : 'none';
    const geometry = this.#geometry;
    if (!geometry) return;
    const parts: Node[] = [this.#border(geometry)];
    if (this.rings) for (const d of ringSpacings(geometry)) parts.push(...this.#ring(geometry, d));
    const { beamPlace } = geometry;
    if (beamPlace) parts.push(this.#cross(beamPlace, 9, 'beam'));
    this.#still.replaceChildren(...parts);
    this.#drawMoving();
  }

  #drawMoving(): void {
    const parts: Node[] = [];
    if (this.#line) {
      const [from, to] = [this.view.toScreen(this.#line.from), this.view.toScreen(this.#line.to)];
      parts.push(svg('line', { class: 'line', x1: from.x, y1: from.y, x2: to.x, y2: to.y }));
    }
    if (this.#cursor) parts.push(this.#cross(this.#cursor, 6, 'cursor'));
    this.#moving.replaceChildren(...parts);
  }

  get #width(): number {
    return this.view.viewport.width / this.view.columns / this.view.density;
  }

  #border({ fastCount, slowCount }: Geometry): Node {
    const from = this.view.toScreen({ fast: 0, slow: 0 });
    const to = this.view.toScreen({ fast: fastCount, slow: slowCount });
    return svg('rect', { class: 'border', x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y });
  }

  #ring(geometry: Geometry, d_A: number): Node[] {
    const pieces = geometry.ring(d_A).map((piece) => piece.map((place) => this.view.toScreen(place)));
    const path = pieces
      .map((piece) => `M${piece.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L')}`)
      .join('');
    const on = geometry
      .ring(d_A, 72)
      .flat()
      .filter(({ fast, slow }) => fast > 0 && slow > 0 && fast < geometry.fastCount && slow < geometry.slowCount)
      .map((place) => this.view.toScreen(place))
      .filter(({ x, y }) => x < this.#width - label_px && y > label_px / 3);
    // The label stands where the ring is farthest to the upper right.
    const label = on.sort((one, other) => other.x - other.y - (one.x - one.y))[0];
    const parts: Node[] = [svg('path', { class: 'ring', d: path, 'data-spacing': d_A })];
    if (label) parts.push(svg('text', { class: 'ring-label', x: label.x + 3, y: label.y - 3 }, `${short(d_A)} Å`));
    return parts;
  }

  #cross(place: Place, size: number, kind: string): Node {
    const { x, y } = this.view.toScreen(place);
    const gap = size / 3;
    const d = `M${x - size},${y}H${x - gap}M${x + gap},${y}H${x + size}M${x},${y - size}V${y - gap}M${x},${y + gap}V${y + size}`;
    return svg('path', { class: kind, d });
  }
}
