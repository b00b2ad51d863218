// Scenes that show something at once. Their reflections are made up.
import { emptyState, type State } from './state.js';

export interface Preset {
  readonly name: string;
  readonly description: string;
  readonly state: State;
}

const detector = { 'detector.pixels': [1024, 1024], 'detector.pixel_size_mm': 0.1, 'noise.seed': 1 };

export const presets: readonly Preset[] = [
  {
    name: 'Quartz',
    description: 'A small cell turned through 60 degrees: broad spots on layer lines',
    state: {
      ...emptyState,
      spaceGroup: 'P 32 2 1',
      reflections: { kind: 'synthetic', resolution_A: 0.6, seed: 4 },
      parameters: {
        ...detector,
        'crystal.cell_lengths_A': [4.913, 4.913, 5.405],
        'crystal.cell_angles_deg': [90, 90, 120],
        'crystal.cells': [24, 24, 24],
        'crystal.shape': 'gauss',
        'crystal.fudge': 8e-5,
        'crystal.misset_deg': [12, 25, 40],
        'goniometer.phi_range_deg': 60,
        'goniometer.phi_steps': 120,
        'beam.wavelength_A': 0.71,
        'detector.distance_mm': 55,
      },
    },
  },
  {
    name: 'Lysozyme-like',
    description: 'A protein cell at rest: lunes of spots, each with the fringes of a small block',
    state: {
      ...emptyState,
      spaceGroup: 'P 43 21 2',
      reflections: { kind: 'synthetic', resolution_A: 1.8, seed: 1 },
      parameters: {
        ...detector,
        'crystal.cell_lengths_A': [79.1, 79.1, 37.9],
        'crystal.cells': [14, 14, 20],
        'crystal.misset_deg': [4, 7, 20],
        'beam.wavelength_A': 1,
        'detector.distance_mm': 110,
      },
    },
  },
  {
    name: 'Virus-size cell',
    description: 'A cubic cell of 320 Angstrom: thousands of spots on concentric rings',
    state: {
      ...emptyState,
      spaceGroup: 'I 2 3',
      reflections: { kind: 'synthetic', resolution_A: 5, seed: 7 },
      parameters: {
        ...detector,
        'crystal.cell_lengths_A': [320, 320, 320],
        'crystal.cells': [12, 12, 12],
        'crystal.shape': 'gauss',
        'crystal.misset_deg': [1.5, 1, 8],
        'beam.wavelength_A': 1,
        'detector.distance_mm': 300,
      },
    },
  },
];

export const firstPreset = presets[1] as Preset;
