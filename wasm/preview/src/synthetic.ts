// Made-up amplitudes: Wilson's statistics, the absences and equal intensities of a space group, and the fall-off of
// displaced atoms. The same seed gives the same amplitudes everywhere.
import { operatorsOf, type Operator } from './symmetry.js';

export interface SyntheticRequest {
  readonly spaceGroup: string;
  /** a, b, c in Angstrom, alpha, beta, gamma in degrees. */
  readonly cell: readonly number[];
  readonly resolution_A: number;
  readonly seed: number;
}

/** A dense box, h slowest, l fastest, as setStructureFactorGrid takes it. */
export interface AmplitudeBox {
  readonly first: number[];
  readonly last: number[];
  readonly amplitudes: Float64Array;
}

/** Beyond this many places the box would not fit beside an image. */
export const most_places = 2e7;

const volume_per_atom_A3 = 36; // half solvent
const electrons_per_atom = 7;
const macromolecule_A3 = 5000; // cells above it get a macromolecule's displacements
const B_small_A2 = 1;
const B_large_A2 = 20;

/** Cells within a tenth share their amplitudes, so that a moving slider does not change them at every step. */
export function coarseCell(cell: readonly number[]): number[] {
  return cell.map((value, i) =>
    i < 3 ? 1.1 ** Math.round(Math.log(value) / Math.log(1.1)) : Math.round(value / 5) * 5,
  );
}

export function syntheticKey({ spaceGroup, cell, resolution_A, seed }: SyntheticRequest): string {
  return JSON.stringify([spaceGroup, coarseCell(cell), resolution_A, seed]);
}

export function placesOf({ cell, resolution_A }: SyntheticRequest): number {
  return extentsOf(coarseCell(cell), resolution_A).reduce((count, n) => count * (2 * n + 1), 1);
}

const extentsOf = (cell: readonly number[], resolution_A: number): number[] =>
  cell.slice(0, 3).map((edge) => Math.max(1, Math.ceil(edge / resolution_A)));

export function syntheticAmplitudes(request: SyntheticRequest): AmplitudeBox {
  const cell = coarseCell(request.cell);
  const [H, K, L] = extentsOf(cell, request.resolution_A) as [number, number, number];
  const { metric, volume_A3 } = reciprocalMetric(cell);
  const group = new Equivalents(operatorsOf(request.spaceGroup));
  const scale = electrons_per_atom * Math.sqrt(volume_A3 / volume_per_atom_A3);
  const B = volume_A3 > macromolecule_A3 ? B_large_A2 : B_small_A2;
  const most = 1 / request.resolution_A ** 2;
  const amplitudes = new Float64Array((2 * H + 1) * (2 * K + 1) * (2 * L + 1)).fill(-1);
  const place = (h: number, k: number, l: number) => ((h + H) * (2 * K + 1) + (k + K)) * (2 * L + 1) + (l + L);

  for (let h = 0; h <= H; ++h) {
    for (let k = -K; k <= K; ++k) {
      for (let l = -L; l <= L; ++l) {
        const at = place(h, k, l);
        if ((amplitudes[at] as number) >= 0) continue;
        const s2 = inverseSquare(metric, h, k, l);
        const inside = s2 <= most && s2 > 0;
        const F = inside ? scale * group.amplitude(h, k, l, request.seed) * Math.exp((-B * s2) / 4) : 0;
        group.forEach(h, k, l, (eh, ek, el) => {
          if (Math.abs(eh) <= H && Math.abs(ek) <= K && Math.abs(el) <= L) amplitudes[place(eh, ek, el)] = F;
        });
      }
    }
  }
  // Where the cell does not obey its group, equivalents lie outside the box and some places stay unset.
  for (let i = 0; i < amplitudes.length; ++i) if ((amplitudes[i] as number) < 0) amplitudes[i] = 0;
  return { first: [-H, -K, -L], last: [H, K, L], amplitudes };
}

class Equivalents {
  #rotations: (readonly number[])[];

  constructor(private readonly operators: readonly Operator[]) {
    const seen = new Map(operators.map(({ rotation }) => [rotation.join(), rotation]));
    this.#rotations = [...seen.values()];
  }

  /** Of one reflection, with Friedel mates. */
  forEach(h: number, k: number, l: number, use: (h: number, k: number, l: number) => void): void {
    for (const r of this.#rotations) {
      const [eh, ek, el] = turned(r, h, k, l);
      use(eh, ek, el);
      use(-eh, -ek, -el);
    }
  }

  /** Of mean square 1, times the number of operators that leave the reflection where it is; 0 if it is absent. */
  amplitude(h: number, k: number, l: number, seed: number): number {
    let real = 0;
    let imaginary = 0;
    let same = 0;
    let centric = false;
    for (const { rotation, shift } of this.operators) {
      const [eh, ek, el] = turned(rotation, h, k, l);
      if (eh === -h && ek === -k && el === -l) centric = true;
      if (eh !== h || ek !== k || el !== l) continue;
      const phase = (2 * Math.PI * (h * (shift[0] ?? 0) + k * (shift[1] ?? 0) + l * (shift[2] ?? 0))) / 24;
      real += Math.cos(phase);
      imaginary += Math.sin(phase);
      ++same;
    }
    if (Math.hypot(real, imaginary) < 1e-6 * same) return 0;
    const centrings = this.operators.length / this.#rotations.length;
    const draw = uniform(h, k, l, seed);
    const E = centric ? Math.abs(normal(draw, uniform(h, k, l, ~seed))) : Math.sqrt(-Math.log(draw));
    return E * Math.sqrt(same / centrings);
  }
}

// h' = h R: what a rotation of the crystal makes of an index.
function turned(r: readonly number[], h: number, k: number, l: number): [number, number, number] {
  const at = (i: number) => r[i] as number;
  return [h * at(0) + k * at(3) + l * at(6), h * at(1) + k * at(4) + l * at(7), h * at(2) + k * at(5) + l * at(8)];
}

const normal = (u: number, v: number): number => Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);

// In (0, 1], from 32 mixed bits (finaliser of MurmurHash3).
function uniform(h: number, k: number, l: number, seed: number): number {
  let bits =
    Math.imul(h, 0x9e3779b1) ^ Math.imul(k, 0x85ebca77) ^ Math.imul(l, 0xc2b2ae3d) ^ Math.imul(seed, 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
}

// a*.a*, b*.b*, c*.c*, and twice b*.c*, c*.a*, a*.b*.
function reciprocalMetric(cell: readonly number[]): { metric: number[]; volume_A3: number } {
  const [a, b, c] = cell as [number, number, number];
  const [ca, cb, cg] = cell.slice(3).map((angle) => Math.cos((angle * Math.PI) / 180)) as [number, number, number];
  const squared = 1 - ca * ca - cb * cb - cg * cg + 2 * ca * cb * cg;
  const volume_A3 = a * b * c * Math.sqrt(Math.max(1e-9, squared));
  const v2 = volume_A3 * volume_A3;
  return {
    volume_A3,
    metric: [
      (b * b * c * c * (1 - ca * ca)) / v2,
      (a * a * c * c * (1 - cb * cb)) / v2,
      (a * a * b * b * (1 - cg * cg)) / v2,
      (2 * a * a * b * c * (cb * cg - ca)) / v2,
      (2 * a * b * b * c * (ca * cg - cb)) / v2,
      (2 * a * b * c * c * (ca * cb - cg)) / v2,
    ],
  };
}

function inverseSquare(m: readonly number[], h: number, k: number, l: number): number {
  const at = (i: number) => m[i] as number;
  return h * h * at(0) + k * k * at(1) + l * l * at(2) + k * l * at(3) + h * l * at(4) + h * k * at(5);
}
