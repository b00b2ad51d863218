// Reports what a page downloads, and fails above the budget: one module's .js and .wasm file with the package's own.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget_bytes = 700e3;
const folder = (name) => new URL(`./${name}/`, import.meta.url);
const packed = (url) => gzipSync(readFileSync(url), { level: 9 }).length;
const sources = readdirSync(folder('src')).reduce((sum, name) => sum + packed(new URL(name, folder('src'))), 0);

for (const artefact of ['nbt-single', 'nbt-threads']) {
  const wasm = packed(new URL(`${artefact}.wasm`, folder('dist')));
  const js = packed(new URL(`${artefact}.js`, folder('dist')));
  const all = wasm + js + sources;
  console.log(
    `${artefact}: ${all} bytes with gzip (wasm ${wasm}, js ${js}, package ${sources}); budget ${budget_bytes}`,
  );
  if (all > budget_bytes) {
    console.error(`${artefact} is over the budget`);
    process.exitCode = 1;
  }
}
