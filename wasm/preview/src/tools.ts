// The tools of the package, loaded when they are first needed.
import { createTools, type Tools } from 'nbt/tools';

let started: Promise<Tools> | null = null;

export function tools(): Promise<Tools> {
  if (started) return started;
  started = createTools();
  started.catch(() => {
    started = null; // the next call tries again
  });
  return started;
}
