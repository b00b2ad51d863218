// Reports what a page downloads, and fails above the budget: one module's .js and .wasm file with the package's own.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgets_bytes = { 'nbt-single': 700e3, 'nbt-threads': 700e3, 'nbt-tools': 1.5e6 };
const tools_files = ['tools.js', 'tools_module.js', 'tools_worker.js', 'command_line.js'];
const folder = (name) => new URL(`./${name}/`, import.meta.url);
const packed = (url) => gzipSync(readFileSync(url), { level: 9 }).length;
const sourcesOf = (names) => names.reduce((sum, name) => sum + packed(new URL(name, folder('src'))), 0);
const simulator_files = readdirSync(folder('src')).filter((name) => !tools_files.includes(name));

for (const [artefact, budget_bytes] of Object.entries(budgets_bytes)) {
  const wasm = packed(new URL(`${artefact}.wasm`, folder('dist')));
  const js = packed(new URL(`${artefact}.js`, folder('dist')));
  const sources = sourcesOf(artefact === 'nbt-tools' ? tools_files : simulator_files);
  const all = wasm + js + sources;
  console.log(
    `${artefact}: ${all} bytes with gzip (wasm ${wasm}, js ${js}, package ${sources}); budget ${budget_bytes}`,
  );
  if (all > budget_bytes) {
    console.error(`${artefact} is over the budget`);
    process.exitCode = 1;
  }
}
