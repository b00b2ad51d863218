// What every control of the panel looks like: a head with label and unit, its body, and a place for messages.
import { element } from './dom.js';
import type { Report } from './geometry.js';
import type { State } from './state.js';

/** A row of the panel. */
export interface Control {
  readonly root: HTMLElement;
  /** Parameters that it changes. */
  readonly names: readonly string[];
  show(state: State, report: Report | null): void;
  /** A message at the control; null takes it away. */
  complain(message: string | null): void;
}

/** Head, body and message of a control; used by the special ones too. */
export function frameOf(
  id: string,
  label: string,
  unit: string,
  sentence: string,
  body: HTMLElement,
  reset?: () => void,
): { root: HTMLElement; button: HTMLButtonElement | null; complain: (message: string | null) => void } {
  const message = element('p', { class: 'message', id: `${id}-message`, role: 'alert' });
  const button = reset
    ? element(
        'button',
        {
          type: 'button',
          class: 'reset',
          title: `Back to the default`,
          'aria-label': `${label}: back to the default`,
          onclick: reset,
        },
        '↺',
      )
    : null;
  const head = element(
    'div',
    { class: 'head' },
    element('span', { class: 'title', title: sentence }, label),
    unit ? element('span', { class: 'unit' }, unit === 'A' ? 'Å' : unit) : null,
    button,
  );
  const root = element('div', { class: 'control', role: 'group', 'aria-label': label }, head, body, message);
  root.append(element('p', { class: 'visually-hidden', id: `${id}-sentence` }, sentence));
  const complain = (text: string | null) => {
    message.textContent = text ?? '';
    root.classList.toggle('invalid', text !== null);
  };
  return { root, button, complain };
}
