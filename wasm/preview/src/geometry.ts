// Where directions meet the detector: from pixels to spacing, two-theta and Miller indices, and back. Everything comes
// from the report of the library (nbt_report), so conventions, pivots and rotations are its business.
import { cross, difference, dot, length, perpendicular, rotated, scaled, sum, unit, type Vector } from './vectors.js';

/** Position on the detector in pixels; whole numbers are corners of pixels. */
export interface Place {
  readonly fast: number;
  readonly slow: number;
}

export interface Looks {
  readonly d_A: number;
  readonly twotheta_deg: number;
  readonly hkl: Vector;
}

export interface Report {
  detector: { convention: string; panels: Panel[] };
  beam: {
    direction: number[];
    wavelength_A: number;
    sources: number;
    polarization_factor: number;
    fluence_per_m2: number;
  };
  crystal: {
    cell_lengths_A: number[];
    cell_angles_deg: number[];
    a_A: number[];
    b_A: number[];
    c_A: number[];
    misset_deg: number[];
    cells: number[];
    mosaic_spread_deg: number;
    mosaic_domains: number;
    volume_A3: number;
  };
  goniometer: {
    spindle_axis: number[];
    phi_start_deg: number;
    phi_range_deg: number;
    phi_step_deg: number;
    phi_steps: number;
  };
  sampling: { oversample: number; evaluations_per_pixel: number };
  header: Record<string, number>;
  precision_used: string;
  precision: { reason: string | null };
  warnings: string[];
}

interface Panel {
  fast_count: number;
  slow_count: number;
  pixel_size_mm: number;
  fast_axis: number[];
  slow_axis: number[];
  normal_axis: number[];
  origin_mm: number[];
  distance_mm: number;
  beam_fast_mm: number;
  beam_slow_mm: number;
  curved: boolean;
}

const radians = Math.PI / 180;
const vector = (list: number[]): Vector => [list[0] ?? 0, list[1] ?? 0, list[2] ?? 0];

export class Geometry {
  readonly fastCount: number;
  readonly slowCount: number;
  readonly pixel_mm: number;
  readonly wavelength_A: number;
  readonly curved: boolean;
  readonly distance_mm: number;
  readonly fastAxis: Vector;
  readonly slowAxis: Vector;
  readonly beam: Vector;
  readonly #origin: Vector;
  readonly #normal: Vector;
  readonly #cell: readonly [Vector, Vector, Vector];
  readonly #beamPlace: Place;

  constructor(readonly report: Report) {
    const panel = report.detector.panels[0];
    if (!panel) throw new Error('the report names no panel');
    this.fastCount = panel.fast_count;
    this.slowCount = panel.slow_count;
    this.pixel_mm = panel.pixel_size_mm;
    this.wavelength_A = report.beam.wavelength_A;
    this.curved = panel.curved;
    this.distance_mm = panel.distance_mm;
    this.fastAxis = unit(vector(panel.fast_axis));
    this.slowAxis = unit(vector(panel.slow_axis));
    this.beam = unit(vector(report.beam.direction));
    this.#origin = vector(panel.origin_mm);
    this.#normal = unit(cross(this.fastAxis, this.slowAxis));
    this.#beamPlace = { fast: panel.beam_fast_mm / this.pixel_mm, slow: panel.beam_slow_mm / this.pixel_mm };
    const { crystal, goniometer } = report;
    const phi = (goniometer.phi_start_deg + (goniometer.phi_step_deg * (goniometer.phi_steps - 1)) / 2) * radians;
    const spindle = unit(vector(goniometer.spindle_axis));
    const turned = (axis: number[]) => rotated(vector(axis), spindle, phi);
    this.#cell = [turned(crystal.a_A), turned(crystal.b_A), turned(crystal.c_A)];
  }

  /** Unit vector from the sample to a place (physics.md 3.6). */
  directionAt({ fast, slow }: Place): Vector {
    if (this.curved) return this.#curvedDirection(fast, slow);
    const inPlane = sum(scaled(this.fastAxis, fast * this.pixel_mm), scaled(this.slowAxis, slow * this.pixel_mm));
    return unit(sum(this.#origin, inPlane));
  }

  /** Where a direction meets the plane of the detector; null if it never does. */
  placeOf(direction: Vector): Place | null {
    if (this.curved) return null;
    const towards = dot(direction, this.#normal);
    const distance = dot(this.#origin, this.#normal);
    if (towards * distance <= 1e-9 * Math.abs(distance)) return null;
    const from = difference(scaled(direction, distance / towards), this.#origin);
    return this.#inPlane(from);
  }

  get beamPlace(): Place | null {
    return this.curved ? this.#beamPlace : this.placeOf(this.beam);
  }

  looksAt(place: Place): Looks {
    const direction = this.directionAt(place);
    const scattering = scaled(difference(direction, this.beam), 1 / this.wavelength_A);
    const [a, b, c] = this.#cell;
    return {
      d_A: 1 / length(scattering),
      twotheta_deg: Math.atan2(length(cross(this.beam, direction)), dot(this.beam, direction)) / radians,
      hkl: [dot(a, scattering), dot(b, scattering), dot(c, scattering)],
    };
  }

  /** The cone of one spacing where it meets the detector: pieces of a line. Empty where nothing is diffracted so far. */
  ring(d_A: number, points = 240): Place[][] {
    const sine = this.wavelength_A / (2 * d_A);
    if (!(sine > 0 && sine < 1)) return [];
    const twotheta = 2 * Math.asin(sine);
    const first = perpendicular(this.beam);
    const second = cross(this.beam, first);
    const pieces: Place[][] = [[]];
    for (let i = 0; i <= points; ++i) {
      const azimuth = (2 * Math.PI * i) / points;
      const sideways = sum(scaled(first, Math.cos(azimuth)), scaled(second, Math.sin(azimuth)));
      const direction = sum(scaled(this.beam, Math.cos(twotheta)), scaled(sideways, Math.sin(twotheta)));
      const place = this.placeOf(direction);
      if (place) pieces.at(-1)?.push(place);
      else if (pieces.at(-1)?.length) pieces.push([]);
    }
    return pieces.filter((piece) => piece.length > 1);
  }

  /** Smallest spacing that any corner of the detector sees. */
  get smallestSpacing_A(): number {
    const corners = [0, this.fastCount].flatMap((fast) => [0, this.slowCount].map((slow) => ({ fast, slow })));
    return Math.min(...corners.map((corner) => this.looksAt(corner).d_A));
  }

  #inPlane(from: Vector): Place {
    const skew = dot(this.fastAxis, this.slowAxis);
    const f = dot(from, this.fastAxis);
    const s = dot(from, this.slowAxis);
    const scale = 1 / ((1 - skew * skew) * this.pixel_mm);
    return { fast: (f - skew * s) * scale, slow: (s - skew * f) * scale };
  }

  #curvedDirection(fast: number, slow: number): Vector {
    const x = ((fast - this.#beamPlace.fast) * this.pixel_mm) / this.distance_mm;
    const y = ((slow - this.#beamPlace.slow) * this.pixel_mm) / this.distance_mm;
    const acrossFast = unit(cross(this.beam, this.fastAxis));
    const acrossSlow = unit(cross(this.beam, this.slowAxis));
    return rotated(rotated(this.beam, acrossFast, x), acrossSlow, y);
  }
}

/** Spacings worth a ring, from the widest that is shown to the smallest that the detector sees. */
export function ringSpacings(geometry: Geometry): number[] {
  const smallest = geometry.smallestSpacing_A;
  const candidates = [
    100, 50, 30, 20, 15, 10, 8, 6, 5, 4, 3.5, 3, 2.5, 2, 1.8, 1.6, 1.4, 1.2, 1, 0.9, 0.8, 0.7, 0.6, 0.5,
  ];
  const shown = candidates.filter((d) => d > smallest * 1.02);
  const radius = (d: number) => Math.tan(2 * Math.asin(Math.min(1, geometry.wavelength_A / (2 * d))));
  const picked: number[] = [];
  const largest = radius(Math.max(smallest, geometry.wavelength_A / Math.SQRT2 + 0.01));
  for (const d of shown.reverse()) {
    const previous = picked.at(-1);
    if (previous === undefined || Math.abs(radius(previous) - radius(d)) > largest / 9) picked.push(d);
  }
  return picked.filter((d) => radius(d) > largest / 30 && radius(d) > 0);
}
