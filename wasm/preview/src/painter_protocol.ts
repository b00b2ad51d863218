// What the page and the painter's worker say to each other.
import type { MapName } from './colour_maps.js';
import type { Statistics } from './statistics.js';
import type { ToneName } from './tone.js';

/** Which part of the image the canvas shows; in device pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Canvas pixels per image pixel. */
  readonly zoom: number;
  /** Image place in the upper left corner of the canvas. */
  readonly fast: number;
  readonly slow: number;
}

export interface Look {
  readonly tone: ToneName;
  readonly map: MapName;
  readonly lowPercent: number;
  readonly highPercent: number;
}

export const layers = ['simulated', 'noise', 'split', 'measured', 'difference'] as const;
export type Layer = (typeof layers)[number];

export interface FrameSize {
  /** Pixels of this frame. */
  readonly fast: number;
  readonly slow: number;
  /** Edge of its pixels in pixels of the whole image. */
  readonly factor: number;
}

export interface Pixels {
  readonly fast: number;
  readonly slow: number;
  readonly pixels: Float32Array;
}

export type ToPainter =
  | { kind: 'canvas'; canvas: OffscreenCanvas }
  | { kind: 'viewport'; viewport: Viewport }
  | { kind: 'look'; look: Look }
  | { kind: 'layer'; layer: Layer }
  | { kind: 'begin'; frame: number; size: FrameSize }
  | { kind: 'rows'; frame: number; firstRow: number; pixels: Float32Array }
  | { kind: 'end'; frame: number }
  | { kind: 'drop'; frame: number }
  | { kind: 'noise'; image: Pixels | null }
  | { kind: 'measured'; image: Pixels | null }
  /** Simulated counts, which are taken from the measured ones: scale * photons + offset. */
  | { kind: 'scale'; scale: number; offset: number }
  | { kind: 'ask'; question: number; ask: Ask };

export type Ask =
  | { kind: 'value'; fast: number; slow: number }
  | { kind: 'profile'; from: { fast: number; slow: number }; to: { fast: number; slow: number } }
  /** The finished image; null while a coarse one is all there is. */
  | { kind: 'image' }
  | { kind: 'png' };

export interface Answers {
  value: { photons: number; measured: number | null; exact: boolean } | null;
  profile: { photons: Float32Array; measured: Float32Array | null };
  image: Pixels | null;
  png: Blob | null;
}

export type FromPainter =
  | { kind: 'painted'; frame: number; factor: number; complete: boolean }
  | { kind: 'statistics'; frame: number; factor: number; statistics: Statistics; low: number; high: number }
  | { kind: 'limits'; low: number; high: number }
  | { kind: 'answer'; question: number; answer: Answers[keyof Answers] };
