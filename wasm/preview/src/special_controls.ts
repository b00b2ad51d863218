// Controls that are not one parameter: space group, photon energy, detector, and where reflections come from.
import { frameOf, type Control } from './control_frame.js';
import { element } from './dom.js';
import { NumberField } from './field.js';
import type { History } from './history.js';
import { beamInTheMiddle, detectorPresets, type SpecialRow } from './parameter_rows.js';
import { numbersOf, withParameter, withParameters, type Reflections, type State } from './state.js';
import { allowedCell, spaceGroups, systemOf } from './symmetry.js';

const keV_A = 12.398419843320026; // hc (CODATA 2018)

export const specialControls: Readonly<Record<SpecialRow, (history: History) => Control>> = {
  'space group': spaceGroupControl,
  energy: energyControl,
  'detector preset': detectorControl,
  reflections: reflectionsControl,
};

export function withSpaceGroup(state: State, spaceGroup: string): State {
  const lengths = numbersOf(state.parameters['crystal.cell_lengths_A']);
  if (!lengths) return { ...state, spaceGroup };
  const angles = numbersOf(state.parameters['crystal.cell_angles_deg']) ?? [90, 90, 90];
  const cell = allowedCell(systemOf(spaceGroup), [...lengths, ...angles]);
  const next = withParameters(state, {
    'crystal.cell_lengths_A': cell.slice(0, 3),
    'crystal.cell_angles_deg': cell.slice(3),
  });
  return { ...next, spaceGroup };
}

// A menu in its frame.
function menu(
  label: string,
  sentence: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): { select: HTMLSelectElement; frame: ReturnType<typeof frameOf> } {
  const id = label.toLowerCase().replaceAll(' ', '-');
  const select = element(
    'select',
    {
      id,
      'aria-label': label,
      'aria-describedby': `${id}-sentence ${id}-message`,
      onchange: () => choose(select.value),
    },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );
  return { select, frame: frameOf(id, label, '', sentence, select) };
}

function spaceGroupControl(history: History): Control {
  const { select, frame } = menu(
    'Space group',
    'Ties edges and angles of the cell, and gives made-up reflections their symmetry and absences.',
    spaceGroups.map(({ name, system }) => [name, `${name}  (${system})`]),
    (name) => history.change(withSpaceGroup(history.state, name), 'space group'),
  );
  return {
    root: frame.root,
    names: [],
    show: ({ spaceGroup }) => {
      select.value = spaceGroup;
    },
    complain: frame.complain,
  };
}

function energyControl(history: History): Control {
  const name = 'beam.wavelength_A';
  const sentence = 'The same as the wavelength: 12.3984 keV divided by the wavelength in Angstrom.';
  const field = new NumberField({
    id: 'photon-energy',
    label: 'Photon energy',
    sentence,
    slider: { low: 3, high: 60, log: true },
    integer: false,
    change: (keV) => history.change(withParameter(history.state, name, keV_A / keV), 'energy'),
    complain: (message) => frame.complain(message),
    describedBy: 'photon-energy-sentence photon-energy-message',
  });
  const body = element('div', { class: 'numbers single' }, field.root);
  const frame = frameOf('photon-energy', 'Photon energy', 'keV', sentence, body);
  return {
    root: frame.root,
    names: [],
    show: ({ parameters }) => field.show(Number((keV_A / Number(parameters[name] ?? 1)).toPrecision(7)), undefined),
    complain: frame.complain,
  };
}

function detectorControl(history: History): Control {
  const other = 'Other';
  const choose = (name: string) => {
    const preset = detectorPresets.find((row) => row.name === name);
    if (!preset) return;
    const changes = {
      ...beamInTheMiddle,
      'detector.pixels': [preset.fast, preset.slow],
      'detector.pixel_size_mm': preset.pixel_mm,
    };
    history.change(withParameters(history.state, changes), 'detector preset');
  };
  const { select, frame } = menu(
    'Detector preset',
    'Sets pixel counts and pixel size, and puts the beam in the middle.',
    [...detectorPresets.map(({ name }) => name), other].map((name) => [name, name]),
    choose,
  );
  return {
    root: frame.root,
    names: ['detector.pixels', 'detector.pixel_size_mm'],
    show: ({ parameters }) => {
      const [fast, slow] = numbersOf(parameters['detector.pixels']) ?? [];
      const pixel = parameters['detector.pixel_size_mm'] ?? 0.1;
      const found = detectorPresets.find((row) => row.fast === fast && row.slow === slow && row.pixel_mm === pixel);
      select.value = found?.name ?? other;
    },
    complain: () => undefined,
  };
}

function reflectionsControl(history: History): Control {
  const sentence =
    'One amplitude for all, made-up amplitudes with the statistics of a random structure, or those of a file.';
  const select = element('select', {
    id: 'reflections',
    'aria-label': 'Reflections',
    'aria-describedby': 'reflections-sentence reflections-message',
    onchange: () => choose(),
  });
  let fromFile: Reflections | null = null;
  const change = (reflections: Reflections, subject: string) =>
    history.change({ ...history.state, reflections }, subject);
  const choose = () => {
    if (select.value === 'constant') change({ kind: 'constant' }, 'reflections');
    if (select.value === 'synthetic') change({ kind: 'synthetic', resolution_A: 2, seed: 1 }, 'reflections');
    if (select.value === 'file' && fromFile) change(fromFile, 'reflections');
  };
  const made = (part: 'resolution_A' | 'seed', label: string, low: number, high: number, log: boolean) =>
    new NumberField({
      id: `synthetic-${part}`,
      label,
      context: 'Made-up reflections:',
      sentence,
      slider: { low, high, log },
      integer: part === 'seed',
      change: (value) => {
        const { reflections } = history.state;
        if (reflections.kind === 'synthetic') change({ ...reflections, [part]: value }, `synthetic ${part}`);
      },
      complain: (message) => frame.complain(message),
      describedBy: 'reflections-sentence reflections-message',
    });
  const resolution = made('resolution_A', 'to d / Å', 0.5, 20, true);
  const seed = made('seed', 'seed', 1, 1000, false);
  const numbers = element('div', { class: 'numbers' }, resolution.root, seed.root);
  const frame = frameOf('reflections', 'Reflections', '', sentence, element('div', {}, select, numbers));
  return {
    root: frame.root,
    names: [],
    show: ({ reflections }) => {
      if ('name' in reflections) fromFile = reflections;
      const fileName = fromFile && 'name' in fromFile ? fromFile.name : null;
      select.replaceChildren(
        element('option', { value: 'constant' }, 'one amplitude (default F)'),
        element('option', { value: 'synthetic' }, 'made up'),
        ...(fileName ? [element('option', { value: 'file' }, `file ${fileName}`)] : []),
      );
      select.value = 'name' in reflections ? 'file' : reflections.kind;
      numbers.hidden = reflections.kind !== 'synthetic';
      if (reflections.kind === 'synthetic') {
        resolution.show(reflections.resolution_A, undefined);
        seed.show(reflections.seed, undefined);
      }
    },
    complain: frame.complain,
  };
}
