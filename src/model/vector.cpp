#include "model/vector.hpp"

#include "model/dual.hpp"

namespace nbt {
namespace {

template <class Real>
struct Rotation2 {
  explicit Rotation2(const Real& angle) {
    using std::cos, std::sin;
    cosine = cos(angle);
    sine = sin(angle);
  }
  Real cosine;
  Real sine;
};

}  // namespace

template <class Real>
VectorOf<Real> rotate_xyz(const VectorOf<Real>& v, const VectorOf<Real>& angles) {
  VectorOf<Real> r = v;
  if (!stays_zero(angles.x)) {
    const Rotation2<Real> t(angles.x);
    r = {r.x, r.y * t.cosine + r.z * -t.sine, r.y * t.sine + r.z * t.cosine};
  }
  if (!stays_zero(angles.y)) {
    const Rotation2<Real> t(angles.y);
    r = {r.x * t.cosine + r.z * t.sine, r.y, r.x * -t.sine + r.z * t.cosine};
  }
  if (!stays_zero(angles.z)) {
    const Rotation2<Real> t(angles.z);
    r = {r.x * t.cosine + r.y * -t.sine, r.x * t.sine + r.y * t.cosine, r.z};
  }
  return r;
}

template <class Real>
VectorOf<Real> rotate_about(const VectorOf<Real>& v, const VectorOf<Real>& axis,
                            const std::type_identity_t<Real>& angle) {
  using std::cos, std::sin;
  const Real sine = sin(angle);
  const Real cosine = cos(angle);
  const Real along = (axis.x * v.x + axis.y * v.y + axis.z * v.z) * (1.0 - cosine);
  return {axis.x * along + v.x * cosine + (-axis.z * v.y + axis.y * v.z) * sine,
          axis.y * along + v.y * cosine + (axis.z * v.x - axis.x * v.z) * sine,
          axis.z * along + v.z * cosine + (-axis.y * v.x + axis.x * v.y) * sine};
}

template <class Real>
VectorOf<Real> multiply(const Matrix3& m, const VectorOf<Real>& v) {
  return {m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
          m[6] * v.x + m[7] * v.y + m[8] * v.z};
}

template VectorOf<double> rotate_xyz(const VectorOf<double>&, const VectorOf<double>&);
template VectorOf<Dual> rotate_xyz(const VectorOf<Dual>&, const VectorOf<Dual>&);
template VectorOf<double> rotate_about(const VectorOf<double>&, const VectorOf<double>&, const double&);
template VectorOf<Dual> rotate_about(const VectorOf<Dual>&, const VectorOf<Dual>&, const Dual&);
template VectorOf<double> multiply(const Matrix3&, const VectorOf<double>&);
template VectorOf<Dual> multiply(const Matrix3&, const VectorOf<Dual>&);

}  // namespace nbt
