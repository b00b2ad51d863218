// Scattering vector and Miller indices (physics.md 9; numerics.md 1).
//
//   q = (d - i)/lambda,   h = a.q = sum_j (a.e_j/lambda) w_j - a.i/lambda   where d = sum_j w_j e_j
//
// Along a row of a flat panel P = P0 + y f, so two products do: e = (P0, f), w = (1, y)/R. On a curved panel e are the
// laboratory axes. Always double: h is some 100 to 1000 and its fraction counts; the error is a few units in
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

// From two products; a third one is a multiply-add more.
template <class V>
NBT_FN V MillerIndex2(V w0, V w1, V along0, V along1, V offset) {
  return ops::MulAdd(along1, w1, ops::MulSub(along0, w0, offset));
}

// v.d of a vector v, from along_j = v.e_j.
template <class V>
NBT_FN V Projection2(V w0, V w1, V along0, V along1) {
  return ops::MulAdd(along1, w1, ops::Mul(along0, w0));
}

// True where the spacing 1/|q| is not below dmin: |d - i|^2 = 2 (1 - i.d) <= (lambda/dmin)^2.
template <class D>
NBT_FN auto WithinResolution(D d, Vec<D> cosine, double limit) {
  return ops::Ge(cosine, ops::Set(d, 1 - 0.5 * limit * limit));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_SCATTERING_INL_H_
