// Measures WebGPU against the package in the same page, in turns, and shows a table. What the columns mean: README.md.
import { create } from '../../src/index.js';
import { openGpu, Renderer } from './gpu.js';
import { argumentsOf, edge_pixels, envelopeOf, largestError, rotationsOf, sceneOf } from './scene.js';

const query = new URLSearchParams(location.search);
const output = document.querySelector('pre');
// run.js gives it to pages that it opens.
const processorSeconds = globalThis.processorSeconds ?? (() => NaN);

const columns = [
  ['domains', 7],
  ['', 13],
  ['threads', 8],
  ['error/env', 10],
  ['of bound', 9],
  ['whole ms', 9],
  ['M/s', 8],
  ['ratio', 7],
  ['M/s, core', 10],
  ['kernel ms', 10],
  ['ratio', 7],
  ['M/s, core', 10],
  ['tables ms', 10],
];

function wholeNumber(name, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name} = ${text}: there must be a whole number above 0`);
  return Number(text);
}

function say(line) {
  output.textContent += `${line}\n`;
}

function row(cells) {
  say(cells.map((cell, i) => cell.padStart(columns[i][1])).join(''));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function timeOf(work) {
  const start = { ms: performance.now(), processor_s: await processorSeconds() };
  await work();
  const wall_ms = performance.now() - start.ms;
  return { wall_ms, processor_s: (await processorSeconds()) - start.processor_s };
}

async function runIn(nbt, precision, rotations) {
  const simulation = await nbt.createSimulation();
  await simulation.setArguments(argumentsOf(precision));
  await simulation.setMosaicRotations(rotations);
  const { pixels } = await simulation.run({ pixelType: precision === 'double' ? 'float64' : 'float32' });
  const report = await simulation.report();
  const { used, reason } = report.precision;
  if (used !== precision) throw new Error(`the package ran in ${used}: ${reason}`);
  return { simulation, pixels, report };
}

async function wasmContender(nbt, rotations) {
  const { simulation, pixels, report } = await runIn(nbt, 'fast', rotations);
  return {
    name: 'WASM',
    threads: report.last_run.threads,
    bound: report.precision.fast_error_bound,
    pixels,
    works: { whole: () => simulation.run() },
    end: () => simulation.destroy(),
  };
}

async function gpuContender(gpu, scene, fixed_point) {
  const renderer = await Renderer.create(gpu, scene.domains, fixed_point);
  const { pixels } = await renderer.render(scene);
  const tables_ms = [];
  return {
    name: fixed_point ? 'WebGPU fixed' : 'WebGPU float',
    pixels,
    tables_ms,
    works: {
      whole: async () => tables_ms.push((await renderer.render(scene)).tables_ms),
      kernel: () => renderer.renderAgain(),
    },
    end: () => renderer.destroy(),
  };
}

// Every contender does its works once in every round, so that other work on the machine meets all of them.
async function race(contenders, rounds) {
  for (const contender of contenders) contender.times = { whole: [], kernel: [] };
  for (let round = 0; round < rounds; ++round) {
    for (const { works, times } of contenders) {
      for (const [name, work] of Object.entries(works)) times[name].push(await timeOf(work));
    }
  }
}

async function measure(gpu, modules, domains, rounds) {
  const rotations = rotationsOf(domains);
  const truth = await runIn(modules.threaded, 'double', rotations);
  const scene = sceneOf(truth.report, rotations);
  const envelope = envelopeOf(scene);
  await truth.simulation.destroy();
  const contenders = [
    await wasmContender(modules.threaded, rotations),
    await wasmContender(modules.single, rotations),
    await gpuContender(gpu, scene, false),
    await gpuContender(gpu, scene, true),
  ];
  await race(contenders, rounds);
  for (const contender of contenders) {
    row(rowOf(contender, contenders[0], domains, largestError(contender.pixels, truth.pixels, envelope)));
    await contender.end();
  }
}

function rowOf(contender, base, domains, error) {
  const { name, threads, times, tables_ms } = contender;
  return [
    String(domains),
    name,
    String(threads ?? ''),
    error.toExponential(1),
    (error / base.bound).toFixed(2),
    ...speedCells(times.whole, base.times.whole, domains, true),
    ...(tables_ms ? [...speedCells(times.kernel, base.times.whole, domains), median(tables_ms).toFixed(1)] : []),
  ];
}

function speedCells(times, base, domains, with_rate = false) {
  const evaluations = edge_pixels ** 2 * domains;
  const wall_ms = median(times.map((time) => time.wall_ms));
  const ratio = median(times.map((time, round) => base[round].wall_ms / time.wall_ms));
  const processor_s = times.reduce((sum, time) => sum + time.processor_s, 0);
  const per_core = (evaluations * times.length) / processor_s / 1e6;
  return [
    wall_ms.toFixed(1),
    ...(with_rate ? [(evaluations / wall_ms / 1e3).toFixed(1)] : []),
    ratio.toFixed(2),
    Number.isFinite(per_core) ? per_core.toFixed(1) : '',
  ];
}

async function main() {
  const rounds = wholeNumber('rounds', query.get('rounds') ?? '7');
  const domain_counts = (query.get('domains') ?? '1,10,100').split(',').map((text) => wholeNumber('domains', text));
  const gpu = await openGpu();
  const { vendor, architecture, device, description, isFallbackAdapter } = gpu.info;
  const modules = { threaded: await create({ threads: 'auto' }), single: await create({ threads: 1 }) };
  say(`browser: ${navigator.userAgent}`);
  say(`adapter: ${[vendor, architecture, device, description].filter(Boolean).join(', ')}`);
  say(`software adapter: ${isFallbackAdapter ? 'yes' : 'the browser does not say so'}`);
  say(`WASM threads: ${modules.threaded.threads} of ${navigator.hardwareConcurrency} cores; rounds: ${rounds}`);
  row(columns.map(([title]) => title));
  for (const domains of domain_counts) await measure(gpu, modules, domains, rounds);
  modules.threaded.close();
  modules.single.close();
}

try {
  await main();
  document.body.dataset.state = 'done';
} catch (failure) {
  say(`failed: ${failure.stack ?? failure}`);
  document.body.dataset.state = 'failed';
}
