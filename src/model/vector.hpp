// Three-vectors, 3x3 matrices and the two rotations of physics.md 2, in double precision or in dual numbers.
//
// The order of operations is the reference's (left to right, no fused multiply-add), because the `exact`
// path is compared with it byte by byte. What is constexpr also runs in kernels of devices.
#pragma once

#include <array>
#include <cmath>
#include <type_traits>

namespace nbt {

// Laboratory frame unless a name says otherwise.
template <class Real>
struct VectorOf {
  Real x = 0;
  Real y = 0;
  Real z = 0;
};

using Vector3 = VectorOf<double>;

using Matrix3 = std::array<double, 9>;  // row-major

inline constexpr Matrix3 identity_matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1};

// 180/pi as the reference forms it: the rounded 1/pi times 180. Degrees are divided by it (physics.md 1).
inline constexpr double degrees_per_radian = 180.0 * 0.318309886183790671537767526745028724;

template <class Real>
constexpr VectorOf<Real> operator+(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
template <class Real>
constexpr VectorOf<Real> operator-(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
template <class Real>
constexpr VectorOf<Real> operator-(const VectorOf<Real>& a) {
  return {-a.x, -a.y, -a.z};
}
template <class Real>
constexpr VectorOf<Real> operator*(const std::type_identity_t<Real>& s, const VectorOf<Real>& a) {
  return {s * a.x, s * a.y, s * a.z};
}

template <class Real>
constexpr Real dot(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

template <class Real>
constexpr VectorOf<Real> cross(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

template <class Real>
Real length(const VectorOf<Real>& a) {
  using std::sqrt;
  return sqrt(dot(a, a));
}

// Zero stays zero.
template <class Real>
VectorOf<Real> unit(const VectorOf<Real>& a) {
  const Real n = length(a);
  return n > 0 ? VectorOf<Real>{a.x / n, a.y / n, a.z / n} : VectorOf<Real>{};
}

// About laboratory X by angles.x, then Y by angles.y, then Z by angles.z; radians, right-handed, active.
template <class Real>
VectorOf<Real> rotate_xyz(const VectorOf<Real>& v, const VectorOf<Real>& angles);

// Rodrigues rotation about `axis`, which is used as given: a non-unit axis also scales (physics.md 2).
template <class Real>
VectorOf<Real> rotate_about(const VectorOf<Real>& v, const VectorOf<Real>& axis,
                            const std::type_identity_t<Real>& angle);

template <class Real>
VectorOf<Real> multiply(const Matrix3& m, const VectorOf<Real>& v);

// Three numbers of a flat table as a vector, and back.
constexpr Vector3 vector_of(const double (&v)[3]) {
  return {v[0], v[1], v[2]};
}
constexpr void store(const Vector3& v, double (&target)[3]) {
  target[0] = v.x;
  target[1] = v.y;
  target[2] = v.z;
}
constexpr void add_to(double (&sum)[3], const Vector3& v) {
  sum[0] += v.x;
  sum[1] += v.y;
  sum[2] += v.z;
}

// A vector that does not move, in any number type.
template <class Real>
VectorOf<Real> constant_vector(const Vector3& v) {
  return {v.x, v.y, v.z};
}

}  // namespace nbt
