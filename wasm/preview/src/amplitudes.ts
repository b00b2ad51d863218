// Made-up amplitudes on demand; the last few are kept.
import { most_places, placesOf, syntheticKey, type AmplitudeBox, type SyntheticRequest } from './synthetic.js';

const kept = 4;

export class AmplitudeMaker {
  #worker: Worker | null = null;
  #waiting = new Map<number, (box: AmplitudeBox) => void>();
  #boxes = new Map<string, Promise<AmplitudeBox>>();
  #lastId = 0;

  get(request: SyntheticRequest): Promise<AmplitudeBox> {
    const places = placesOf(request);
    if (!(places <= most_places)) {
      const message = `made-up reflections to ${request.resolution_A} A in this cell would be ${places.toExponential(1)} amplitudes, more than ${most_places.toExponential(0)}: choose a larger spacing`;
      return Promise.reject(new Error(message));
    }
    const key = syntheticKey(request);
    const known = this.#boxes.get(key);
    if (known) return known;
    const made = this.#make(request);
    this.#boxes.set(key, made);
    for (const old of this.#boxes.keys()) if (this.#boxes.size > kept) this.#boxes.delete(old);
    return made;
  }

  #make(request: SyntheticRequest): Promise<AmplitudeBox> {
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker?.postMessage({ id, request });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./synthetic_worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ id: number; box: AmplitudeBox }>) => {
      this.#waiting.get(data.id)?.(data.box);
      this.#waiting.delete(data.id);
    };
    return worker;
  }
}
