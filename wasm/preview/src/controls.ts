// The panel of controls, made from the library's parameter table.
import type { Parameter } from 'nbt';
import { frameOf, type Control } from './control_frame.js';
import { element } from './dom.js';
import { NumberField } from './field.js';
import type { Report } from './geometry.js';
import type { History } from './history.js';
import { decided, groups, hiddenGroups, type Group, type ParameterRow } from './parameter_rows.js';
import { specialControls } from './special_controls.js';
import { numbersOf, withParameter, withParameters, type SceneValue, type State } from './state.js';
import { allowedCell, cellRule, systemOf } from './symmetry.js';

export class Controls {
  #controls: Control[] = [];
  #report: Report | null = null;

  constructor(
    root: HTMLElement,
    parameters: readonly Parameter[],
    private readonly history: History,
  ) {
    const table = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    for (const group of [...groups, restOf(parameters)]) root.append(this.#group(group, table));
    history.onChange((state) => this.show(state));
    this.show(history.state);
  }

  show(state: State): void {
    for (const control of this.#controls) control.show(state, this.#report);
  }

  takeReport(report: Report): void {
    this.#report = report;
    this.show(this.history.state);
  }

  clearMessages(): void {
    for (const control of this.#controls) control.complain(null);
  }

  /** Puts a message at the first control of these parameters; false if none has one. */
  complain(message: string, names: readonly string[]): boolean {
    const found = this.#controls.filter((control) => control.names.some((name) => names.includes(name)));
    for (const control of found) {
      const group = control.root.closest('details');
      if (group && control === found[0]) group.open = true;
      control.complain(message);
    }
    return found.length > 0;
  }

  #group(group: Group, table: ReadonlyMap<string, Parameter>): HTMLElement {
    const rows = group.rows.flatMap((row) => {
      if (typeof row === 'string') return [specialControls[row](this.history)];
      const parameter = table.get(row.name);
      return parameter ? [controlOf(parameter, row, this.history)] : [];
    });
    this.#controls.push(...rows);
    return element(
      'details',
      { class: 'group', open: group.open },
      element('summary', {}, element('h3', {}, group.title)),
      ...rows.map(({ root }) => root),
    );
  }
}

function restOf(parameters: readonly Parameter[]): Group {
  const named = new Set(groups.flatMap(({ rows }) => rows.map((row) => (typeof row === 'string' ? row : row.name))));
  const rest = parameters.filter(({ name }) => !named.has(name) && !hiddenGroups.has(name.split('.')[0] ?? ''));
  const rows = rest.map(({ name }) => ({ name, label: labelOf(name) }));
  return { title: 'All other parameters', open: false, rows };
}

// "beam.exposure_s" -> "Beam: exposure"
function labelOf(name: string): string {
  const [group = '', own = ''] = name.split('.');
  const words = own.replace(/_(mm|deg|mrad|um|A|pixels|percent|per_m2|per_s|s)$/, '').replaceAll('_', ' ');
  return `${group.charAt(0).toUpperCase()}${group.slice(1).replaceAll('_', ' ')}: ${words}`;
}

const idOf = (name: string, i?: number) => `parameter-${name.replace('.', '-')}${i === undefined ? '' : `-${i}`}`;

const named = (id: string, { label }: ParameterRow) => ({
  id,
  'aria-label': label,
  'aria-describedby': `${id}-sentence ${id}-message`,
});

function controlOf(parameter: Parameter, row: ParameterRow, history: History): Control {
  if (parameter.kind === 'real' || parameter.kind === 'integer') return numbersControl(parameter, row, history);
  if (parameter.kind === 'choice') return choiceControl(parameter, row, history);
  return parameter.kind === 'boolean' ? switchControl(parameter, row, history) : textControl(parameter, row, history);
}

const defaultsOf = ({ defaultText }: Parameter): number[] => (defaultText ? defaultText.split(' ').map(Number) : []);

function numbersControl(parameter: Parameter, row: ParameterRow, history: History): Control {
  const { name, sentence, unit, length } = parameter;
  const defaults = defaultsOf(parameter);
  let fallback: readonly (number | undefined)[] = defaults;
  const id = idOf(name);
  const set = (value: SceneValue | undefined, i: number) =>
    history.change(withNumbers(history.state, name, value), `${name}.${i}`);
  const fields = Array.from({ length }, (_, i) => {
    const change = (value: number) => {
      const current = numbersOf(history.state.parameters[name]) ?? fallback;
      const values = Array.from({ length }, (_unused, k) => (k === i ? value : (current[k] ?? value)));
      set(length === 1 ? value : values, i);
    };
    return new NumberField({
      id: idOf(name, i),
      label: row.components?.[i] ?? (length === 1 ? row.label : `${i + 1}`),
      ...(length > 1 && { context: row.label }),
      sentence,
      slider: row.slider,
      integer: parameter.kind === 'integer',
      change,
      complain: (message) => frame.complain(message),
      describedBy: `${id}-sentence ${id}-message`,
    });
  });
  const body = element(
    'div',
    { class: row.slider || length < 3 ? 'numbers' : 'numbers grid' },
    ...fields.map(({ root }) => root),
  );
  if (length === 1) body.classList.add('single');
  const frame = frameOf(id, row.label, unit, sentence, body, () => set(undefined, 0));
  return {
    root: frame.root,
    names: [name],
    show: (state, report) => {
      const values = numbersOf(state.parameters[name]);
      fallback = defaults.length > 0 ? defaults : ((report && decided[name]?.(report)) ?? []);
      const rule = cellRuleOf(name, state);
      fields.forEach((field, i) => {
        field.show(values?.[i], fallback[i]);
        const bound = rule?.[i] && (rule[i].follows !== undefined || rule[i].fixed_deg !== undefined);
        field.disable(Boolean(bound), bound ? `Follows from the space group ${state.spaceGroup}` : '');
      });
      frame.button?.toggleAttribute('hidden', values === undefined);
    },
    complain: (message) => {
      frame.complain(message);
      for (const field of fields) field.markInvalid(message !== null);
    },
  };
}

// Edges and angles that the crystal system ties together move together.
function withNumbers(state: State, name: string, value: SceneValue | undefined): State {
  const next = withParameter(state, name, value);
  if (name !== 'crystal.cell_lengths_A' && name !== 'crystal.cell_angles_deg') return next;
  const lengths = numbersOf(next.parameters['crystal.cell_lengths_A']);
  if (!lengths) return next;
  const angles = numbersOf(next.parameters['crystal.cell_angles_deg']) ?? [90, 90, 90];
  const cell = allowedCell(systemOf(state.spaceGroup), [...lengths, ...angles]);
  return withParameters(next, { 'crystal.cell_lengths_A': cell.slice(0, 3), 'crystal.cell_angles_deg': cell.slice(3) });
}

function cellRuleOf(name: string, state: State): ReturnType<typeof cellRule> | null {
  const rule = cellRule(systemOf(state.spaceGroup));
  if (name === 'crystal.cell_lengths_A') return rule.slice(0, 3);
  return name === 'crystal.cell_angles_deg' ? rule.slice(3) : null;
}

function choiceControl(parameter: Parameter, row: ParameterRow, history: History): Control {
  const { name, sentence, choices, defaultText } = parameter;
  const id = idOf(name);
  const options = [...(defaultText ? [] : ['']), ...choices];
  const select = element(
    'select',
    {
      ...named(id, row),
      onchange: () => history.change(withParameter(history.state, name, select.value || undefined), name),
    },
    ...options.map((value) => element('option', { value }, value || 'automatic')),
  );
  const frame = frameOf(id, row.label, '', sentence, select);
  return {
    root: frame.root,
    names: [name],
    show: ({ parameters }) => {
      select.value = String(parameters[name] ?? defaultText);
    },
    complain: frame.complain,
  };
}

function switchControl(parameter: Parameter, row: ParameterRow, history: History): Control {
  const { name, sentence, defaultText } = parameter;
  const id = idOf(name);
  const box = element('input', {
    ...named(id, row),
    type: 'checkbox',
    onchange: () => history.change(withParameter(history.state, name, box.checked), name),
  });
  const frame = frameOf(id, row.label, '', sentence, element('div', { class: 'switch' }, box));
  return {
    root: frame.root,
    names: [name],
    show: ({ parameters }) => {
      box.checked = Boolean(parameters[name] ?? defaultText === '1');
    },
    complain: frame.complain,
  };
}

function textControl(parameter: Parameter, row: ParameterRow, history: History): Control {
  const { name, sentence, defaultText } = parameter;
  const id = idOf(name);
  const entry = element('input', {
    ...named(id, row),
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: defaultText || 'automatic',
    onchange: () => history.change(withParameter(history.state, name, entry.value || undefined), name),
  });
  const frame = frameOf(id, row.label, '', sentence, entry);
  return {
    root: frame.root,
    names: [name],
    show: ({ parameters }) => {
      if (document.activeElement !== entry) entry.value = String(parameters[name] ?? '');
    },
    complain: frame.complain,
  };
}
