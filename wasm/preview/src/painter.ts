// The page's end of the painter.
import type { Answers, Ask, FromPainter, ToPainter } from './painter_protocol.js';

type Listener = (message: FromPainter) => void;

export class Painter {
  #worker = new Worker(new URL('./painter_worker.ts', import.meta.url), { type: 'module' });
  #questions = new Map<number, (answer: never) => void>();
  #lastQuestion = 0;
  #listeners: Listener[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#worker.onmessage = ({ data }: MessageEvent<FromPainter>) => this.#take(data);
    const offscreen = canvas.transferControlToOffscreen();
    this.send({ kind: 'canvas', canvas: offscreen }, [offscreen]);
  }

  onMessage(listener: Listener): void {
    this.#listeners.push(listener);
  }

  send(message: ToPainter, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  ask<K extends Ask['kind']>(ask: Extract<Ask, { kind: K }>): Promise<Answers[K]> {
    const question = ++this.#lastQuestion;
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.send({ kind: 'ask', question, ask });
    });
  }

  #take(message: FromPainter): void {
    if (message.kind === 'answer') {
      this.#questions.get(message.question)?.(message.answer as never);
      this.#questions.delete(message.question);
      return;
    }
    for (const listener of this.#listeners) listener(message);
  }
}
