// Files in and out: what can be read, what cannot, and exports that the program reads.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inTemporaryFolder, runProgram } from '../../test/support.js';
import {
  base,
  download,
  drop,
  entry,
  go,
  image,
  largest,
  linkTo,
  open,
  scene,
  screenshotPath,
  settled,
  skip,
  useBrowser,
} from './support.js';

const shared = useBrowser();

const hkl = [
  '1 0 0 100',
  '0 1 0 50',
  '0 0 1 25',
  '1 1 1 70',
  '-1 -1 -1 70',
  '2 0 0 30',
  '3 1 0 80',
  '5 2 1 40',
  '-4 3 1 44',
].join('\n');
const matrix = '0.016 0 0\n0 0.0125 0\n0 0 0.01\n';
const cif = `data_small
_cell_length_a 5.64
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Na Na 0 0 0
Cl Cl 0.5 0.5 0.5
`;
const pdb = [
  'CRYST1   30.000   40.000   50.000  90.00  90.00  90.00 P 21 21 21    4',
  'ATOM      1  N   ALA A   1      11.104   6.134   6.504  1.00 20.00           N',
  'ATOM      2  CA  ALA A   1      11.639   6.071   5.147  1.00 20.00           C',
  'ATOM      3  C   ALA A   1      13.104   6.434   5.104  1.00 20.00           C',
  'END',
].join('\n');

test('a reflection list replaces the structure factors', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  const { text, bad } = await drop(page, [{ name: 'P1.hkl', bytes: hkl }]);
  assert.ok(!bad, text);
  assert.match(text, /9 reflections/);
  assert.notDeepEqual(await image(page), before);
  const { structure_factors } = await scene(page);
  assert.ok(structure_factors, 'the scene holds them');
  assert.match(page.url(), /file=P1\.hkl/);
});

test('a matrix gives cell and orientation', { skip }, async () => {
  const page = await open(shared);
  const { text, bad } = await drop(page, [{ name: 'A.mat', bytes: matrix }]);
  assert.ok(!bad, text);
  assert.equal(Number(await entry(page, 'crystal.cell_lengths_A').getAttribute('placeholder')), 62.5);
  const { parameters } = await scene(page);
  assert.equal(parameters['crystal.orientation_matrix'].length, 9);
});

test('models give structure factors and their cell', { skip }, async () => {
  const page = await open(shared, { hash: linkTo({ ...base, 'detector.pixels': [64, 64] }) });
  const small = await drop(page, [{ name: 'salt.cif', bytes: cif }]);
  assert.ok(!small.bad, small.text);
  assert.equal(await entry(page, 'crystal.cell_lengths_A').inputValue(), '5.64');
  const protein = await drop(page, [{ name: 'tiny.pdb', bytes: pdb }]);
  assert.ok(!protein.bad, protein.text);
  assert.equal(await page.locator('#space-group').inputValue(), 'P 21 21 21');
  assert.equal(await entry(page, 'crystal.cell_lengths_A', 2).inputValue(), '50');
  assert.ok(largest(await image(page)) > 0);
});

test('a scene file comes back as it was saved', { skip }, async () => {
  const page = await open(shared, { hash: linkTo(base, { 'made-up': '4,3' }) });
  const before = await image(page);
  const saved = await download(page, 'Scene');
  await go(page, { ...base, 'detector.distance_mm': 150 });
  const { text, bad } = await drop(page, [saved]);
  assert.ok(!bad, text);
  assert.deepEqual(await image(page), before);
});

test('a command line with its files gives the image of the program', { skip }, async () => {
  const page = await open(shared);
  const line =
    'nanoBragg -hkl data/P1.hkl -mat A.mat -lambda 0.9 -distance 90 \\\n -detpixels 200 -pixel 0.3 -N 6 -oversample 1';
  await drop(page, [
    { name: 'P1.hkl', bytes: hkl },
    { name: 'A.mat', bytes: matrix },
  ]);
  await page.locator('summary', { hasText: 'Paste a nanoBragg' }).click();
  await page.locator('#command-line').fill(line);
  await page.locator('#read-command-line').click();
  await page.locator('#file-messages li', { hasText: 'command line taken' }).waitFor();
  await settled(page);
  const native = inTemporaryFolder((folder) => {
    writeFileSync(join(folder, 'P1.hkl'), hkl);
    writeFileSync(join(folder, 'A.mat'), matrix);
    const words = line.replace('nanoBragg', '').replace('\\\n', '').replace('data/', '').trim().split(/\s+/);
    runProgram([...words, '-floatfile', 'image.bin', '-nopgm', '-nonoise', '--quiet', '--no-dump'], folder);
    const bytes = readFileSync(join(folder, 'image.bin'));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  });
  const found = await image(page);
  assert.equal(found.length, native.length);
  const limit = 4e-6 * largest(native);
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - native[i]) <= 4e-6 * native[i] + limit, `pixel ${i}: ${value}, not ${native[i]}`),
  );
});

test('the exported SMV file is the image of the program', { skip }, async () => {
  const page = await open(shared);
  const smv = await download(page, 'SMV');
  const saved = await download(page, 'Scene');
  const figures = inTemporaryFolder((folder) => {
    writeFileSync(join(folder, 'page.img'), smv.bytes);
    writeFileSync(join(folder, 'scene.json'), saved.bytes);
    runProgram(
      ['--scene', 'scene.json', '-intfile', 'native.img', '-floatfile', 'image.bin', '-nopgm', '-nonoise', '--quiet'],
      folder,
    );
    return JSON.parse(runProgram(['compare', 'page.img', 'native.img', '--json'], folder));
  });
  assert.equal(figures.compared_pixels, 256 * 256);
  // Values at a rounding boundary may fall on either side: the float images agree to 2e-6 only.
  assert.ok(Math.abs(figures.largest_difference?.value ?? 0) <= 1, JSON.stringify(figures));
  assert.ok(figures.differing_pixels <= 65, `${figures.differing_pixels} pixels differ`);
});

test('the exported command line gives the same image by the program', { skip }, async () => {
  const page = await open(shared, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('#exports').getByRole('button', { name: 'Command line' }).click();
  await page.locator('#export-message', { hasText: 'command line' }).waitFor();
  const line = await page.locator('#command-line').inputValue();
  const found = await image(page);
  const words = line.trim().split(/\s+/).slice(1);
  const native = inTemporaryFolder((folder) => {
    runProgram([...words, '-floatfile', 'image.bin', '-nopgm', '-nonoise', '--quiet'], folder);
    const bytes = readFileSync(join(folder, 'image.bin'));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  });
  const limit = 4e-6 * largest(native);
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - native[i]) <= 4e-6 * native[i] + limit, `pixel ${i}: ${value}, not ${native[i]}`),
  );
});

test('an exported picture has the size of the image', { skip }, async () => {
  const page = await open(shared);
  const { bytes } = await download(page, 'PNG');
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [256, 256]);
});

test('a measured image is compared, and its header sets the geometry', { skip }, async () => {
  const page = await open(shared);
  const { bytes } = await download(page, 'SMV');
  await go(page, { ...base, 'crystal.misset_deg': [3.2, 5, 7], 'detector.distance_mm': 130 });
  const { text, bad } = await drop(page, [{ name: 'measured.img', bytes }]);
  assert.ok(!bad, text);
  const figures = page.locator('#compare .figures');
  await figures.locator('dt', { hasText: 'correlation' }).waitFor();
  const correlation = async () =>
    Number(await figures.locator('div', { hasText: 'correlation' }).locator('dd').textContent());
  const off = await correlation();
  assert.ok(off < 0.9, `correlation ${off} of different images`);
  await page.getByRole('button', { name: 'Take its geometry' }).click();
  await page.locator('#file-messages li', { hasText: 'sets the geometry' }).waitFor();
  await settled(page);
  assert.equal(await entry(page, 'detector.distance_mm').inputValue(), '100');
  await go(page, base);
  await page.waitForFunction(() => {
    const row = [...document.querySelectorAll('#compare .figures div')].find((found) =>
      found.textContent.startsWith('correlation'),
    );
    return Number(row?.querySelector('dd').textContent) > 0.999;
  });
  await go(page, { ...base, 'crystal.misset_deg': [3.2, 5, 7] });
  for (const view of ['Measured', 'Difference', 'Side by side']) {
    await page.getByLabel(view, { exact: true }).check();
    await page.waitForTimeout(200);
    await page.screenshot({ path: screenshotPath(`compare-${view.toLowerCase().replaceAll(' ', '-')}`) });
  }
  assert.deepEqual(page.errors, []);
});

test('the zeros of an image are a mask', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  const { bytes } = await download(page, 'SMV');
  const [fast, slow] = [30, 200];
  bytes.writeUInt16LE(0, bytes.length - 2 * 256 * 256 + 2 * (slow * 256 + fast));
  await drop(page, [{ name: 'mask.img', bytes }]);
  await page.getByRole('button', { name: 'Use as mask' }).click();
  await page.locator('#file-messages li', { hasText: 'not rendered' }).waitFor();
  await settled(page);
  const masked = await image(page);
  assert.equal(masked[slow * 256 + fast], 0);
  assert.ok(before[slow * 256 + fast] > 0);
  assert.equal(masked.filter((value, i) => value !== before[i]).length, 1);
});

const broken = [
  ['a list with five columns', { name: 'bad.hkl', bytes: '1 2 3 4 five\n' }, /bad\.hkl/],
  ['a matrix of words', { name: 'bad.mat', bytes: 'no numbers here' }, /bad\.mat/],
  ['half a scene', { name: 'bad.json', bytes: '{"nbt_scene": 1, "parameters": {' }, /bad\.json/],
  ['a scene with an unknown key', { name: 'odd.json', bytes: '{"nbt_scene": 1, "colour": "red"}' }, /colour/],
  ['a model without atoms', { name: 'bad.cif', bytes: 'data_empty\n' }, /bad\.cif/],
  ['a cut image', { name: 'bad.img', bytes: '{\nHEADER_BYTES=512;\nSIZE1=100;\nSIZE2=100;\n' }, /bad\.img/],
  ['an unknown kind', { name: 'movie.mp4', bytes: 'x' }, /movie\.mp4.*\.hkl/],
  ['an unknown option', { name: 'line.txt', bytes: 'nanoBragg -cell 50 60 70 -distanse 100' }, /distanse/],
  ['a missing file', { name: 'line.txt', bytes: 'nanoBragg -hkl absent.hkl -cell 50 60 70' }, /absent\.hkl/],
];

test('broken files get a message, and the image stays', { skip }, async () => {
  const page = await open(shared);
  const before = await image(page);
  for (const [what, file, message] of broken) {
    const { text, bad } = await drop(page, [file]);
    assert.ok(bad, `${what}: ${text}`);
    assert.match(text, message, what);
    assert.deepEqual(await image(page), before, `${what} changed the image`);
  }
  assert.deepEqual(page.errors, []);
});
