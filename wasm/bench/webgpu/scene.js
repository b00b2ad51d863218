// The scene that everything renders: the square of docs/performance.md, turned, with rotations of its domains that both
// sides are given. What the kernel needs of it comes from the package's report.

export const edge_pixels = 1024;
export const cells = 10;

/** A nanoBragg command line. @param {string} precision */
export function argumentsOf(precision) {
  return (
    `-default_F 1 -cell 100 100 100 90 90 90 -misset 10 20 30 -N ${cells} -lambda 1 -distance 100 -pixel 0.1 ` +
    `-detpixels ${edge_pixels} -oversample 1 --precision ${precision}`
  ).split(' ');
}

/** Rotations by up to half a degree, the first by none; 9 numbers each, row by row. @param {number} domains */
export function rotationsOf(domains) {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const rotations = new Float64Array(9 * domains);
  for (let m = 0; m < domains; ++m) {
    const turn = [random(), random(), random()].map((part) => (m === 0 ? 0 : (part * Math.PI) / 180));
    rotations.set(rotationOf(turn), 9 * m);
  }
  return rotations;
}

// About the vector, by its length in radians (Rodrigues).
function rotationOf([x, y, z]) {
  const angle = Math.hypot(x, y, z);
  const s = angle === 0 ? 1 : Math.sin(angle) / angle;
  const c = angle === 0 ? 0.5 : (1 - Math.cos(angle)) / angle ** 2;
  // prettier-ignore
  return [
    1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y,
    c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x,
    c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y),
  ];
}

/**
 * Geometry in mm, cell vectors in wavelengths.
 * @param {Record<string, any>} report of a run
 * @param {Float64Array} rotations
 */
export function sceneOf(report, rotations) {
  const [panel] = report.detector.panels;
  const { wavelength_A, fluence_per_m2, direction } = report.beam;
  const domains = rotations.length / 9;
  const thomson_radius_squared_m2 = 7.94079248018965e-30;
  return {
    origin: panel.origin_mm,
    fast: panel.fast_axis.map((part) => part * panel.pixel_size_mm),
    slow: panel.slow_axis.map((part) => part * panel.pixel_size_mm),
    pixel: panel.pixel_size_mm,
    close: panel.close_distance_mm,
    beam: direction,
    scale: (thomson_radius_squared_m2 * fluence_per_m2 * report.structure_factors.default_F ** 2) / domains,
    domains,
    cell_vectors: turned([report.crystal.a_A, report.crystal.b_A, report.crystal.c_A], rotations, 1 / wavelength_A),
  };
}

/** a, b, c of each orientation, 9 numbers each. */
function turned(axes, rotations, factor) {
  const vectors = new Float64Array(rotations.length);
  for (let start = 0; start < rotations.length; start += 9) {
    axes.forEach((axis, i) => {
      for (let row = 0; row < 3; ++row) {
        const at = start + 3 * row;
        const sum = rotations[at] * axis[0] + rotations[at + 1] * axis[1] + rotations[at + 2] * axis[2];
        vectors[start + 3 * i + row] = factor * sum;
      }
    });
  }
  return vectors;
}

/** Where the middle of a pixel is: direction from the sample, and distance in mm. */
export function sightOf(scene, fast, slow) {
  const place = scene.origin.map((start, i) => start + (fast + 0.5) * scene.fast[i] + (slow + 0.5) * scene.slow[i]);
  const distance = Math.hypot(...place);
  return { direction: place.map((part) => part / distance), distance };
}

/** The image with min(N^2, 1/sin^2(pi h)) for the squared lattice factor of each axis (docs/spec/numerics.md 1). */
export function envelopeOf(scene) {
  const envelope = new Float64Array(edge_pixels * edge_pixels);
  for (let i = 0; i < envelope.length; ++i) {
    const { direction, distance } = sightOf(scene, i % edge_pixels, Math.floor(i / edge_pixels));
    const [x, y, z] = direction.map((part, axis) => part - scene.beam[axis]);
    const cosine = direction[0] * scene.beam[0] + direction[1] * scene.beam[1] + direction[2] * scene.beam[2];
    const solid_angle_sr = (scene.pixel ** 2 * scene.close) / distance ** 3;
    envelope[i] = scene.scale * solid_angle_sr * 0.5 * (1 + cosine ** 2) * latticeEnvelope(scene.cell_vectors, x, y, z);
  }
  return envelope;
}

function latticeEnvelope(vectors, x, y, z) {
  let sum = 0;
  for (let at = 0; at < vectors.length; at += 9) {
    let product = 1;
    for (let axis = at; axis < at + 9; axis += 3) {
      const sine = Math.sin(Math.PI * (vectors[axis] * x + vectors[axis + 1] * y + vectors[axis + 2] * z));
      product *= Math.min(cells ** 2, 1 / sine ** 2);
    }
    sum += product;
  }
  return sum;
}

/** The largest difference in parts of the envelope. */
export function largestError(image, truth, envelope) {
  return image.reduce((most, value, i) => Math.max(most, Math.abs(value - truth[i]) / envelope[i]), 0);
}
