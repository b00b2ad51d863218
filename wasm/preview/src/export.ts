// What leaves the page: pictures, images, the scene, and the command line that gives the same.
import type { Simulation } from 'nbt';
import { byId, element } from './dom.js';
import type { Painter } from './painter.js';
import type { Pixels } from './painter_protocol.js';
import { tools } from './tools.js';

export interface ExportContext {
  readonly painter: Painter;
  /** The simulation whose image is shown; throws where there is none. */
  simulation(): Simulation;
}

type Export = readonly [label: string, title: string, run: (context: ExportContext) => Promise<string>];

const exports: readonly Export[] = [
  ['PNG', 'The whole image in the colours that are shown, with noise if that is shown', exportPng],
  ['SMV', 'Integer image that image viewers of detectors open', exportSmv],
  ['Raw float', 'Photons as float32, fast axis first, little-endian', exportRaw],
  ['Scene', 'Everything that is set, as JSON for nbt --scene', exportScene],
  ['Command line', 'For nbt; the files that it names are saved beside it', exportCommandLine],
];

export function setUpExport(context: ExportContext): void {
  const message = byId('export-message');
  for (const [label, title, run] of exports) {
    const start = async () => {
      message.classList.remove('failure');
      try {
        if (document.body.dataset.state === 'working') throw new Error('The image is still being rendered');
        message.textContent = await run(context);
      } catch (failure) {
        message.classList.add('failure');
        message.textContent = failure instanceof Error ? failure.message : String(failure);
      }
    };
    byId('exports').append(element('button', { type: 'button', title, onclick: () => void start() }, label));
  }
}

async function finishedImage({ painter }: ExportContext): Promise<Pixels> {
  const image = await painter.ask<'image'>({ kind: 'image' });
  if (!image) throw new Error('The whole image is not finished yet');
  return image;
}

function save(name: string, content: BlobPart, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function exportPng({ painter }: ExportContext): Promise<string> {
  const png = await painter.ask<'png'>({ kind: 'png' });
  if (!png) throw new Error('The whole image is not finished yet');
  save('image.png', png);
  return 'image.png saved';
}

async function exportSmv(context: ExportContext): Promise<string> {
  const { fast, slow, pixels } = await finishedImage(context);
  const simulation = context.simulation();
  const { counts, scale } = await simulation.digitize({ kind: 'integer', pixels });
  const scene = await simulation.dumpScene();
  const bytes = await (await tools()).writeSmv({ scene, fast, slow, counts });
  save('intimage.img', bytes as Uint8Array<ArrayBuffer>);
  return `intimage.img saved, ${Number(scale.toPrecision(5))} counts per photon`;
}

async function exportRaw(context: ExportContext): Promise<string> {
  const { fast, slow, pixels } = await finishedImage(context);
  save('floatimage.bin', pixels as Float32Array<ArrayBuffer>);
  return `floatimage.bin saved, ${fast} x ${slow} float32`;
}

async function exportScene(context: ExportContext): Promise<string> {
  const scene = await context.simulation().dumpScene();
  save('scene.json', JSON.stringify(scene), 'application/json');
  return 'scene.json saved';
}

async function exportCommandLine(context: ExportContext): Promise<string> {
  const scene = await context.simulation().dumpScene();
  const made = await tools();
  const { arguments: words, notes, files } = await made.sceneToArguments(scene);
  const line = made.quoteArguments(['nbt', ...words]);
  for (const [name, bytes] of Object.entries(files)) save(name, bytes as Uint8Array<ArrayBuffer>);
  const kept = byId<HTMLTextAreaElement>('command-line');
  kept.value = line;
  kept.closest('details')?.setAttribute('open', '');
  const copied = await navigator.clipboard.writeText(line).then(
    () => 'The command line is on the clipboard',
    () => 'The command line is in the field under Files',
  );
  const saved = Object.keys(files);
  return [copied, saved.length > 0 && `saved: ${saved.join(', ')}`, ...notes].filter(Boolean).join('. ');
}
