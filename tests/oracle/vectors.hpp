// Three-vectors, 3x3 matrices and the two rotations of physics.md 2, of numbers that are double or Dual.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "dual.hpp"

namespace nbt::oracle {

template <class Real>
struct VectorOf {
  Real x = 0.0;
  Real y = 0.0;
  Real z = 0.0;
};

using Vector = VectorOf<double>;

// Row-major.
template <class Real>
using MatrixOf = std::array<Real, 9>;

using Matrix = MatrixOf<double>;

// A vector that does not move.
inline VectorOf<Dual> still(const Vector& v) {
  return {v.x, v.y, v.z};
}

template <class Real>
Vector value_of(const VectorOf<Real>& v) {
  return {value_of(v.x), value_of(v.y), value_of(v.z)};
}

inline Matrix value_of(const MatrixOf<Dual>& m) {
  Matrix values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = m[i].value;
  return values;
}

template <class Real>
VectorOf<Real> settled(const VectorOf<Real>& v) {
  return {settled(v.x), settled(v.y), settled(v.z)};
}

template <class Real>
VectorOf<Real> operator+(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
template <class Real>
VectorOf<Real> operator-(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
template <class Real>
VectorOf<Real> operator-(const VectorOf<Real>& a) {
  return {-a.x, -a.y, -a.z};
}
template <class Real>
VectorOf<Real> operator*(const std::type_identity_t<Real>& scale, const VectorOf<Real>& a) {
  return {scale * a.x, scale * a.y, scale * a.z};
}

template <class Real>
Real dot(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

template <class Real>
VectorOf<Real> cross(const VectorOf<Real>& a, const VectorOf<Real>& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

template <class Real>
Real length(const VectorOf<Real>& a) {
  using std::sqrt;
  return sqrt(dot(a, a));
}

// A vector of length zero stays zero.
template <class Real>
VectorOf<Real> unit(const VectorOf<Real>& a) {
  const Real norm = length(a);
  return norm > 0.0 ? VectorOf<Real>{a.x / norm, a.y / norm, a.z / norm} : VectorOf<Real>{};
}

template <class Real>
VectorOf<Real> multiply(const MatrixOf<Real>& m, const VectorOf<Real>& v) {
  return {m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
          m[6] * v.x + m[7] * v.y + m[8] * v.z};
}

// Rodrigues. The axis is used as it is, not normalised.
template <class Real>
VectorOf<Real> rotate_about(const VectorOf<Real>& v, const VectorOf<Real>& axis,
                            const std::type_identity_t<Real>& angle) {
  using std::cos, std::sin;
  const Real cosine = cos(angle);
  const Real along = dot(axis, v) * (1.0 - cosine);
  return along * axis + cosine * v + sin(angle) * cross(axis, v);
}

// About lab X, then lab Y, then lab Z. A zero angle skips its step, so an unrotated vector keeps its bits.
template <class Real>
VectorOf<Real> rotate_xyz(VectorOf<Real> v, const VectorOf<Real>& angles) {
  using std::cos, std::sin;
  if (!stays_zero(angles.x)) {
    const Real c = cos(angles.x), s = sin(angles.x);
    v = {v.x, v.y * c - v.z * s, v.y * s + v.z * c};
  }
  if (!stays_zero(angles.y)) {
    const Real c = cos(angles.y), s = sin(angles.y);
    v = {v.x * c + v.z * s, v.y, v.z * c - v.x * s};
  }
  if (!stays_zero(angles.z)) {
    const Real c = cos(angles.z), s = sin(angles.z);
    v = {v.x * c - v.y * s, v.x * s + v.y * c, v.z};
  }
  return v;
}

}  // namespace nbt::oracle
