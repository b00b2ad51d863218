// Makes amplitudes away from the page's own thread.
import { syntheticAmplitudes, type SyntheticRequest } from './synthetic.js';

self.onmessage = ({ data }: MessageEvent<{ id: number; request: SyntheticRequest }>) => {
  const box = syntheticAmplitudes(data.request);
  self.postMessage({ id: data.id, box }, { transfer: [box.amplitudes.buffer] });
};
