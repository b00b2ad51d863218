// Fraction of the photons that sensor layer t captures (physics.md 3.8).
//
//   C_t = exp(-t x) - exp(-(t+1) x) = -exp(-t x) expm1(-x),   x = pitch * mu / obliquity,   obliquity = d.o
//
// The second form does not cancel for thin layers. Double; relative error 1e-15 plus |t x| 2e-16. Rays from behind the
// sensor (obliquity < 0) give what the formula gives.
#if defined(NBT_PHYSICS_ABSORPTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_ABSORPTION_INL_H_
#undef NBT_PHYSICS_ABSORPTION_INL_H_
#else
#define NBT_PHYSICS_ABSORPTION_INL_H_
#endif

#include "lanes/exponential-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// `absorption`: layer pitch times mu.
template <class D>
NBT_FN Vec<D> CaptureFraction(D d, Vec<D> obliquity, double layer, double absorption) {
  const Vec<D> x = ops::Div(ops::Set(d, absorption), obliquity);
  const Vec<D> reaching = Exp(d, ops::Mul(ops::Set(d, -layer), x));
  return ops::Neg(ops::Mul(reaching, Expm1(d, ops::Neg(x))));
}

// d ln C/d ln x = x (1/(e^x - 1) - t): the same with the sign changed by ln(obliquity).
template <class D>
NBT_FN Vec<D> CaptureSlope(D d, Vec<D> obliquity, double layer, double absorption) {
  const Vec<D> x = ops::Div(ops::Set(d, absorption), obliquity);
  const Vec<D> thin = ops::Div(x, Expm1(d, x));
  return ops::NegMulAdd(ops::Set(d, layer), x, thin);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_ABSORPTION_INL_H_
