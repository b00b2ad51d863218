// The bar over the image: scale, colours, limits, tool, rings and zoom.
import { cssGradient, mapNames, type MapName } from './colour_maps.js';
import { byId, element } from './dom.js';
import { readNumber } from './numbers.js';
import type { Overlay } from './overlay.js';
import type { Painter } from './painter.js';
import type { Look } from './painter_protocol.js';
import { toneNames, type ToneName } from './tone.js';
import type { Tool, View } from './view.js';

const tools: readonly (readonly [Tool, string, string])[] = [
  ['pan', 'Move', 'Dragging moves the image'],
  ['turn', 'Turn crystal', 'Dragging turns the crystal; with Shift, about the beam'],
  ['profile', 'Profile', 'Dragging draws the line of the profile'],
];

export interface Display {
  readonly look: Look;
  readonly rings: boolean;
}

export function setUpDisplay(
  painter: Painter,
  view: View,
  overlay: Overlay,
  initial: Display,
  changed: () => void,
): Display {
  const display = { look: initial.look, rings: initial.rings };
  const change = (part: Partial<Look>) => {
    display.look = { ...display.look, ...part };
    painter.send({ kind: 'look', look: display.look });
    showMap(display.look.map);
    changed();
  };
  setUpSelect('tone', toneNames, display.look.tone, (tone: ToneName) => change({ tone }));
  setUpSelect('map', mapNames, display.look.map, (map: MapName) => change({ map }));
  setUpPercent('low-percent', display.look.lowPercent, (lowPercent) => change({ lowPercent }));
  setUpPercent('high-percent', display.look.highPercent, (highPercent) => change({ highPercent }));
  setUpTools(view);
  const rings = byId<HTMLInputElement>('rings');
  rings.checked = display.rings;
  overlay.rings = display.rings;
  rings.addEventListener('change', () => {
    display.rings = rings.checked;
    overlay.rings = rings.checked;
    overlay.draw();
    changed();
  });
  byId('zoom-in').addEventListener('click', () => view.zoomBy(1.5));
  byId('zoom-out').addEventListener('click', () => view.zoomBy(1 / 1.5));
  byId('zoom-fit').addEventListener('click', () => view.fit());
  painter.send({ kind: 'look', look: display.look });
  showMap(display.look.map);
  return display;
}

function setUpSelect<T extends string>(id: string, names: readonly T[], chosen: T, choose: (name: T) => void): void {
  const select = byId<HTMLSelectElement>(id);
  select.append(...names.map((name) => element('option', { value: name }, name)));
  select.value = chosen;
  select.addEventListener('change', () => choose(select.value as T));
}

function setUpPercent(id: string, value: number, choose: (value: number) => void): void {
  const entry = byId<HTMLInputElement>(id);
  entry.value = String(value);
  entry.addEventListener('change', () => {
    const percent = readNumber(entry.value);
    const valid = percent >= 0 && percent <= 100;
    entry.setAttribute('aria-invalid', String(!valid));
    entry.title = valid ? '' : 'A percentage from 0 to 100';
    if (valid) choose(percent);
  });
}

function setUpTools(view: View): void {
  for (const [tool, label, title] of tools) {
    const radio = element('input', {
      type: 'radio',
      name: 'tool',
      value: tool,
      checked: tool === view.tool,
      onchange: () => {
        view.tool = tool;
        byId('stage').dataset.tool = tool;
      },
    });
    byId('tools').append(element('label', { class: 'tool', title }, radio, element('span', {}, label)));
  }
}

function showMap(map: MapName): void {
  byId('map').style.setProperty('--map', cssGradient(map));
}
