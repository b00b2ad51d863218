export type Vector = readonly [number, number, number];
export type Rotation = readonly [Vector, Vector, Vector]; // rows

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const scaled = (v: Vector, factor: number): Vector => [v[0] * factor, v[1] * factor, v[2] * factor];
export const sum = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const difference = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const length = (v: Vector): number => Math.sqrt(dot(v, v));
export const unit = (v: Vector): Vector => scaled(v, 1 / (length(v) || 1));
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Rotation of v about a unit axis, right-handed. */
export function rotated(v: Vector, axis: Vector, angle_rad: number): Vector {
  const c = Math.cos(angle_rad);
  const s = Math.sin(angle_rad);
  return sum(sum(scaled(v, c), scaled(cross(axis, v), s)), scaled(axis, dot(axis, v) * (1 - c)));
}

/** Any unit vector at a right angle to v. */
export function perpendicular(v: Vector): Vector {
  const other: Vector = Math.abs(v[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  return unit(cross(v, other));
}
