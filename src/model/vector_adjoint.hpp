// Adjoints of the operations of vector.hpp: from dL/dresult to dL/dargument.
#pragma once

#include "model/vector.hpp"

namespace nbt {

// Of rotate_about(v, axis, angle). The axis counts as given, not as a unit vector.
struct RotationAdjoint {
  Vector3 v;
  Vector3 axis;
  double angle = 0;
};
RotationAdjoint rotation_adjoint(const Vector3& v, const Vector3& axis, double angle, const Vector3& adjoint);

// The same from cosine and sine of the angle; also runs in kernels of devices.
constexpr RotationAdjoint rotation_adjoint(const Vector3& v, const Vector3& axis, double cosine, double sine,
                                           const Vector3& adjoint) {
  const double c = cosine, s = sine;
  RotationAdjoint result;
  result.v = (1 - c) * dot(axis, adjoint) * axis + c * adjoint + s * cross(adjoint, axis);
  result.angle = dot(adjoint, s * dot(axis, v) * axis - s * v + c * cross(axis, v));
  result.axis = (1 - c) * (dot(axis, v) * adjoint + dot(axis, adjoint) * v) + s * cross(v, adjoint);
  return result;
}

// Of unit(v).
Vector3 unit_adjoint(const Vector3& v, const Vector3& adjoint);

// Of multiply(m, v), to v.
Vector3 multiply_transposed(const Matrix3& m, const Vector3& adjoint);

// Axis times angle of a rotation matrix; angles up to pi.
Vector3 rotation_vector(const Matrix3& rotation);

}  // namespace nbt
