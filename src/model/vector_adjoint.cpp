#include "model/vector_adjoint.hpp"

#include <cmath>

namespace nbt {

RotationAdjoint rotation_adjoint(const Vector3& v, const Vector3& axis, double angle, const Vector3& adjoint) {
  return rotation_adjoint(v, axis, std::cos(angle), std::sin(angle), adjoint);
}

Vector3 unit_adjoint(const Vector3& v, const Vector3& adjoint) {
  const double n = length(v);
  if (n == 0) return {};
  const Vector3 u = (1 / n) * v;
  return (1 / n) * (adjoint - dot(u, adjoint) * u);
}

Vector3 multiply_transposed(const Matrix3& m, const Vector3& adjoint) {
  return {m[0] * adjoint.x + m[3] * adjoint.y + m[6] * adjoint.z,
          m[1] * adjoint.x + m[4] * adjoint.y + m[7] * adjoint.z,
          m[2] * adjoint.x + m[5] * adjoint.y + m[8] * adjoint.z};
}

Vector3 rotation_vector(const Matrix3& rotation) {
  const Vector3 sine = 0.5 * Vector3{rotation[7] - rotation[5], rotation[2] - rotation[6], rotation[3] - rotation[1]};
  const double s = length(sine);
  const double c = 0.5 * (rotation[0] + rotation[4] + rotation[8] - 1);
  const double angle = std::atan2(s, c);
  return s > 0 ? (angle / s) * sine : Vector3{};
}

}  // namespace nbt
