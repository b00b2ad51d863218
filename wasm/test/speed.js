// Measures the modules in node and prints; asserts nothing (`npm run speed`). Million evaluations per second and core
// (docs/performance.md) by processor time, which other work on the machine hardly changes; the best of several runs.
// With NBT_PROGRAM set, the native program on one core beside it. NBT_REFERENCE_RATE: what nanoBragg does on the square
// scene with 10 domains on this machine, if it is not what docs/performance.md says.
import { execFileSync } from 'node:child_process';
import { create } from '../src/index.js';
import { inTemporaryFolder } from './support.js';

const edge = 1024;
const rounds = 5;
const reference_rate = Number(process.env.NBT_REFERENCE_RATE ?? 8.16);

function sceneOf(domains, precision) {
  return (
    `-default_F 1 -cell 100 100 100 90 90 90 -N 10 -lambda 1 -distance 100 -pixel 0.1 -detpixels ${edge} ` +
    `-oversample 1 -mosaic 0.5 -mosaic_dom ${domains} --precision ${precision}`
  ).split(' ');
}

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function bestOf(work) {
  const best = { processor_s: Infinity, wall_s: Infinity };
  for (let round = 0; round < rounds; ++round) {
    const start = { wall_ms: performance.now(), processor_s: processorSeconds() };
    await work();
    best.processor_s = Math.min(best.processor_s, processorSeconds() - start.processor_s);
    best.wall_s = Math.min(best.wall_s, (performance.now() - start.wall_ms) / 1e3);
  }
  return best;
}

async function measure(nbt, domains, precision) {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(sceneOf(domains, precision));
  const { evaluations } = await simulation.estimateMemory();
  await simulation.run(); // makes the plan; node compiles
  const best = await bestOf(() => simulation.run());
  const { last_run, precision: used } = await simulation.report();
  await simulation.destroy();
  return { ...best, evaluations, threads: last_run.threads, target: last_run.simd_target, used: used.used };
}

// Of the whole program, with its start and its files.
function nativeRate(domains, precision, evaluations) {
  const program = process.env.NBT_PROGRAM;
  if (!program) return null;
  const options = [...sceneOf(domains, precision), '--threads', '1', '--no-float', '--no-int', '-nonoise', '-nopgm'];
  const timed = 'TIMEFORMAT="%U %S"; time "$0" "$@" --no-dump --quiet';
  const seconds = inTemporaryFolder((cwd) =>
    Array.from({ length: rounds }, () => {
      const command = ['-c', `{ ${timed}; } 2>&1`, program, ...options];
      const [user, system] = execFileSync('bash', command, { cwd, encoding: 'utf8' }).trim().split(' ').map(Number);
      return user + system;
    }),
  );
  return evaluations / Math.min(...seconds) / 1e6;
}

function row(cells) {
  console.log(cells.map((cell, i) => String(cell).padStart([8, 10, 8, 10, 12, 10, 12, 14][i])).join(''));
}

row(['threads', 'precision', 'domains', 'target', 'M/s, core', 'wall ms', 'x nanoBragg', 'part of native']);
for (const threads of [1, 'auto']) {
  const nbt = await create({ threads });
  for (const domains of [10, 100]) {
    for (const precision of ['single', 'fast', 'double']) {
      const found = await measure(nbt, domains, precision);
      const rate = found.evaluations / found.processor_s / 1e6;
      const native = threads === 1 ? nativeRate(domains, precision, found.evaluations) : null;
      row([
        found.threads,
        found.used,
        domains,
        found.target,
        rate.toFixed(1),
        (found.wall_s * 1e3).toFixed(0),
        (rate / reference_rate).toFixed(1),
        native ? (rate / native).toFixed(2) : '',
      ]);
    }
  }
  nbt.close();
}
