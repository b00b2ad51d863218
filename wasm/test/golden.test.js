// The reference program's images, in `double`, with the tolerance of tests/conformance/golden_images_test.cpp.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { create } from '../src/index.js';
import { goldenCase, goldenNames, worstError } from './support.js';

let nbt;
before(async () => {
  nbt = await create({ threads: 1 });
});
after(() => nbt.close());

for (const name of goldenNames()) {
  test(`golden image ${name} is within tolerance in double`, async () => {
    const reference = goldenCase(name);
    const simulation = await nbt.createSimulation();
    await simulation.setArguments([...reference.args, '--compat', 'nanobragg', '--precision', 'double'], {
      files: reference.inputFiles,
    });
    await simulation.set('phi_carryover.threads', reference.reference_threads);
    const { pixels, fast, slow } = await simulation.run();
    await simulation.destroy();
    assert.deepEqual([fast, slow], [reference.image.fast, reference.image.slow]);
    const { ratio, text } = worstError(pixels, reference.stored, { ofValue: 2.5e-7, ofLargest: 1e-9 });
    assert.ok(ratio <= 1, `${name}: ${text}`);
  });
}
