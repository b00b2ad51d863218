// Keys of the whole page, and the table of all keys.
import { byId, element } from './dom.js';

const table: readonly (readonly [string, string])[] = [
  ['Tab', 'from control to control'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'undo, redo'],
  ['Escape', 'stop rendering'],
  ['Arrows on a slider', 'small steps; Page up and down: large ones'],
  ['Arrow up and down in an entry', 'a small step'],
  ['Arrows on the image', 'move the cursor that reads it'],
  ['Shift and arrows on the image', 'move the image'],
  ['Alt and arrows on the image', 'turn the crystal'],
  ['+ and − on the image', 'zoom'],
  ['0 and 1 on the image', 'fit, actual size'],
];

export function bindKeys(actions: { undo: () => void; redo: () => void; stop: () => void }): void {
  byId('keys').append(
    ...table.map(([keys, what]) => element('tr', {}, element('th', { scope: 'row' }, keys), element('td', {}, what))),
  );
  addEventListener('keydown', (event: KeyboardEvent) => {
    if (event.key === 'Escape') return actions.stop();
    if (!(event.ctrlKey || event.metaKey)) return undefined;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return undefined;
    // Text that is being typed has an undo of its own.
    if (event.target instanceof HTMLTextAreaElement) return undefined;
    event.preventDefault();
    return key === 'y' || event.shiftKey ? actions.redo() : actions.undo();
  });
}
