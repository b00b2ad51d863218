// Types of the package. README.md explains; docs/c-abi.md describes what each call of the library does.

export type Status =
  | 'NBT_ERROR_INVALID_ARGUMENT'
  | 'NBT_ERROR_UNKNOWN_NAME'
  | 'NBT_ERROR_WRONG_LENGTH'
  | 'NBT_ERROR_OUT_OF_RANGE'
  | 'NBT_ERROR_INCONSISTENT_SCENE'
  | 'NBT_ERROR_FILE'
  | 'NBT_ERROR_MEMORY_LIMIT'
  | 'NBT_ERROR_OUT_OF_MEMORY'
  | 'NBT_ERROR_CANCELLED'
  | 'NBT_ERROR_DEVICE'
  | 'NBT_ERROR_UNSUPPORTED'
  | 'NBT_ERROR_INTERNAL';

/** Every promise of this package rejects with this, or with what a callback of yours threw. */
export class NbtError extends Error {
  readonly name: 'NbtError';
  readonly status: Status;
  /** Of a cancelled run: the reason of its AbortSignal. */
  readonly cause?: unknown;
}

export interface CreateOptions {
  /** 1 to 64, or 'auto': one per core. Pages that are not cross-origin isolated always have 1. */
  threads?: number | 'auto';
  /** What the module's memory may grow to, 2^24 to 2^32; 2^31 unless given. */
  memoryBytes?: number;
  /** Messages of the library: what it decided, and warnings. */
  onLog?: (entry: { level: 'info' | 'warning'; message: string }) => void;
  /** Where the .wasm file lies, if not beside the package. */
  wasmUrl?: string | URL;
  /** Cancel by stopping the worker even where memory can be shared; slower to go on afterwards. For tests. */
  restartToCancel?: boolean;
}

/** Starts a worker with the library in it. */
export function create(options?: CreateOptions): Promise<Nbt>;

export interface Parameter {
  /** "detector.distance_mm" */
  name: string;
  kind: 'real' | 'integer' | 'boolean' | 'choice' | 'text';
  /** Number of values. */
  length: number;
  unit: string;
  /** Words of a choice; empty otherwise. */
  choices: string[];
  /** Closed range of each value of a number. */
  minimum: number;
  maximum: number;
  /** "" where a run decides. */
  defaultText: string;
  differentiable: boolean;
  /** Options of nanoBragg that set it. */
  flags: string[];
  sentence: string;
}

export interface Device {
  name: string;
  description: string;
  available: boolean;
  reason: string;
}

export class Nbt {
  private constructor();
  readonly version: string;
  /** Threads that a run may use: 1 unless memory can be shared. */
  readonly threads: number;
  readonly parameters: Parameter[];
  readonly devices: Device[];
  createSimulation(): Promise<Simulation>;
  /** Ends the worker; calls that are under way reject. */
  close(): void;
}

export type PixelType = 'float32' | 'float64';
export type PixelArray = Float32Array | Float64Array;
export type NumberArray = ArrayLike<number>;

export interface Rows {
  panel: number;
  firstRow: number;
  rowCount: number;
  fastCount: number;
  /** rowCount rows of fastCount pixels. */
  pixels: PixelArray;
  /** Of the run, after these rows; 1 with the last. */
  fractionDone: number;
}

export interface RunHooks {
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

export interface RunOptions extends RunHooks {
  panel?: number;
  pixelType?: PixelType;
  /** Rows that come at a time; any number gives the same bits. */
  rowsPerChunk?: number;
  /** `pixels` is a part of the image that run() resolves with. */
  onRows?: (rows: Rows) => void;
}

export interface Image {
  panel: number;
  fast: number;
  slow: number;
  /** Photons per pixel; pixel (slow, fast) is element slow * image.fast + fast. Yours. */
  pixels: PixelArray;
}

export type DataArray = Float32Array | Float64Array | Uint16Array | Int32Array;

/** What belongs to some rows of a measured image, slow-major. */
export interface LossPlanes<Data = DataArray> {
  data: Data;
  /** 0: the pixel is left out. */
  mask?: Uint8Array | null;
  background?: NumberArray | null;
  weights?: NumberArray | null;
}

/** Gives rows of the measured image, in order. What it throws, or its promise rejects with, stops the run. */
export type LossRows = (
  firstRow: number,
  rowCount: number,
  image: { fastCount: number; panel: number },
) => NumberArray | LossPlanes<NumberArray> | Promise<NumberArray | LossPlanes<NumberArray>>;

export interface LossTerms {
  kind: 'weights' | 'leastSquares' | 'gaussian' | 'poisson';
  scale?: number;
  gain?: number;
  readoutVariance?: number;
}

/** The image of panel 0 as arrays, or as a function that is asked for its rows. */
export type Loss = LossTerms &
  (
    | LossPlanes
    | { data: LossRows; dataType?: 'float32' | 'float64' | 'uint16' | 'int32'; rowsPerChunk?: number }
  );

export interface LossValue {
  loss: number;
  scaleDerivative: number;
  pixels: number;
  /** Of the components: "crystal.misset_deg[2]". */
  names: string[];
  gradient: Float64Array;
}

export interface GradientOptions extends Pick<RunHooks, 'onProgress' | 'signal'> {
  loss: Loss;
  /** As nbt_run_gradient takes them; all differentiable ones unless given. */
  parameters?: string[] | null;
  amplitudes?: boolean;
  sources?: boolean;
  orientations?: boolean;
}

export class Simulation {
  private constructor();
  clone(): Promise<Simulation>;
  destroy(): Promise<void>;

  set(name: string, values: number | boolean | NumberArray): Promise<void>;
  setText(name: string, text: string): Promise<void>;
  unset(name: string): Promise<void>;
  /** NaN where a run decides. */
  get(name: string): Promise<number[]>;
  getText(name: string): Promise<string>;
  /** A nanoBragg command line. `files`: what it names, by path. */
  setArguments(list: string[], options?: { files?: Record<string, Uint8Array | string> }): Promise<void>;

  setStructureFactors(list: { h: NumberArray; k: NumberArray; l: NumberArray; F: NumberArray }): Promise<void>;
  /** A dense box, h slowest, l fastest; first and last are inclusive. */
  setStructureFactorGrid(box: { first: NumberArray; last: NumberArray; amplitudes: NumberArray }): Promise<void>;
  /** directions: 3 numbers each, from the sample towards the source. */
  setSources(sources: { directions: NumberArray; wavelengths_A?: NumberArray; weights?: NumberArray }): Promise<void>;
  /** 9 numbers each, row by row. */
  setMosaicRotations(rotations: NumberArray): Promise<void>;
  setMask(mask: { pixels: NumberArray; fast: number; slow: number } | null): Promise<void>;
  /** First and last pixel of each axis, both included. */
  setRoi(region: { fast: [number, number]; slow: [number, number] }): Promise<void>;

  loadScene(scene: string | object): Promise<void>;
  dumpScene(): Promise<object>;

  getImageSize(panel?: number): Promise<{ fast: number; slow: number }>;
  run(options?: RunOptions): Promise<Image>;
  /** Never holds the image: rows come to onRows and belong to it. rowsPerChunk 0: automatic. */
  runChunked(
    options: RunHooks & { rowsPerChunk?: number; pixelType?: PixelType; onRows: (rows: Rows) => void },
  ): Promise<void>;
  estimateMemory(request?: {
    run?: 'whole' | 'chunked' | 'gradient' | 'jacobian' | 'normalEquations';
    pixelType?: PixelType;
    rowsPerChunk?: number;
    limitBytes?: number;
    components?: number;
    withAmplitudes?: boolean;
  }): Promise<{
    workingBytes: number;
    outputBytes: number;
    evaluations: number;
    wholeImageFits: boolean;
    recommendedRowsPerChunk: number;
    largestRowsPerChunk: number;
    deviceBytes: number;
  }>;

  getComponents(parameters?: string[] | null): Promise<string[]>;
  getStructureFactorBox(): Promise<{ first: number[]; last: number[]; count: number }>;
  getSampleCounts(): Promise<{ sources: number; phiSteps: number; domains: number }>;
  gradient(options: GradientOptions): Promise<
    LossValue & {
      amplitudes?: Float64Array;
      sources?: Float64Array;
      orientations?: Float64Array;
    }
  >;
  normalEquations(options: GradientOptions & { withScale?: boolean }): Promise<LossValue & { matrix: Float64Array }>;
  /** Of panel 0. With `tangent` (a factor per component) there is one derivative, along it. */
  jacobian(
    options?: Pick<RunHooks, 'onProgress' | 'signal'> & {
      parameters?: string[] | null;
      tangent?: NumberArray | null;
      rowsPerChunk?: number;
    },
  ): Promise<{ names: string[]; fast: number; slow: number; image: Float64Array; derivatives: Float64Array[] }>;

  /** A 16-bit image from a float image. */
  digitize(options: { kind?: 'integer' | 'noise'; pixels: NumberArray; panel?: number }): Promise<{
    counts: Uint16Array;
    scale: number;
    totalPhotons: number;
    overloads: number;
  }>;
  /** The same for rows in order, of an image that nobody holds: begin, then rows, then end. */
  digitizeBegin(options?: {
    kind?: 'integer' | 'noise';
    panel?: number;
    /** The brightest pixel, for the automatic scale of the integer image. */
    maxPhotons?: number;
  }): Promise<void>;
  /** The counts of the next rows; whole rows. */
  digitizeRows(pixels: NumberArray): Promise<Uint16Array>;
  digitizeEnd(): Promise<{ scale: number; totalPhotons: number; overloads: number }>;
  tracePixel(pixel: { slow: number; fast: number; panel?: number }): Promise<Record<string, unknown>>;
  report(): Promise<Record<string, any>>;
}
