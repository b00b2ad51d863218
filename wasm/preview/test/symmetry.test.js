// Made-up reflections obey the space groups of the menu, as the program's do: the same absences, the same equivalents.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inTemporaryFolder, runProgram } from '../../test/support.js';

async function load(name) {
  const entry = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

const { spaceGroups, allowedCell } = await load('symmetry');
const { syntheticAmplitudes, coarseCell } = await load('synthetic');
const resolution_A = 4;

function programAmplitudes(cell, group) {
  return inTemporaryFolder((folder) => {
    const words = ['--wilson', '--cell', ...cell, '--space-group', group, '--dmin', resolution_A, '--seed', 1];
    runProgram(['structure-factors', ...words.map(String), '-o', 'made.hkl'], folder);
    const rows = readFileSync(join(folder, 'made.hkl'), 'utf8').trim().split('\n');
    return rows.filter((row) => /^\s*-?\d/.test(row)).map((row) => row.trim().split(/\s+/).map(Number));
  });
}

for (const { name, system } of spaceGroups) {
  test(`made-up reflections obey ${name}`, () => {
    const cell = coarseCell(allowedCell(system, [30, 35, 42, 80, 95, 105]));
    const { first, last, amplitudes } = syntheticAmplitudes({ spaceGroup: name, cell, resolution_A, seed: 3 });
    const [, nk, nl] = first.map((low, i) => last[i] - low + 1);
    const at = (h, k, l) => amplitudes[((h - first[0]) * nk + (k - first[1])) * nl + (l - first[2])];
    const listed = new Set();
    const partner = new Map();
    for (const [h, k, l, F] of programAmplitudes(cell, name)) {
      listed.add(`${h},${k},${l}`);
      assert.equal(at(h, k, l) > 0, F > 0, `${h} ${k} ${l}: ${at(h, k, l)}, the program has ${F}`);
      if (!(F > 0)) continue;
      if (!partner.has(F)) partner.set(F, at(h, k, l));
      assert.equal(at(h, k, l), partner.get(F), `${h} ${k} ${l} differs from its equivalents`);
    }
    assert.ok(partner.size > 20, `${partner.size} independent reflections`);
    assert.equal(new Set(partner.values()).size, partner.size, 'reflections that are not equivalent differ');
  });
}

test('intensities have the mean of Wilson statistics', () => {
  const request = { spaceGroup: 'P 1', cell: [60, 60, 60, 90, 90, 90], resolution_A: 3, seed: 5 };
  const { amplitudes } = syntheticAmplitudes(request);
  const again = syntheticAmplitudes(request);
  assert.deepEqual(again.amplitudes, amplitudes);
  assert.notDeepEqual(syntheticAmplitudes({ ...request, seed: 6 }).amplitudes, amplitudes);
  // Of an exponential distribution the square of the mean is pi/4 of the mean square, for amplitudes; 0.6 % per shell.
  const shell = amplitudes.filter((F) => F > 0);
  const mean = shell.reduce((sum, F) => sum + F, 0) / shell.length;
  const square = shell.reduce((sum, F) => sum + F * F, 0) / shell.length;
  assert.ok(mean * mean < square && mean * mean > 0.6 * square, `${(mean * mean) / square}`);
});
