// Three-vectors, 3x3 matrices and the two rotations of physics.md 2, in double precision.
//
// The order of operations is the reference's (left to right, no fused multiply-add), because the `exact`
// path is compared with it byte by byte.
#pragma once

#include <array>
#include <cmath>

namespace nbt {

// Laboratory frame unless a name says otherwise.
struct Vector3 {
  double x = 0;
  double y = 0;
  double z = 0;
};

using Matrix3 = std::array<double, 9>;  // row-major

inline constexpr Matrix3 identity_matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1};

// 180/pi as the reference forms it: the rounded 1/pi times 180. Degrees are divided by it (physics.md 1).
inline constexpr double degrees_per_radian = 180.0 * 0.318309886183790671537767526745028724;

inline Vector3 operator+(const Vector3& a, const Vector3& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vector3 operator-(const Vector3& a, const Vector3& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vector3 operator-(const Vector3& a) {
  return {-a.x, -a.y, -a.z};
}
inline Vector3 operator*(double s, const Vector3& a) {
  return {s * a.x, s * a.y, s * a.z};
}

inline double dot(const Vector3& a, const Vector3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

inline Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

inline double length(const Vector3& a) {
  return std::sqrt(dot(a, a));
}

// Zero stays zero.
inline Vector3 unit(const Vector3& a) {
  const double n = length(a);
  return n > 0 ? Vector3{a.x / n, a.y / n, a.z / n} : Vector3{};
}

// About laboratory X by angles.x, then Y by angles.y, then Z by angles.z; radians, right-handed, active.
Vector3 rotate_xyz(const Vector3& v, const Vector3& angles);

// Rodrigues rotation about `axis`, which is used as given: a non-unit axis also scales (physics.md 2).
Vector3 rotate_about(const Vector3& v, const Vector3& axis, double angle);

Vector3 multiply(const Matrix3& m, const Vector3& v);

}  // namespace nbt
