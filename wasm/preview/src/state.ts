// What is simulated, as one immutable value. Everything that a link, an undo step or a file can change is in here.

/** As in scene files: docs/scene.md. */
export type SceneValue = number | number[] | boolean | string;
export type Parameters = Readonly<Record<string, SceneValue>>;

/** Where structure factors come from. */
export type Reflections =
  | { readonly kind: 'constant' }
  | { readonly kind: 'synthetic'; readonly resolution_A: number; readonly seed: number }
  | { readonly kind: 'list'; readonly name: string; readonly list: ReflectionList }
  | { readonly kind: 'scene'; readonly name: string; readonly box: object }
  /** Named by a link; the file itself is not here. */
  | { readonly kind: 'missing'; readonly name: string };

export interface ReflectionList {
  readonly h: Int32Array;
  readonly k: Int32Array;
  readonly l: Int32Array;
  readonly F: Float64Array;
}

/** Parts of a scene file that have no control: sources, mosaic_rotations, mask. */
export type SceneData = Readonly<Record<string, unknown>>;

export interface State {
  readonly parameters: Parameters;
  readonly spaceGroup: string;
  readonly reflections: Reflections;
  readonly data: SceneData;
}

export const emptyState: State = {
  parameters: {},
  spaceGroup: 'P 1',
  reflections: { kind: 'constant' },
  data: {},
};

export function withParameter(state: State, name: string, value: SceneValue | undefined): State {
  return withParameters(state, { [name]: value });
}

/** `undefined` sets a parameter back to its default. */
export function withParameters(state: State, changes: Record<string, SceneValue | undefined>): State {
  const parameters: Record<string, SceneValue> = { ...state.parameters };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete parameters[name];
    else parameters[name] = value;
  }
  return { ...state, parameters };
}

export function numbersOf(value: SceneValue | undefined): number[] | undefined {
  if (typeof value === 'number') return [value];
  if (typeof value === 'boolean') return [value ? 1 : 0];
  return Array.isArray(value) ? value : undefined;
}

export function sameValue(a: SceneValue | undefined, b: SceneValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
  return Object.is(a, b);
}
