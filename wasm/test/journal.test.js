// What is kept to bring another worker to the same state is short, and keeps the order where it matters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Journal } from '../src/journal.js';

function after(...calls) {
  const journal = new Journal();
  for (const [method, ...args] of calls) journal.add(method, args);
  return journal.entries.map(({ method, args }) => [method, ...args]);
}

test('a slider leaves its last value alone', () => {
  const moves = Array.from({ length: 1000 }, (_, i) => ['set', 'detector.distance_mm', i]);
  assert.deepEqual(after(['set', 'crystal.cells', 5], ...moves), [['set', 'crystal.cells', 5], moves[999]]);
});

test('set, setText and unset of one name replace each other', () => {
  assert.deepEqual(after(['set', 'a', 1], ['setText', 'a', '2'], ['unset', 'a']), [['unset', 'a']]);
});

test('nothing is moved across a command line', () => {
  const calls = [
    ['set', 'a', 1],
    ['setArguments', ['-x']],
    ['set', 'a', 2],
  ];
  assert.deepEqual(after(...calls), calls);
});

test('a loaded scene replaces all before it', () => {
  assert.deepEqual(after(['set', 'a', 1], ['setMask', {}], ['loadScene', '{}'], ['set', 'a', 2]), [
    ['loadScene', '{}'],
    ['set', 'a', 2],
  ]);
});

test('the default amplitude keeps its place before a list of amplitudes', () => {
  const calls = [
    ['set', 'structure_factors.default_F', 1],
    ['setStructureFactors', {}],
    ['set', 'structure_factors.default_F', 2],
  ];
  assert.deepEqual(after(...calls), calls);
});
