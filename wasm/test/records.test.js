// src/records.js against the header that it repeats.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { records } from '../src/records.js';
import { NbtError } from '../src/index.js';
import { statuses } from '../src/errors.js';
import { top } from './support.js';

const header = readFileSync(join(top, 'capi/include/nbt/nbt.h'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const kinds = { size_t: 'size', int32_t: 'int32', int64_t: 'int64', double: 'double', nbt_data_callback: 'pointer' };

function fieldsOf(record) {
  const [, body] = header.match(new RegExp(`typedef struct ${record} \\{([^}]*)\\}`));
  return body
    .split(';')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [, type, name] = line.match(/^(.*?)(\w+)$/s);
      return [name, type.includes('*') ? 'pointer' : kinds[type.trim()]];
    });
}

for (const [name, layout] of Object.entries(records)) {
  test(`${name} has the fields of nbt.h`, () => assert.deepEqual(Object.entries(layout.fields), fieldsOf(name)));
}

test('statuses have the numbers of nbt.h', () => {
  for (const [, name, number] of header.matchAll(/(NBT_OK|NBT_ERROR_\w+) = (\d+)/g))
    assert.equal(statuses[number], name);
  assert.ok(new NbtError('NBT_ERROR_FILE', 'x') instanceof Error);
});
