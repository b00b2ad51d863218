// Where a pixel is (physics.md 3.6).
//
//   flat     P = P0 + y f along a row, P0 = the row's anchor on the panel
//   curved   P = Rax(Rax(dist b; u1, angle1); u2, angle2)
//
// Rax is Rodrigues' rotation. Physical curvature: u1 = unit(b x f), u2 = unit(b x s), angles = arc lengths from the
// direct beam over dist. With the reference's laboratory axes [Q10]: u1 = s, u2 = f, angles = laboratory y and z of
// the flat position over dist. Double: the error is 2e-16 of the distance, plus that of the angle.
#if defined(NBT_PHYSICS_PIXEL_POSITION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_PIXEL_POSITION_INL_H_
#undef NBT_PHYSICS_PIXEL_POSITION_INL_H_
#else
#define NBT_PHYSICS_PIXEL_POSITION_INL_H_
#endif

#include "lanes/sine-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// One component of a position on a flat panel.
template <class D>
NBT_FN Vec<D> FlatPosition(D d, Vec<D> along_fast_m, double anchor_m, double fast) {
  return ops::MulAdd(along_fast_m, ops::Set(d, fast), ops::Set(d, anchor_m));
}

// Sine and cosine of an angle in radians; absolute error 2e-16 times the larger of 1 and the angle.
template <class D>
NBT_FN void SineCosine(D d, Vec<D> angle, Vec<D>& sine, Vec<D>& cosine) {
  const Vec<D> x = ops::Mul(angle, ops::Set(d, Scalar<D>(0.318309886183790671538)));
  const Vec<D> half_turns = ops::Round(x);
  const Vec<D> t = ops::Sub(x, half_turns);
  const Vec<D> t2 = ops::Mul(t, t);
  // +1 for an even number of half turns, -1 for an odd one.
  const Vec<D> half = ops::Mul(half_turns, ops::Set(d, Scalar<D>(0.5)));
  const Vec<D> odd = ops::Sub(half, ops::Floor(half));
  const Vec<D> sign = ops::NegMulAdd(ops::Set(d, Scalar<D>(4)), odd, ops::Set(d, Scalar<D>(1)));
  const Vec<D> pi_t = ops::Mul(t, ops::Set(d, Scalar<D>(3.14159265358979323846)));
  sine = ops::Mul(sign, ops::Mul(pi_t, SincPi(d, t2)));
  cosine = ops::Mul(sign, CosPi(d, t2));
}

// Rodrigues' rotation of (x, y, z) about a unit axis, in place.
template <class D>
NBT_FN void RotateAbout(D d, const Scalar<D> (&axis)[3], Vec<D> angle, Vec<D>& x, Vec<D>& y, Vec<D>& z) {
  const Vec<D> ux = ops::Set(d, axis[0]);
  const Vec<D> uy = ops::Set(d, axis[1]);
  const Vec<D> uz = ops::Set(d, axis[2]);
  Vec<D> sine, cosine;
  SineCosine(d, angle, sine, cosine);
  const Vec<D> dot = ops::MulAdd(ux, x, ops::MulAdd(uy, y, ops::Mul(uz, z)));
  const Vec<D> along = ops::Mul(dot, ops::Sub(ops::Set(d, Scalar<D>(1)), cosine));
  const Vec<D> cross_x = ops::MulSub(uy, z, ops::Mul(uz, y));
  const Vec<D> cross_y = ops::MulSub(uz, x, ops::Mul(ux, z));
  const Vec<D> cross_z = ops::MulSub(ux, y, ops::Mul(uy, x));
  x = ops::MulAdd(ux, along, ops::MulAdd(x, cosine, ops::Mul(cross_x, sine)));
  y = ops::MulAdd(uy, along, ops::MulAdd(y, cosine, ops::Mul(cross_y, sine)));
  z = ops::MulAdd(uz, along, ops::MulAdd(z, cosine, ops::Mul(cross_z, sine)));
}

// `straight`: dist * b, where the direct beam meets the panel.
template <class D>
NBT_FN void CurvedPosition(D d, const Scalar<D> (&straight)[3], const Scalar<D> (&axis1)[3], Vec<D> angle1,
                           const Scalar<D> (&axis2)[3], Vec<D> angle2, Vec<D>& x, Vec<D>& y, Vec<D>& z) {
  x = ops::Set(d, straight[0]);
  y = ops::Set(d, straight[1]);
  z = ops::Set(d, straight[2]);
  RotateAbout(d, axis1, angle1, x, y, z);
  RotateAbout(d, axis2, angle2, x, y, z);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_PIXEL_POSITION_INL_H_
