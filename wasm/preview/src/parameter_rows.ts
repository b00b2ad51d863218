// How the parameters of the library appear: groups, short labels and the span of each slider. Names, kinds, units,
// defaults and sentences come from the library's own table; what is not named here follows in the last group.
import type { Report } from './geometry.js';

export interface Slider {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

export interface ParameterRow {
  readonly name: string;
  readonly label: string;
  readonly components?: readonly string[];
  readonly slider?: Slider;
}

/** Rows that are not one parameter; controls.ts makes them. */
export type SpecialRow = 'space group' | 'energy' | 'detector preset' | 'reflections';

export interface Group {
  readonly title: string;
  readonly open: boolean;
  readonly rows: readonly (ParameterRow | SpecialRow)[];
}

const row = (name: string, label: string, slider?: Slider, components?: readonly string[]): ParameterRow => ({
  name,
  label,
  ...(slider && { slider }),
  ...(components && { components }),
});

const linear = (low: number, high: number): Slider => ({ low, high });
const log = (low: number, high: number): Slider => ({ low, high, log: true });

export const groups: readonly Group[] = [
  {
    title: 'Crystal',
    open: true,
    rows: [
      'space group',
      row('crystal.cell_lengths_A', 'Cell edges', log(2, 500), ['a', 'b', 'c']),
      row('crystal.cell_angles_deg', 'Cell angles', linear(40, 140), ['α', 'β', 'γ']),
      row('crystal.cells', 'Cells in a block', log(1, 200), ['along a', 'along b', 'along c']),
      row('crystal.shape', 'Block shape'),
      row('crystal.mosaic_spread_deg', 'Mosaic spread', linear(0, 3)),
      row('crystal.mosaic_domains', 'Mosaic domains', log(1, 200)),
    ],
  },
  {
    title: 'Orientation',
    open: true,
    rows: [
      row('crystal.misset_deg', 'Misset', linear(-180, 180), ['about x', 'about y', 'about z']),
      row('goniometer.phi_start_deg', 'Phi start', linear(-180, 180)),
      row('goniometer.phi_range_deg', 'Phi range', linear(0, 30)),
      row('goniometer.phi_steps', 'Phi steps', log(1, 200)),
      row('crystal.orientation_matrix', 'Orientation matrix', undefined, [
        'a* x',
        'b* x',
        'c* x',
        'a* y',
        'b* y',
        'c* y',
        'a* z',
        'b* z',
        'c* z',
      ]),
    ],
  },
  {
    title: 'Detector',
    open: true,
    rows: [
      'detector preset',
      row('detector.distance_mm', 'Distance', log(20, 1500)),
      row('detector.Xbeam_mm', 'Beam centre X', linear(-50, 450)),
      row('detector.Ybeam_mm', 'Beam centre Y', linear(-50, 450)),
      row('detector.ORGX_pixels', 'Origin X (XDS, DIALS)', linear(-500, 4500)),
      row('detector.ORGY_pixels', 'Origin Y (XDS, DIALS)', linear(-500, 4500)),
      row('detector.twotheta_deg', 'Swing two-theta', linear(-60, 60)),
      row('detector.rotation_deg', 'Tilt', linear(-30, 30), ['about x', 'about y', 'about z']),
      row('detector.pixels', 'Pixels', undefined, ['fast', 'slow']),
      row('detector.pixel_size_mm', 'Pixel size', log(0.01, 1)),
      row('detector.convention', 'Convention'),
    ],
  },
  {
    title: 'Beam',
    open: true,
    rows: [
      row('beam.wavelength_A', 'Wavelength', log(0.2, 4)),
      'energy',
      row('beam.divergence_horizontal_mrad', 'Divergence horizontal', linear(0, 10)),
      row('beam.divergence_vertical_mrad', 'Divergence vertical', linear(0, 10)),
      row('beam.divergence_horizontal_steps', 'Directions horizontal', log(1, 50)),
      row('beam.divergence_vertical_steps', 'Directions vertical', log(1, 50)),
      row('beam.dispersion_percent', 'Dispersion', linear(0, 10)),
      row('beam.dispersion_steps', 'Wavelengths', log(1, 50)),
      row('beam.fluence_per_m2', 'Fluence', log(1e18, 1e32)),
      row('beam.polarization_factor', 'Polarization', linear(-1, 1)),
    ],
  },
  {
    title: 'Structure factors',
    open: false,
    rows: [
      'reflections',
      row('structure_factors.default_F', 'Default F', log(0.1, 10000)),
      row('structure_factors.interpolation', 'Between reflections'),
      row('sampling.dmin_A', 'Smallest spacing d', linear(0, 10)),
      row('background.water_um', 'Water beside the crystal', linear(0, 1000)),
    ],
  },
  {
    title: 'Noise and counts',
    open: false,
    rows: [
      row('noise.seed', 'Noise seed', linear(1, 1000)),
      row('digitize.adc_offset', 'Offset of counts', linear(0, 200)),
      row('digitize.scale', 'Counts per photon', log(1e-3, 1e3)),
    ],
  },
  {
    title: 'Sampling and precision',
    open: false,
    rows: [
      row('sampling.oversample', 'Oversampling', log(1, 12)),
      row('precision.mode', 'Precision'),
      row('sampling.tail_tolerance', 'Tail tolerance', linear(0, 0.01)),
    ],
  },
];

/** What the page or the program alone is concerned with. */
export const hiddenGroups = new Set(['program', 'execution', 'limits']);

/** The value that a run decided upon, for parameters that are automatic. */
export const decided: Readonly<Record<string, (report: Report) => readonly (number | undefined)[]>> = {
  'crystal.cell_lengths_A': ({ crystal }) => crystal.cell_lengths_A,
  'crystal.mosaic_spread_deg': ({ crystal }) => [crystal.mosaic_spread_deg],
  'crystal.mosaic_domains': ({ crystal }) => [crystal.mosaic_domains],
  'goniometer.phi_range_deg': ({ goniometer }) => [goniometer.phi_range_deg],
  'goniometer.phi_step_deg': ({ goniometer }) => [goniometer.phi_step_deg],
  'goniometer.phi_steps': ({ goniometer }) => [goniometer.phi_steps],
  'detector.Xbeam_mm': ({ header }) => [header.BEAM_CENTER_X],
  'detector.Ybeam_mm': ({ header }) => [header.BEAM_CENTER_Y],
  'detector.ORGX_pixels': ({ header }) => [header.XDS_ORGX],
  'detector.ORGY_pixels': ({ header }) => [header.XDS_ORGY],
  'detector.close_distance_mm': ({ header }) => [header.CLOSE_DISTANCE],
  'sampling.oversample': ({ sampling }) => [sampling.oversample],
};

export interface DetectorPreset {
  readonly name: string;
  readonly fast: number;
  readonly slow: number;
  readonly pixel_mm: number;
}

/** Pixel counts and sizes as the makers state them. */
export const detectorPresets: readonly DetectorPreset[] = [
  { name: 'Square, 512 x 512', fast: 512, slow: 512, pixel_mm: 0.2 },
  { name: 'Square, 1024 x 1024', fast: 1024, slow: 1024, pixel_mm: 0.1 },
  { name: 'Square, 2048 x 2048', fast: 2048, slow: 2048, pixel_mm: 0.1 },
  { name: 'Eiger 1M', fast: 1030, slow: 1065, pixel_mm: 0.075 },
  { name: 'Eiger 4M', fast: 2070, slow: 2167, pixel_mm: 0.075 },
  { name: 'Eiger 9M', fast: 3110, slow: 3269, pixel_mm: 0.075 },
  { name: 'Eiger 16M', fast: 4150, slow: 4371, pixel_mm: 0.075 },
  { name: 'Pilatus 300K', fast: 487, slow: 619, pixel_mm: 0.172 },
  { name: 'Pilatus 2M', fast: 1475, slow: 1679, pixel_mm: 0.172 },
  { name: 'Pilatus 6M', fast: 2463, slow: 2527, pixel_mm: 0.172 },
  { name: 'Rayonix MX225', fast: 3072, slow: 3072, pixel_mm: 0.073242 },
  { name: 'Rayonix MX300', fast: 4096, slow: 4096, pixel_mm: 0.073242 },
  { name: 'Rayonix MX340', fast: 3840, slow: 3840, pixel_mm: 0.08854 },
];

/** Takes every beam centre back, whatever the convention. */
export const beamInTheMiddle: Readonly<Record<string, undefined>> = {
  'detector.Xbeam_mm': undefined,
  'detector.Ybeam_mm': undefined,
  'detector.ORGX_pixels': undefined,
  'detector.ORGY_pixels': undefined,
};
