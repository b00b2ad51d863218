// The one table of what can be read. A new format is a row here.
import { beamInTheMiddle } from './parameter_rows.js';
import type { Simulator } from './simulator.js';
import { emptyState, withParameters, type Reflections, type SceneValue, type State } from './state.js';
import { groupNamed } from './symmetry.js';
import { tools } from './tools.js';

export interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An image of counts, to be compared, or to take its header. */
export interface MeasuredImage {
  readonly name: string;
  readonly fast: number;
  readonly slow: number;
  readonly pixels: Float32Array;
}

export interface ReadContext {
  readonly state: State;
  readonly simulator: Simulator;
  /** Files that were dropped before, by name: what a command line may name. */
  readonly shelf: ReadonlyMap<string, Uint8Array>;
  readonly smallestSpacing_A: number;
}

/** What a file means: a new state, or an image; and a sentence about it. */
export type ReadResult =
  { readonly state: State; readonly said: string } | { readonly image: MeasuredImage; readonly said: string };

export interface FileKind {
  readonly label: string;
  readonly pattern: RegExp;
  readonly what: string;
  read(file: DroppedFile, context: ReadContext): Promise<ReadResult>;
}

export const fileKinds: readonly FileKind[] = [
  {
    label: '.hkl',
    pattern: /\.hkl$/i,
    what: 'Reflections: lines of h k l F. They replace the structure factors.',
    read: readReflections,
  },
  {
    label: '.mat',
    pattern: /\.mat$/i,
    what: 'Orientation matrix as nanoBragg reads it. It replaces cell and misset.',
    read: readMatrix,
  },
  {
    label: '.cif, .mmcif, .pdb, .ent',
    pattern: /\.(cif|mmcif|pdb|ent)$/i,
    what: 'Atomic model. Its structure factors are computed, and its cell is taken.',
    read: readModel,
  },
  {
    label: '.img, .smv',
    pattern: /\.(img|smv)$/i,
    what: 'SMV image: to compare with; its header can set the geometry, and its zeros can be a mask.',
    read: readImage,
  },
  {
    label: '.json',
    pattern: /\.json$/i,
    what: 'Scene file. It replaces everything.',
    read: readScene,
  },
  {
    label: '.txt, .sh, .cmd',
    pattern: /\.(txt|sh|cmd)$/i,
    what: 'A nanoBragg command line. Files that it names are taken from those dropped before or with it.',
    read: (file, context) => readCommandLine(new TextDecoder().decode(file.bytes), context),
  },
];

export function kindOf(name: string): FileKind {
  const found = fileKinds.find(({ pattern }) => pattern.test(name));
  if (found) return found;
  const readable = fileKinds.map(({ label }) => label).join(', ');
  throw new Error(`${name}: files of this kind cannot be read here; these can: ${readable}`);
}

async function readReflections({ name, bytes }: DroppedFile, { state }: ReadContext): Promise<ReadResult> {
  const list = await (await tools()).readHkl(bytes, { name });
  const reflections: Reflections = { kind: 'list', name, list };
  return { state: { ...state, reflections }, said: `${list.F.length} reflections` };
}

async function readMatrix(file: DroppedFile, { state, simulator }: ReadContext): Promise<ReadResult> {
  const scene = await sceneOf(simulator, ['-mat', file.name], new Map([[file.name, file.bytes]]));
  const changes = {
    'crystal.orientation_matrix': scene.parameters?.['crystal.orientation_matrix'],
    'crystal.cell_lengths_A': undefined,
    'crystal.cell_angles_deg': undefined,
    'crystal.misset_deg': undefined,
  };
  return { state: withParameters(state, changes), said: 'cell and orientation are those of the matrix' };
}

const finest_A = 0.7; // beyond it a model of many atoms takes long

async function readModel(file: DroppedFile, { state, smallestSpacing_A }: ReadContext): Promise<ReadResult> {
  const resolution_A = Number(Math.max(finest_A, smallestSpacing_A).toPrecision(3));
  const { cell_A, spaceGroup, messages, ...list } = await (await tools()).structureFactors(file, { resolution_A });
  const next = withParameters(state, {
    'crystal.cell_lengths_A': cell_A.slice(0, 3),
    'crystal.cell_angles_deg': cell_A.slice(3, 6),
    'crystal.orientation_matrix': undefined,
  });
  const reflections: Reflections = { kind: 'list', name: file.name, list };
  const said = [`${list.F.length} structure factors to ${resolution_A} Å, ${spaceGroup}`, ...messages].join('. ');
  return { state: { ...next, spaceGroup: groupNamed(spaceGroup) ?? 'P 1', reflections }, said };
}

async function readImage({ name, bytes }: DroppedFile): Promise<ReadResult> {
  const { fast, slow, pixels } = await (await tools()).readSmv(bytes, { name });
  return { image: { name, fast, slow, pixels }, said: `${fast} x ${slow} pixels` };
}

async function readScene({ name, bytes }: DroppedFile, { simulator }: ReadContext): Promise<ReadResult> {
  const simulation = await simulator.scratch();
  try {
    await simulation.loadScene(new TextDecoder().decode(bytes));
    return { state: stateOf((await simulation.dumpScene()) as SceneFile, name), said: 'scene taken' };
  } finally {
    await simulation.destroy();
  }
}

/** Geometry and beam of an image's header. */
export async function readHeader(file: DroppedFile, { state, simulator }: ReadContext): Promise<State> {
  const { parameters } = await sceneOf(simulator, ['-img', file.name], new Map([[file.name, file.bytes]]));
  return withParameters(state, { ...beamInTheMiddle, ...parameters });
}

/** Pixels that are not rendered: the zeros of an image. */
export async function readMask(file: DroppedFile, { state, simulator }: ReadContext): Promise<State> {
  const { mask } = await sceneOf(simulator, ['-mask', file.name], new Map([[file.name, file.bytes]]));
  return { ...state, data: { ...state.data, mask } };
}

export async function readCommandLine(text: string, { simulator, shelf }: ReadContext): Promise<ReadResult> {
  const words = (await tools()).splitCommandLine(text.trim());
  // "./nanoBragg -hkl ...": what stands before the first option is the program.
  const first = words.findIndex((word) => word.startsWith('-'));
  if (first < 0)
    throw new Error('there is no option in it: a nanoBragg command line has words like -cell and -distance');
  const scene = await sceneOf(simulator, words.slice(first), shelf);
  const name = words[words.indexOf('-hkl') + 1] ?? 'the command line';
  return { state: stateOf(scene, name), said: 'command line taken' };
}

interface SceneFile {
  parameters?: Record<string, SceneValue>;
  structure_factors?: object;
  mask?: unknown;
  [key: string]: unknown;
}

function stateOf({ nbt_scene: _version, parameters = {}, structure_factors, ...data }: SceneFile, name: string): State {
  const reflections: Reflections = structure_factors
    ? { kind: 'scene', name, box: structure_factors }
    : { kind: 'constant' };
  return { ...emptyState, parameters, reflections, data };
}

// Reads a command line on its own: what it sets, and nothing else.
async function sceneOf(
  simulator: Simulator,
  list: string[],
  shelf: ReadonlyMap<string, Uint8Array>,
): Promise<SceneFile> {
  const simulation = await simulator.scratch();
  try {
    await simulation.setArguments(list, { files: filesNamedIn(list, shelf) });
    return (await simulation.dumpScene()) as SceneFile;
  } finally {
    await simulation.destroy();
  }
}

// Dropped files have no folders; command lines name them with or without.
function filesNamedIn(list: readonly string[], shelf: ReadonlyMap<string, Uint8Array>): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const word of list) {
    const bytes = shelf.get(word.split('/').at(-1) ?? word);
    if (bytes) files[word] = bytes;
  }
  return files;
}
