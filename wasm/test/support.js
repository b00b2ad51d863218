// The golden cases of tests/golden, and the native program to compare with.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export const top = fileURLToPath(new URL('../..', import.meta.url));
const golden = join(top, 'tests/golden');

export function floatsOf(bytes) {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export function goldenNames() {
  return JSON.parse(readFileSync(join(golden, 'index.json'))).map(({ name }) => name);
}

export function goldenCase(name) {
  const described = JSON.parse(readFileSync(join(golden, `${name}.json`)));
  described.stored = floatsOf(gunzipSync(readFileSync(join(golden, described.files.float))));
  described.inputFiles = Object.fromEntries(described.inputs.map((path) => [path, readFileSync(join(golden, path))]));
  return described;
}

// NBT_PROGRAM names the native program; run-tests builds it at this place.
export function program() {
  const path = process.env.NBT_PROGRAM ?? join(top, 'build/bin/nbt');
  if (!existsSync(path)) throw new Error(`no native program at ${path}: build it or set NBT_PROGRAM`);
  return path;
}

// The folder lives until the work, or what it promises, is done.
export function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'nbt-wasm-'));
  const remove = () => rmSync(folder, { recursive: true });
  let result;
  try {
    result = work(folder);
  } catch (failure) {
    remove();
    throw failure;
  }
  if (typeof result?.then === 'function') return result.finally(remove);
  remove();
  return result;
}

export function runProgram(options, folder) {
  return execFileSync(program(), options, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

export function nativeImage(options) {
  return inTemporaryFolder((folder) => {
    runProgram([...options, '-floatfile', 'image.bin', '-nopgm', '-nonoise', '--quiet'], folder);
    return floatsOf(readFileSync(join(folder, 'image.bin')));
  });
}

export function largest(image) {
  return image.reduce((most, value) => Math.max(most, value), 0);
}

// The largest error over what is allowed: `ofValue` of the value and `ofLargest` of the brightest pixel.
export function worstError(image, truth, { ofValue, ofLargest }) {
  if (image.length !== truth.length) return { ratio: Infinity, text: `${image.length} pixels, not ${truth.length}` };
  const floor = ofLargest * largest(truth) + 1e-37; // where float32 ends
  let worst = { ratio: 0, text: 'equal' };
  truth.forEach((value, i) => {
    const ratio = Math.abs(image[i] - value) / (ofValue * Math.abs(value) + floor);
    if (!(ratio <= worst.ratio)) worst = { ratio, text: `pixel ${i}: ${image[i]} instead of ${value}, ratio ${ratio}` };
  });
  return worst;
}

// A scene with spots, mosaic domains and several sources that takes a few milliseconds.
export const small_scene = (
  '-default_F 100 -cell 50 60 70 80 95 105 -misset 10 20 30 -N 10 -lambda 1 -distance 100 -detpixels 96 ' +
  '-pixel 0.5 -mosaic 0.5 -mosaic_dom 7 -dispersion 0.5 -dispsteps 2 -oversample 1'
).split(' ');

// Renders for minutes unless it is stopped.
export const long_scene = (
  '-default_F 100 -cell 100 100 100 -N 20 -detpixels 4096 -mosaic 1 -mosaic_dom 100 -oversample 3'
).split(' ');
