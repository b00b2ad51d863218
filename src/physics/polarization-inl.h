// Polarization factor after Kahn (physics.md 4.5).
//
//   P = (1 + c^2 - K [(d.E)^2 - (d.B)^2])/2,   c = i.d,   B = unit(p x i),   E = unit(i x B)
//
// written with (d.E)^2 + (d.B)^2 = 1 - c^2, which needs B alone and has the limit of the reference's atan2 form where
// the polarization axis lies along the beam (B = 0). No singularity anywhere; absolute error a few units in the last
// place.
#if defined(NBT_PHYSICS_POLARIZATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_POLARIZATION_INL_H_
#undef NBT_PHYSICS_POLARIZATION_INL_H_
#else
#define NBT_PHYSICS_POLARIZATION_INL_H_
#endif

#include "lanes/lanes-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// `cosine`: c = i.d; `magnetic`: d.B; `kahn`: K.
template <class D>
NBT_FN Vec<D> Polarization(D d, Vec<D> cosine, Vec<D> magnetic, Scalar<D> kahn) {
  const Vec<D> one = ops::Set(d, Scalar<D>(1));
  const Vec<D> cosine2 = ops::Mul(cosine, cosine);
  const Vec<D> difference = ops::NegMulAdd(ops::Add(magnetic, magnetic), magnetic, ops::Sub(one, cosine2));
  const Vec<D> twice = ops::NegMulAdd(ops::Set(d, kahn), difference, ops::Add(one, cosine2));
  return ops::Mul(ops::Set(d, Scalar<D>(0.5)), twice);
}

// Derivatives of P by c, by d.B and by K.
template <class D>
NBT_FN void PolarizationSlopes(D d, Vec<D> cosine, Vec<D> magnetic, Scalar<D> kahn, Vec<D>& by_cosine,
                               Vec<D>& by_magnetic, Vec<D>& by_kahn) {
  by_cosine = ops::Mul(ops::Set(d, 1 + kahn), cosine);
  by_magnetic = ops::Mul(ops::Set(d, 2 * kahn), magnetic);
  const Vec<D> half = ops::Set(d, Scalar<D>(0.5));
  by_kahn = ops::MulAdd(magnetic, magnetic, ops::MulSub(ops::Mul(half, cosine), cosine, half));
}

// K = 0.
template <class D>
NBT_FN Vec<D> UnpolarizedFactor(D d, Vec<D> cosine) {
  const Vec<D> half = ops::Set(d, Scalar<D>(0.5));
  return ops::MulAdd(ops::Mul(half, cosine), cosine, half);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_POLARIZATION_INL_H_
