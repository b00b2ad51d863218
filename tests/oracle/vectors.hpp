// Three-vectors, 3x3 matrices and the two rotations of physics.md 2.
#pragma once

#include <array>
#include <cmath>

namespace nbt::oracle {

struct Vector {
  double x = 0.0;
  double y = 0.0;
  double z = 0.0;
};

// Row-major.
using Matrix = std::array<double, 9>;

inline Vector operator+(const Vector& a, const Vector& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vector operator-(const Vector& a, const Vector& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vector operator-(const Vector& a) {
  return {-a.x, -a.y, -a.z};
}
inline Vector operator*(double scale, const Vector& a) {
  return {scale * a.x, scale * a.y, scale * a.z};
}

inline double dot(const Vector& a, const Vector& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

inline Vector cross(const Vector& a, const Vector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

inline double length(const Vector& a) {
  return std::sqrt(dot(a, a));
}

// A vector of length zero stays zero.
inline Vector unit(const Vector& a) {
  const double norm = length(a);
  return norm > 0.0 ? Vector{a.x / norm, a.y / norm, a.z / norm} : Vector{};
}

inline Vector multiply(const Matrix& m, const Vector& v) {
  return {m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
          m[6] * v.x + m[7] * v.y + m[8] * v.z};
}

// Rodrigues. The axis is used as it is, not normalised.
inline Vector rotate_about(const Vector& v, const Vector& axis, double angle) {
  const double cosine = std::cos(angle);
  const double along = dot(axis, v) * (1.0 - cosine);
  return along * axis + cosine * v + std::sin(angle) * cross(axis, v);
}

// About lab X, then lab Y, then lab Z. A zero angle skips its step, so an unrotated vector keeps its bits.
inline Vector rotate_xyz(Vector v, const Vector& angles) {
  if (angles.x != 0.0) {
    const double c = std::cos(angles.x), s = std::sin(angles.x);
    v = {v.x, v.y * c - v.z * s, v.y * s + v.z * c};
  }
  if (angles.y != 0.0) {
    const double c = std::cos(angles.y), s = std::sin(angles.y);
    v = {v.x * c + v.z * s, v.y, v.z * c - v.x * s};
  }
  if (angles.z != 0.0) {
    const double c = std::cos(angles.z), s = std::sin(angles.z);
    v = {v.x * c - v.y * s, v.x * s + v.y * c, v.z};
  }
  return v;
}

}  // namespace nbt::oracle
