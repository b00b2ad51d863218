// Command lines are split and quoted as a shell does it; bash is asked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { quoteArguments, splitCommandLine } from '../src/command_line.js';

function wordsOfShell(line) {
  const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

const lines = [
  './nanoBragg -hkl P1.hkl -cell 100 100 100 90 90 90',
  "nbt   -hkl 'my file.hkl'\t-N 5",
  'nbt -hkl "my file.hkl" \\\n  -N 5 \\\r\n  -lambda 1.0',
  'a\\ b \'c"d\' "e\'f" "g\\"h" "i\\nj" k\'l\'"m"n',
  "'' \"\" x",
  '-set name=value a#b x~ "a\\\nb" \\\\',
  "'it'\\''s'",
  'a{b}c x=y! ]',
];

for (const line of lines) {
  test(`split as bash does: ${JSON.stringify(line)}`, () =>
    assert.deepEqual(splitCommandLine(line), wordsOfShell(line.replaceAll('\r', ''))));
}

const lists = [
  ['-hkl', 'a b.hkl', '-N', '5'],
  ['', "it's", '"', '\\', '$HOME', '`x`', 'a\nb', '*', '#', '~', 'é', '--set', 'x=1,2', '-1e-5'],
];

for (const list of lists) {
  test(`quoted for bash, and split again: ${JSON.stringify(list)}`, () => {
    assert.deepEqual(wordsOfShell(quoteArguments(list)), list);
    assert.deepEqual(splitCommandLine(quoteArguments(list)), list);
  });
}

test('plain words need no quotes', () => {
  assert.equal(quoteArguments(['-cell', '100', '-hkl', './a_b/c-1.hkl', '--set', 'a.b=1,2']), '-cell 100 -hkl ./a_b/c-1.hkl --set a.b=1,2');
});

const bad = {
  'nbt "a b': /line 1, column 5: the quote " is not closed/,
  "nbt \\\n -N 'x": /line 2, column 5: the quote ' is not closed/,
  'nbt | tee log': /column 5: a shell would act upon \|/,
  'nbt > image': /act upon >/,
  'nbt $HOME/a': /act upon \$/,
  'nbt "$HOME"': /act upon \$/,
  'nbt *.hkl': /act upon \*/,
  'nbt # comment': /act upon #/,
  'nbt a; rm b': /act upon ;/,
  'nbt \\': /nothing follows the backslash/,
};

for (const [line, message] of Object.entries(bad)) {
  test(`refused: ${JSON.stringify(line)}`, () =>
    assert.throws(() => splitCommandLine(line), { name: 'NbtError', status: 'NBT_ERROR_INVALID_ARGUMENT', message }));
}

test('only strings are split and quoted', () => {
  assert.throws(() => splitCommandLine(3), /must be a string/);
  assert.throws(() => quoteArguments(['a', 3]), /arguments\[1\]/);
  assert.throws(() => quoteArguments('a'), /must be an array/);
});

test('nothing gives no words', () => assert.deepEqual(splitCommandLine(' \n\t'), []));
