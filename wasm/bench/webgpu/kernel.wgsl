// Square crystal, constant F, one source, flat detector: sums over orientations, in float32 and 32-bit integers alone.
// A workgroup renders one tile of 16 x 16 pixels; each invocation the four pixels of a column as one vec4.
// floor(x + 1/2) stands for round(x), which is slow on the software adapter, as are loops over the axes.
// Lengths of cell vectors are in wavelengths, directions without unit, positions in pixels from the tile's anchor.

// true: Miller indices in 64-bit fixed point of which the lower 32 bits are kept, as in the CPU's `fast`; products and
// sums wrap and drop whole numbers. false: float32 (docs/spec/numerics.md 10).
override fixed_point: bool = true;

struct Scene {
  beam: vec3f,
  scale: f32, // r_e^2 fluence F^2 / orientations, in photons per steradian
  cells: vec3i,
  orientations: u32,
  fast_count: u32,
  slow_count: u32,
}

struct Tile {
  direction: vec3f, // to the anchor
  solid_angle_sr: f32,
  fast_step: vec3f, // of one pixel, in distances of the anchor from the sample
  slow_step: vec3f,
}

@group(0) @binding(0) var<uniform> scene: Scene;
@group(0) @binding(1) var<storage, read> tiles: array<Tile>;
@group(0) @binding(2) var<storage, read> cell_vectors: array<vec4f>; // a, b, c of each orientation
// For each tile, orientation and axis: the index at the anchor, and what a pixel along fast and slow adds to it, in
// units of 2^-32.
@group(0) @binding(3) var<storage, read> anchors: array<i32>;
@group(0) @binding(4) var<storage, read_write> photons: array<f32>;

const half_edge = 8;
const fixed_steps = 4294967296.0;
// The smallest fraction of an index: 0 / 0 cannot happen, and the quotient is that of the peak.
const least = 1 / fixed_steps;
const sum_length = 64u; // terms that one float may sum

// sin(pi x) / pi, |x| <= 1/2
fn sine(x: vec4f) -> vec4f {
  let y = x * x;
  return x * (1 + y * (-1.644933343 + y * (0.8117158413 + y * (-0.1904434711 + y * 0.02471760847))));
}

struct Phase {
  index: vec4f, // without whole numbers
  cells: vec4f, // that times N, without whole numbers
}

// `rest` is what the index has besides the anchor and the linear terms.
fn fixed_phase(anchor: u32, fast: i32, slow: vec4i, rest: vec4f, cells: i32) -> Phase {
  let linear = anchors[anchor] + fast * anchors[anchor + 1] + slow * anchors[anchor + 2];
  let index = (linear + vec4i(rest * fixed_steps)) | vec4i(1);
  return Phase(vec4f(index) * least, vec4f(index * cells) * least);
}

fn float_phase(anchor: u32, offset: vec4f, cells: i32) -> Phase {
  let sum = f32(anchors[anchor]) * least + offset;
  let peeled = sum - floor(sum + 0.5);
  let index = select(peeled, vec4f(least), abs(peeled) < vec4f(least));
  let phase = f32(cells) * index;
  return Phase(index, phase - floor(phase + 0.5));
}

struct Sight {
  fast: i32, // pixels from the anchor
  slow: vec4i,
  x: vec4f, // what moves the direction: all of it, or what is left after the linear terms
  y: vec4f,
  z: vec4f,
}

fn phase_of(anchor: u32, vector: vec3f, sight: Sight, cells: i32) -> Phase {
  let offset = vector.x * sight.x + vector.y * sight.y + vector.z * sight.z;
  if (fixed_point) {
    return fixed_phase(anchor, sight.fast, sight.slow, offset, cells);
  }
  return float_phase(anchor, offset, cells);
}

@compute @workgroup_size(16, 4)
fn render(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
          @builtin(local_invocation_id) lane: vec3u) {
  let tile_number = group.y * groups.x + group.x;
  let tile = tiles[tile_number];
  let fast = i32(lane.x) - half_edge;
  let slow = vec4i(4 * i32(lane.y) - half_edge) + vec4i(0, 1, 2, 3);

  // Offset u from the anchor; its direction without cancellation, as in numerics.md 10.
  let ux = f32(fast) * tile.fast_step.x + vec4f(slow) * tile.slow_step.x;
  let uy = f32(fast) * tile.fast_step.y + vec4f(slow) * tile.slow_step.y;
  let uz = f32(fast) * tile.fast_step.z + vec4f(slow) * tile.slow_step.z;
  let along = tile.direction.x * ux + tile.direction.y * uy + tile.direction.z * uz;
  let square = ux * ux + uy * uy + uz * uz;
  let excess = 2 * along + square;
  let distance = sqrt(1 + excess); // in that of the anchor
  let w = 1 / (distance * (1 + distance));
  let shrink = -excess * w; // 1 / distance - 1

  var towards = shrink;
  var stretch = 1 + shrink;
  if (fixed_point) {
    towards = along * (excess * w * distance * (distance + 2) * w) - square * w;
    stretch = shrink;
  }
  let sight = Sight(
    fast,
    slow,
    tile.direction.x * towards + ux * stretch,
    tile.direction.y * towards + uy * stretch,
    tile.direction.z * towards + uz * stretch,
  );

  var total = vec4f(0);
  var part = vec4f(0);
  var anchor = tile_number * scene.orientations * 9;
  for (var m = 0u; m < scene.orientations; m++) {
    let a = phase_of(anchor, cell_vectors[3 * m].xyz, sight, scene.cells.x);
    let b = phase_of(anchor + 3, cell_vectors[3 * m + 1].xyz, sight, scene.cells.y);
    let c = phase_of(anchor + 6, cell_vectors[3 * m + 2].xyz, sight, scene.cells.z);
    anchor += 9;
    let numerator = sine(a.cells) * sine(b.cells) * sine(c.cells);
    let denominator = sine(a.index) * sine(b.index) * sine(c.index);
    let lattice = numerator / denominator;
    part += lattice * lattice;
    if (m % sum_length == sum_length - 1) {
      total += part;
      part = vec4f(0);
    }
  }
  total += part;

  let inverse = 1 + shrink;
  let cosine = inverse * (dot(tile.direction, scene.beam) + scene.beam.x * ux + scene.beam.y * uy + scene.beam.z * uz);
  let polarization = 0.5 * (1 + cosine * cosine); // of an unpolarized beam
  let value = scene.scale * tile.solid_angle_sr * inverse * inverse * inverse * polarization * total;
  let column = 16 * group.x + lane.x;
  for (var i = 0u; i < 4; i++) {
    let row = 16 * group.y + 4 * lane.y + i;
    if (column < scene.fast_count && row < scene.slow_count) {
      photons[row * scene.fast_count + column] = value[i];
    }
  }
}
