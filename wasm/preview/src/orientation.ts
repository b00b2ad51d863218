// Turning the crystal by hand: a rotation in the laboratory on top of the misset angles.
import { dot, rotated, type Vector } from './vectors.js';

const radians = Math.PI / 180;
const axes: readonly [Vector, Vector, Vector] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

// Rotations about laboratory x, then y, then z (physics.md 6.3).
function turnedByMisset(v: Vector, misset_deg: readonly number[]): Vector {
  return axes.reduce<Vector>((turned, axis, i) => rotated(turned, axis, (misset_deg[i] ?? 0) * radians), v);
}

/** Misset angles of: the rotation of `misset_deg`, then a rotation about a unit axis. */
export function missetAfterTurn(misset_deg: readonly number[], axis: Vector, angle_rad: number): number[] {
  const [x, y, z] = axes.map((v) => rotated(turnedByMisset(v, misset_deg), axis, angle_rad)) as [
    Vector,
    Vector,
    Vector,
  ];
  // Columns of the whole rotation are x, y, z.
  const entry = (row: number, column: Vector) => dot(axes[row] as Vector, column);
  const sineY = -entry(2, x);
  const cosineY = Math.hypot(entry(2, y), entry(2, z));
  const angles =
    cosineY > 1e-9
      ? [Math.atan2(entry(2, y), entry(2, z)), Math.atan2(sineY, cosineY), Math.atan2(entry(1, x), entry(0, x))]
      : [Math.atan2(-entry(1, z), entry(1, y)), Math.atan2(sineY, cosineY), 0];
  return angles.map((angle) => Number((angle / radians).toFixed(4)));
}
