// The tools give what the native program gives.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { create } from '../src/index.js';
import { createTools, NbtError } from '../src/tools.js';
import { floatsOf, goldenCase, goldenNames, inTemporaryFolder, program, runProgram, small_scene, top } from './support.js';

let tools;
let nbt;
before(async () => {
  tools = await createTools();
  nbt = await create({ threads: 1 });
});
after(() => {
  tools.close();
  nbt.close();
});

// ---- Models ----

const quartz = readFileSync(join(top, 'examples/data/quartz.cif'));

// Orthogonal edges of 6, 7 and 8 A.
const ligand = [
  [0.6, 1.4, 2.4, 7.9],
  [1.5, 2.45, 2.4, 11.84],
  [3, 0.7, 5, 15.79],
];

const pdb = [
  'CRYST1    6.000    7.000    8.000  90.00  90.00  90.00 P 21 21 21',
  ...ligand.map(
    ([x, y, z, B], i) =>
      `HETATM${String(i + 1).padStart(5)}  C${i + 1}  LIG A   1    ` +
      [x, y, z].map((value) => value.toFixed(3).padStart(8)).join('') +
      `  1.00${B.toFixed(2).padStart(6)}           C`,
  ),
  'END\n',
].join('\n');

const mmcif = [
  'data_LIG',
  ...['length_a 6', 'length_b 7', 'length_c 8', 'angle_alpha 90', 'angle_beta 90', 'angle_gamma 90'].map(
    (line) => `_cell.${line}`,
  ),
  "_symmetry.space_group_name_H-M 'P 21 21 21'",
  'loop_',
  ...'group_PDB id type_symbol label_atom_id label_alt_id label_comp_id label_asym_id label_seq_id Cartn_x Cartn_y Cartn_z occupancy B_iso_or_equiv auth_seq_id auth_asym_id pdbx_PDB_model_num'
    .split(' ')
    .map((name) => `_atom_site.${name}`),
  ...ligand.map(([x, y, z, B], i) => `HETATM ${i + 1} C C${i + 1} . LIG A . ${x} ${y} ${z} 1.00 ${B} 1 A 1`),
  '',
].join('\n');

const models = {
  'quartz.cif': { bytes: quartz, spaceGroup: 'P 32 2 1', summations: ['automatic', 'direct'] },
  'ligand.pdb': { bytes: pdb, spaceGroup: 'P 21 21 21', summations: ['direct', 'density-fft'] },
  'ligand.cif': { bytes: mmcif, spaceGroup: 'P 21 21 21', summations: ['direct'] },
};

function nativeReflections(name, bytes, options) {
  return inTemporaryFolder((folder) => {
    writeFileSync(join(folder, name), bytes);
    const printed = runProgram(['structure-factors', name, ...options, '-o', 'out.hkl'], folder);
    return { list: readFileSync(join(folder, 'out.hkl')), printed };
  });
}

for (const [name, { bytes, spaceGroup, summations }] of Object.entries(models)) {
  for (const summation of summations) {
    test(`structure factors of ${name}, ${summation}, equal the native ones`, async () => {
      const found = await tools.structureFactors({ name, bytes }, { resolution_A: 0.9, bFactorScale: 1.5, summation });
      const options = ['--dmin', '0.9', '--b-factor-scale', '1.5', '--summation', summation];
      const { list, printed } = nativeReflections(name, bytes, options);
      const native = await tools.readHkl(list);
      for (const index of ['h', 'k', 'l']) assert.deepEqual(found[index], native[index], index);
      const most = Math.max(...native.F);
      // The list has nine digits; the density is in float.
      const tolerance = summation === 'density-fft' ? 1e-5 : 1e-8;
      native.F.forEach((F, i) => assert.ok(Math.abs(found.F[i] - F) <= tolerance * most, `${i}: ${found.F[i]}, ${F}`));
      assert.equal(found.messages.length, 1);
      assert.ok(printed.startsWith(found.messages[0].split(',')[0]), `${printed} / ${found.messages}`);
      assert.ok(found.spaceGroup.startsWith(spaceGroup.slice(0, 4)), found.spaceGroup);
    });
  }
}

test('the cell of a model comes with its reflections', async () => {
  const { cell_A } = await tools.structureFactors({ name: 'ligand.pdb', bytes: pdb }, { resolution_A: 2 });
  assert.deepEqual(cell_A, [6, 7, 8, 90, 90, 90]);
});

// ---- SMV ----

const smv_scenes = {
  'as nbt writes it': [...small_scene, '-phi', '3', '-osc', '1', '-adc', '10'],
  'as nanoBragg wrote it': [...small_scene, '-detpixels', '80', '-Xbeam', '11', '-twotheta', '5', '--compat', 'nanobragg'],
};

for (const [how, options] of Object.entries(smv_scenes)) {
  test(`an SMV file has the bytes of the program's, ${how}`, () =>
    inTemporaryFolder(async (folder) => {
      const noise = ['-noisefile', 'noise.img', '-seed', '7', '-nopgm'];
      runProgram([...options, ...noise, '-intfile', 'int.img', '--dump-scene', 'scene.json', '--quiet'], folder);
      const scene = JSON.parse(readFileSync(join(folder, 'scene.json'), 'utf8'));
      for (const name of ['int.img', 'noise.img']) {
        const bytes = new Uint8Array(readFileSync(join(folder, name)));
        const { fast, slow, header, pixels } = await tools.readSmv(bytes);
        assert.deepEqual([header.SIZE1, header.SIZE2], [String(fast), String(slow)]);
        const written = await tools.writeSmv({ scene, fast, slow, counts: Uint16Array.from(pixels) });
        assert.deepEqual(written, bytes, name);
      }
    }));
}

test('counts of the simulator are written as the program writes them', async () => {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments([...small_scene, '--precision', 'double', '-scale', '2']);
  const { fast, slow, pixels } = await simulation.run();
  const { counts } = await simulation.digitize({ kind: 'integer', pixels });
  const file = await tools.writeSmv({ scene: await simulation.dumpScene(), fast, slow, counts });
  const native = inTemporaryFolder((folder) => {
    const options = ['--precision', 'double', '-scale', '2', '-intfile', 'int.img', '-nonoise', '-nopgm', '--quiet'];
    runProgram([...small_scene, ...options], folder);
    return readFileSync(join(folder, 'int.img'));
  });
  assert.equal(file.length, native.length);
  assert.deepEqual(file.subarray(0, 512), new Uint8Array(native.subarray(0, 512)));
});

// ---- Comparing ----

test('two images compare as the program compares them', () =>
  inTemporaryFolder(async (folder) => {
    const [fast, slow] = [90, 70];
    const first = Float32Array.from({ length: fast * slow }, (_, i) => 100 * Math.exp(-(((i % 13) - 6) ** 2)) + (i % 7));
    const second = first.map((value, i) => value * 1.1 + (i % 3));
    second[100] = NaN;
    writeFileSync(join(folder, 'a.bin'), first);
    writeFileSync(join(folder, 'b.bin'), second);
    const size = ['--size', String(fast), String(slow)];
    const expected = JSON.parse(runProgram(['compare', 'a.bin', 'b.bin', ...size, '--json'], folder));
    assert.deepEqual(await tools.compare(first, second, { fast, slow }), expected);
    assert.ok(expected.peaks.sought > 0 && expected.correlation > 0.9);
    assert.equal((await tools.compare(Float64Array.from(first), first, { fast, slow })).differing_pixels, 0);
  }));

// ---- Command lines ----

async function simulationOf(list, files) {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(list, { files });
  return simulation;
}

for (const name of goldenNames()) {
  test(`the arguments of the golden scene ${name} lead back to its image`, async () => {
    const { args, inputFiles } = goldenCase(name);
    const simulation = await simulationOf([...args, '--compat', 'nanobragg'], inputFiles);
    const { arguments: list, files, notes } = await tools.sceneToArguments(await simulation.dumpScene());
    assert.deepEqual(notes, [], list.join(' '));
    const line = tools.quoteArguments(list);
    const again = await simulationOf(tools.splitCommandLine(line), files);
    assert.deepEqual((await again.run()).pixels, (await simulation.run()).pixels, line);
    await Promise.all([simulation.destroy(), again.destroy()]);
  });
}

test('the program takes the line from a shell', () =>
  inTemporaryFolder(async (folder) => {
    const simulation = await simulationOf([...small_scene, '-nopgm', '-nonoise', '-floatfile', "it's an image.bin"]);
    await simulation.setStructureFactors({ h: [0, 3, -2], k: [0, 1, 0], l: [0, -4, 2], F: [10.5, 1e-3, 77] });
    await simulation.setMask({ pixels: Uint8Array.from({ length: 96 * 96 }, (_, i) => i % 3), fast: 96, slow: 96 });
    const scene = await simulation.dumpScene();
    const { arguments: list, files } = await tools.sceneToArguments(scene);
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
    const image = () => floatsOf(readFileSync(join(folder, "it's an image.bin")));
    execFileSync('bash', ['-c', `${tools.quoteArguments([program(), ...list, '--quiet'])}`], { cwd: folder });
    const found = image();
    writeFileSync(join(folder, 'scene.json'), JSON.stringify(scene));
    runProgram(['--scene', 'scene.json', '--quiet'], folder);
    assert.deepEqual(found, image());
    assert.ok(found.some((value) => value > 0));
  }));

test('rotations of domains go to a scene file, with a note', async () => {
  const simulation = await simulationOf(small_scene);
  await simulation.setMosaicRotations([0, 1, 0, -1, 0, 0, 0, 0, 1]);
  const { arguments: list, notes, files } = await tools.sceneToArguments(await simulation.dumpScene());
  assert.equal(list[0], '--scene');
  assert.match(notes[0], /rotations of mosaic domains/);
  assert.ok(files[list[1]].length > 0);
});

// ---- Bad input ----

const bad = {
  'a list with a wrong line': [
    () => tools.readHkl('1 2 3 4\n1 2 x 4\n', { name: 'my.hkl' }),
    'FILE',
    /my\.hkl, line 2: index l is "x"/,
  ],
  'an empty list': [() => tools.readHkl(new Uint8Array()), 'FILE', /no reflections/],
  'no SMV image': [() => tools.readSmv(new Uint8Array(1000), { name: 'a.img' }), 'FILE', /a\.img.*HEADER_BYTES/],
  'an SMV image that ends early': [
    () => tools.readSmv(new TextEncoder().encode('{\nHEADER_BYTES=40;\nSIZE1=9;\nSIZE2=9;\n}'.padEnd(50)), {}),
    'FILE',
    /9 x 9 pixels need 162 bytes/,
  ],
  'no model': [
    () => tools.structureFactors({ name: 'notes.txt', bytes: 'hello' }, { resolution_A: 2 }),
    'FILE',
    /notes\.txt/,
  ],
  'a resolution of nothing': [
    () => tools.structureFactors({ name: 'q.cif', bytes: quartz }, { resolution_A: 0 }),
    'OUT_OF_RANGE',
    /d_min/,
  ],
  'a resolution that makes too long a list': [
    () => tools.structureFactors({ name: 'q.cif', bytes: quartz }, { resolution_A: 1e-4 }),
    'OUT_OF_RANGE',
    /d_min/,
  ],
  'no resolution': [
    () => tools.structureFactors({ name: 'q.cif', bytes: quartz }, {}),
    'INVALID_ARGUMENT',
    /resolution_A = undefined/,
  ],
  'an unknown way of summing': [
    () => tools.structureFactors({ name: 'q.cif', bytes: quartz }, { resolution_A: 2, summation: 'guess' }),
    'INVALID_ARGUMENT',
    /summation = 'guess'/,
  ],
  'counts of another size': [
    () => tools.writeSmv({ scene: scene_64, fast: 64, slow: 64, counts: new Uint16Array(3) }),
    'WRONG_LENGTH',
    /counts has 3 pixels, not 64 x 64/,
  ],
  'a scene of another size': [
    () => tools.writeSmv({ scene: scene_64, fast: 32, slow: 64, counts: new Uint16Array(32 * 64) }),
    'INVALID_ARGUMENT',
    /32 x 64 pixels for a scene with 64 x 64/,
  ],
  'counts of another type': [
    () => tools.writeSmv({ scene: scene_64, fast: 64, slow: 64, counts: new Float32Array(4096) }),
    'INVALID_ARGUMENT',
    /Uint16Array/,
  ],
  'a scene that is none': [() => tools.sceneToArguments({ nbt_scene: 1, colour: 'red' }), 'UNKNOWN_NAME', /colour/],
  'images of different sizes': [
    () => tools.compare(new Float32Array(4), new Float32Array(6), { fast: 2, slow: 2 }),
    'WRONG_LENGTH',
    /second has 6 pixels, not 2 x 2/,
  ],
  'what cannot be sent': [() => tools.compare(() => {}, [], { fast: 0, slow: 0 }), 'INVALID_ARGUMENT', /compare/],
};
const scene_64 = { nbt_scene: 1, parameters: { 'crystal.cell_lengths_A': [50, 60, 70], 'detector.pixels': [64, 64] } };

for (const [what, [call, status, message]] of Object.entries(bad)) {
  test(`${what} is an error that says so`, async () => {
    await assert.rejects(call, { name: 'NbtError', status: `NBT_ERROR_${status}`, message });
    assert.deepEqual((await tools.readHkl('1 2 3 4')).F, Float64Array.of(4));
  });
}

test('tools that are closed refuse calls', async () => {
  const others = await createTools();
  const asked = others.readHkl('1 2 3 4');
  others.close();
  await assert.rejects(asked, NbtError);
  await assert.rejects(others.readHkl('1 2 3 4'), /closed/);
});

test('a .wasm file that is not there is an error', () =>
  assert.rejects(createTools({ wasmUrl: new URL('./none.wasm', import.meta.url) }), { status: 'NBT_ERROR_FILE' }));
