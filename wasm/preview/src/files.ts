// Files that are dropped, chosen or pasted: read here, one after the other, with a message for each.
import { byId, element } from './dom.js';
import {
  fileKinds,
  kindOf,
  readCommandLine,
  readHeader,
  readMask,
  type DroppedFile,
  type MeasuredImage,
  type ReadContext,
  type ReadResult,
} from './file_kinds.js';
import { bytes as bytesText } from './numbers.js';
import type { State } from './state.js';

const most_bytes = 2 ** 29;
const most_messages = 6;

export interface FilesEvents {
  context(shelf: ReadonlyMap<string, Uint8Array>): ReadContext;
  changed(state: State): void;
  measured(image: MeasuredImage): void;
}

export class Files {
  #shelf = new Map<string, Uint8Array>();
  #messages = byId('file-messages');

  constructor(private readonly events: FilesEvents) {
    this.#listFormats();
    this.#takeDrops();
    const input = byId<HTMLInputElement>('file-input');
    byId('choose-files').addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      void this.read([...(input.files ?? [])]);
      input.value = '';
    });
    byId('read-command-line').addEventListener('click', () => {
      const { value } = byId<HTMLTextAreaElement>('command-line');
      void this.#attempt('Command line', () => readCommandLine(value, this.events.context(this.#shelf)));
    });
  }

  async read(files: readonly File[]): Promise<void> {
    const dropped: DroppedFile[] = [];
    for (const file of files) {
      const read = await this.#load(file).catch((failure: Error) => void this.say(failure.message, true));
      if (read) dropped.push(read);
    }
    for (const { name, bytes } of dropped) this.#shelf.set(name, bytes);
    for (const file of dropped) await this.#one(file);
  }

  async #load(file: File): Promise<DroppedFile> {
    if (file.size > most_bytes) {
      throw new Error(`${file.name} has ${bytesText(file.size)}; at most ${bytesText(most_bytes)} are read`);
    }
    return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  }

  async #one(file: DroppedFile): Promise<void> {
    await this.#attempt(file.name, () => kindOf(file.name).read(file, this.events.context(this.#shelf)), file);
  }

  async #attempt(name: string, read: () => Promise<ReadResult>, file?: DroppedFile): Promise<void> {
    try {
      const result = await read();
      if ('state' in result) this.events.changed(result.state);
      else this.events.measured(result.image);
      this.say(`${name}: ${result.said}`, false, 'image' in result && file ? this.#imageActions(file) : []);
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      this.say(message.includes(name) ? message : `${name}: ${message}`, true);
    }
  }

  #imageActions(file: DroppedFile): HTMLElement[] {
    const action = (label: string, read: typeof readHeader, said: string) => {
      const take = () =>
        this.#attempt(file.name, async () => ({ state: await read(file, this.events.context(this.#shelf)), said }));
      return element('button', { type: 'button', onclick: () => void take() }, label);
    };
    return [
      action('Take its geometry', readHeader, 'its header sets the geometry'),
      action('Use as mask', readMask, 'its zeros are not rendered'),
    ];
  }

  /** A message at the drop zone. */
  say(message: string, bad: boolean, actions: HTMLElement[] = []): void {
    const buttons = actions.length > 0 ? element('div', { class: 'buttons' }, ...actions) : null;
    this.#messages.prepend(element('li', { class: bad ? 'bad' : 'good' }, message, buttons));
    while (this.#messages.children.length > most_messages) this.#messages.lastElementChild?.remove();
  }

  #listFormats(): void {
    byId('formats').append(
      ...fileKinds.map(({ label, what }) =>
        element('tr', {}, element('th', { scope: 'row' }, label), element('td', {}, what)),
      ),
    );
  }

  #takeDrops(): void {
    const show = (dropping: boolean) => document.body.classList.toggle('dropping', dropping);
    addEventListener('dragover', (event) => {
      event.preventDefault();
      show(true);
    });
    addEventListener('dragleave', (event: DragEvent) => {
      if (!event.relatedTarget) show(false);
    });
    addEventListener('drop', (event: DragEvent) => {
      event.preventDefault();
      show(false);
      void this.read([...(event.dataTransfer?.files ?? [])]);
    });
  }
}
