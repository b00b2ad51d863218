// Scattering vector and Miller indices (physics.md 9; numerics.md 1).
//
//   q = (d - i)/lambda,   h = a.q = sum_j (a.e_j) w_j - a.i/lambda   where d/lambda = sum_j w_j e_j
//
// Along a row of a flat panel P = P0 + y f, so two products do: e = (P0, f), w = (1, y)/(R lambda). On a curved panel
// e are the laboratory axes. Always double: h is some 100 to 1000 and its fraction counts; the error is a few units in
// the last place of |a|/lambda.
#if defined(NBT_PHYSICS_SCATTERING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_SCATTERING_INL_H_
#undef NBT_PHYSICS_SCATTERING_INL_H_
#else
#define NBT_PHYSICS_SCATTERING_INL_H_
#endif

#include "lanes/lanes-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

template <class D>
NBT_FN Vec<D> MillerIndex2(D d, Vec<D> w0, Vec<D> w1, const double (&along)[3], double offset) {
  const Vec<D> h = ops::MulSub(ops::Set(d, along[0]), w0, ops::Set(d, offset));
  return ops::MulAdd(ops::Set(d, along[1]), w1, h);
}

template <class D>
NBT_FN Vec<D> MillerIndex3(D d, Vec<D> w0, Vec<D> w1, Vec<D> w2, const double (&along)[3], double offset) {
  return ops::MulAdd(ops::Set(d, along[2]), w2, MillerIndex2(d, w0, w1, along, offset));
}

// True where the spacing 1/|q| is not below dmin: |d - i|^2 <= (lambda/dmin)^2.
template <class D>
NBT_FN auto WithinResolution(D d, Vec<D> dx, Vec<D> dy, Vec<D> dz, const double (&incident)[3], double limit) {
  const Vec<D> x = ops::Sub(dx, ops::Set(d, incident[0]));
  const Vec<D> y = ops::Sub(dy, ops::Set(d, incident[1]));
  const Vec<D> z = ops::Sub(dz, ops::Set(d, incident[2]));
  const Vec<D> square = ops::MulAdd(x, x, ops::MulAdd(y, y, ops::Mul(z, z)));
  return ops::Le(square, ops::Set(d, limit * limit));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_SCATTERING_INL_H_
