// The state as a link: readable names, only what differs from the defaults. Files cannot be in it; their names are.
import { mapNames } from './colour_maps.js';
import { toneNames } from './tone.js';
import { emptyState, type Parameters, type Reflections, type SceneValue, type State } from './state.js';
import type { Look } from './painter_protocol.js';

export const defaultLook: Look = { tone: 'log', map: 'ember', lowPercent: 1, highPercent: 99.9 };

export interface Linked {
  readonly state: State;
  readonly look: Look;
  readonly rings: boolean;
}

function textOf(value: SceneValue): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? `'${value}` : String(value);
}

function valueOf(text: string): SceneValue | undefined {
  if (text.startsWith("'")) return text.slice(1);
  if (text === 'true' || text === 'false') return text === 'true';
  const numbers = text.split(',').map(Number);
  if (text.trim() === '' || numbers.some(Number.isNaN)) return undefined;
  return numbers.length === 1 ? numbers[0] : numbers;
}

export function linkOf({ state, look, rings }: Linked): string {
  const link = new URLSearchParams();
  for (const [name, value] of Object.entries(state.parameters)) link.set(name, textOf(value));
  if (state.spaceGroup !== emptyState.spaceGroup) link.set('group', state.spaceGroup);
  const { reflections } = state;
  if (reflections.kind === 'synthetic') link.set('made-up', `${reflections.resolution_A},${reflections.seed}`);
  if ('name' in reflections) link.set('file', reflections.name);
  for (const key of ['tone', 'map', 'lowPercent', 'highPercent'] as const) {
    if (look[key] !== defaultLook[key]) link.set(key, String(look[key]));
  }
  if (!rings) link.set('rings', 'off');
  return `#${link.toString().replaceAll('%2C', ',')}`;
}

/** null: the link says nothing. What cannot be read in it is left out. */
export function readLink(hash: string): Linked | null {
  const link = new URLSearchParams(hash.replace(/^#/, ''));
  if ([...link.keys()].length === 0) return null;
  const parameters: Record<string, SceneValue> = {};
  for (const [name, text] of link) {
    const value = name.includes('.') ? valueOf(text) : undefined;
    if (value !== undefined) parameters[name] = value;
  }
  return {
    state: {
      ...emptyState,
      parameters,
      spaceGroup: link.get('group') ?? emptyState.spaceGroup,
      reflections: reflectionsOf(link),
    },
    look: lookOf(link),
    rings: link.get('rings') !== 'off',
  };
}

function reflectionsOf(link: URLSearchParams): Reflections {
  const file = link.get('file');
  if (file) return { kind: 'missing', name: file };
  const [resolution_A, seed] = (link.get('made-up') ?? '').split(',').map(Number);
  if (resolution_A !== undefined && resolution_A > 0 && seed !== undefined && Number.isInteger(seed)) {
    return { kind: 'synthetic', resolution_A, seed };
  }
  return { kind: 'constant' };
}

function lookOf(link: URLSearchParams): Look {
  const percent = (key: 'lowPercent' | 'highPercent') => {
    const value = Number(link.get(key) ?? NaN);
    return value >= 0 && value <= 100 ? value : defaultLook[key];
  };
  return {
    tone: toneNames.find((name) => name === link.get('tone')) ?? defaultLook.tone,
    map: mapNames.find((name) => name === link.get('map')) ?? defaultLook.map,
    lowPercent: percent('lowPercent'),
    highPercent: percent('highPercent'),
  };
}

/** Parameters of a link that this version does not know. */
export function unknownNames(parameters: Parameters, known: ReadonlySet<string>): string[] {
  return Object.keys(parameters).filter((name) => !known.has(name));
}
