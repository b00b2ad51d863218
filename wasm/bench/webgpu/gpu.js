// Renders with WebGPU: the host anchors tiles in float64, kernel.wgsl does the rest in float32.
import { cells, edge_pixels, sightOf } from './scene.js';

const tile_edge = 16;
const tiles_along = Math.ceil(edge_pixels / tile_edge);
const tile_count = tiles_along ** 2;
const pixel_bytes = 4 * edge_pixels ** 2;
const tile_floats = 12; // struct Tile
const fixed_steps = 2 ** 32;

/** The device, or an error that says what is missing. */
export async function openGpu() {
  if (!navigator.gpu) throw new Error('this browser has no WebGPU (navigator.gpu is not there)');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU has no adapter here');
  const device = await adapter.requestDevice();
  const source = await (await fetch(new URL('./kernel.wgsl', import.meta.url))).text();
  return { info: adapter.info, device, module: device.createShaderModule({ code: source }) };
}

// Whole numbers dropped, in units of 2^-32; half an index wraps.
function inFixedPoint(index) {
  return Math.floor((index - Math.floor(index + 0.5)) * fixed_steps + 0.5) | 0;
}

function dot(vectors, at, by) {
  return vectors[at] * by[0] + vectors[at + 1] * by[1] + vectors[at + 2] * by[2];
}

/** What the tables hold is said in kernel.wgsl. */
function makeTables(scene) {
  const tiles = new Float32Array(tile_floats * tile_count);
  const anchors = new Int32Array(9 * tile_count * scene.domains);
  let next = 0;
  for (let tile = 0; tile < tile_count; ++tile) {
    const fast = tile_edge * (tile % tiles_along) + tile_edge / 2;
    const slow = tile_edge * Math.floor(tile / tiles_along) + tile_edge / 2;
    const { direction, distance } = sightOf(scene, fast, slow);
    const q = direction.map((part, i) => part - scene.beam[i]);
    const steps = [scene.fast, scene.slow].map((axis) => axis.map((part) => part / distance));
    const solid_angle_sr = (scene.pixel ** 2 * scene.close) / distance ** 3;
    tiles.set([...direction, solid_angle_sr, ...steps[0], 0, ...steps[1], 0], tile_floats * tile);

    const [fast_turn, slow_turn] = steps.map((step) => {
      const along = dot(step, 0, direction);
      return step.map((part, i) => part - along * direction[i]);
    });
    for (let at = 0; at < scene.cell_vectors.length; at += 3) {
      anchors[next++] = inFixedPoint(dot(scene.cell_vectors, at, q));
      anchors[next++] = inFixedPoint(dot(scene.cell_vectors, at, fast_turn));
      anchors[next++] = inFixedPoint(dot(scene.cell_vectors, at, slow_turn));
    }
  }
  return { tiles, anchors };
}

function constantsOf(scene) {
  const words = new ArrayBuffer(48);
  new Float32Array(words).set([...scene.beam, scene.scale]);
  new Int32Array(words).set([cells, cells, cells, scene.domains, edge_pixels, edge_pixels], 4);
  return words;
}

function cellVectorsOf({ cell_vectors }) {
  const padded = new Float32Array((cell_vectors.length / 3) * 4);
  cell_vectors.forEach((part, i) => (padded[Math.floor(i / 3) * 4 + (i % 3)] = part));
  return padded;
}

/** Buffers and a compiled kernel for one number of orientations. */
export class Renderer {
  #device;
  #pipeline;
  #buffers;
  #bindings;
  #read;

  /** @param {boolean} fixed_point how the kernel holds Miller indices */
  static async create({ device, module }, domains, fixed_point) {
    const table_bytes = 36 * tile_count * domains;
    if (table_bytes > device.limits.maxStorageBufferBindingSize) {
      throw new Error(`${domains} domains need a table of ${table_bytes} bytes, more than the device takes`);
    }
    const renderer = new Renderer();
    renderer.#device = device;
    renderer.#pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module, entryPoint: 'render', constants: { fixed_point } },
    });
    const { UNIFORM, STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    const buffer = (size, usage) => device.createBuffer({ size, usage });
    renderer.#buffers = [
      buffer(48, UNIFORM | COPY_DST),
      buffer(4 * tile_floats * tile_count, STORAGE | COPY_DST),
      buffer(48 * domains, STORAGE | COPY_DST),
      buffer(table_bytes, STORAGE | COPY_DST),
      buffer(pixel_bytes, STORAGE | COPY_SRC),
    ];
    renderer.#read = buffer(pixel_bytes, MAP_READ | COPY_DST);
    renderer.#bindings = device.createBindGroup({
      layout: renderer.#pipeline.getBindGroupLayout(0),
      entries: renderer.#buffers.map((one, binding) => ({ binding, resource: { buffer: one } })),
    });
    return renderer;
  }

  /** From the scene to the image in the page. `tables_ms` is the host's part of it. */
  async render(scene) {
    const start = performance.now();
    const { tiles, anchors } = makeTables(scene);
    const tables_ms = performance.now() - start;
    [constantsOf(scene), tiles, cellVectorsOf(scene), anchors].forEach((data, i) =>
      this.#device.queue.writeBuffer(this.#buffers[i], 0, data),
    );
    const commands = this.#encode();
    commands.copyBufferToBuffer(this.#buffers[4], 0, this.#read, 0, pixel_bytes);
    this.#device.queue.submit([commands.finish()]);
    await this.#read.mapAsync(GPUMapMode.READ);
    const pixels = new Float32Array(this.#read.getMappedRange().slice(0));
    this.#read.unmap();
    return { pixels, tables_ms };
  }

  /** The kernel alone, on what render() has uploaded. */
  async renderAgain() {
    this.#device.queue.submit([this.#encode().finish()]);
    await this.#device.queue.onSubmittedWorkDone();
  }

  #encode() {
    const commands = this.#device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#bindings);
    pass.dispatchWorkgroups(tiles_along, tiles_along);
    pass.end();
    return commands;
  }

  destroy() {
    for (const buffer of [...this.#buffers, this.#read]) buffer.destroy();
  }
}
