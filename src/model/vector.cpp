#include "model/vector.hpp"

namespace nbt {
namespace {

struct Rotation2 {
  explicit Rotation2(double angle) : cosine(std::cos(angle)), sine(std::sin(angle)) {}
  double cosine;
  double sine;
};

}  // namespace

Vector3 rotate_xyz(const Vector3& v, const Vector3& angles) {
  Vector3 r = v;
  if (angles.x != 0) {
    const Rotation2 t(angles.x);
    r = {r.x, r.y * t.cosine + r.z * -t.sine, r.y * t.sine + r.z * t.cosine};
  }
  if (angles.y != 0) {
    const Rotation2 t(angles.y);
    r = {r.x * t.cosine + r.z * t.sine, r.y, r.x * -t.sine + r.z * t.cosine};
  }
  if (angles.z != 0) {
    const Rotation2 t(angles.z);
    r = {r.x * t.cosine + r.y * -t.sine, r.x * t.sine + r.y * t.cosine, r.z};
  }
  return r;
}

Vector3 rotate_about(const Vector3& v, const Vector3& axis, double angle) {
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  const double along = (axis.x * v.x + axis.y * v.y + axis.z * v.z) * (1.0 - cosine);
  return {axis.x * along + v.x * cosine + (-axis.z * v.y + axis.y * v.z) * sine,
          axis.y * along + v.y * cosine + (axis.z * v.x - axis.x * v.z) * sine,
          axis.z * along + v.z * cosine + (-axis.y * v.x + axis.x * v.y) * sine};
}

Vector3 multiply(const Matrix3& m, const Vector3& v) {
  return {m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
          m[6] * v.x + m[7] * v.y + m[8] * v.z};
}

}  // namespace nbt
