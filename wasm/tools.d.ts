// Types of 'nbt/tools'. README.md explains.
import type { PixelArray } from './index.js';

export { NbtError } from './index.js';

export interface ToolsOptions {
  /** Where the .wasm file lies, if not beside the package. */
  wasmUrl?: string | URL;
}

/** Starts a worker with the tools in it. It is loaded apart from the simulator. */
export function createTools(options?: ToolsOptions): Promise<Tools>;

/** Whole lists of reflections, entry by entry. */
export interface Reflections {
  h: Int32Array;
  k: Int32Array;
  l: Int32Array;
  F: Float64Array;
}

export interface ModelOptions {
  /** Smallest spacing d of the list, in Angstrom. */
  resolution_A: number;
  /** Multiplies every displacement parameter of the model; 0: atoms at rest. 1 unless given. */
  bFactorScale?: number;
  /** 'automatic' unless given: 'density-fft' for macromolecules that would take long. */
  summation?: 'automatic' | 'direct' | 'density-fft';
}

export interface ModelReflections extends Reflections {
  /** a, b, c in Angstrom, alpha, beta, gamma in degrees. */
  cell_A: number[];
  /** Hermann-Mauguin symbol. */
  spaceGroup: string;
  /** For people: what was done. */
  messages: string[];
}

export interface SmvFile {
  fast: number;
  slow: number;
  /** Values as text, by key, in the file's order. */
  header: Record<string, string>;
  /** Counts; pixel (slow, fast) is element slow * fast count + fast. */
  pixels: Float32Array;
}

/** Every promise rejects with an NbtError. Arrays are copied on their way in, and yours when they come out. */
export class Tools {
  private constructor();

  /** What `nbt structure-factors` computes: all of P1 but 0 0 0, ordered by h, k, l. CIF of a small structure, mmCIF
   *  or PDB; `name` stands for the file in messages. */
  structureFactors(model: { name: string; bytes: Uint8Array | string }, options: ModelOptions): Promise<ModelReflections>;

  /** A reflection list: lines of h k l F. `name` stands for the file in messages. */
  readHkl(bytes: Uint8Array | string, options?: { name?: string }): Promise<Reflections>;

  /** An image of unsigned 16-bit counts. */
  readSmv(bytes: Uint8Array, options?: { name?: string }): Promise<SmvFile>;

  /** The file that the program writes for this scene and these counts. `scene` is what dumpScene() gives. */
  writeSmv(image: { scene: object | string; fast: number; slow: number; counts: Uint16Array }): Promise<Uint8Array>;

  /** The figures of `nbt compare --json`. */
  compare(
    first: PixelArray | Uint16Array,
    second: PixelArray | Uint16Array,
    size: { fast: number; slow: number },
  ): Promise<Record<string, any>>;

  /** The command line that gives this scene. `files` holds what its arguments name, by file name: reflections, mask,
   *  sources. `notes` says what the arguments cannot say, and what is equal to rounding only. */
  sceneToArguments(
    scene: object | string,
  ): Promise<{ arguments: string[]; notes: string[]; files: Record<string, Uint8Array> }>;

  /** A line as a shell splits it: quotes, backslashes, a backslash at the end of a line. Nothing is expanded. Throws
   *  an NbtError for an open quote and for what a shell would act upon ($, |, >, ...). */
  splitCommandLine(text: string): string[];

  /** A line that a shell splits into this list. */
  quoteArguments(list: string[]): string;

  /** Ends the worker; calls that are under way reject. */
  close(): void;
}
