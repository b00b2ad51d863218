// Miller indices in fixed point, for precision `fast` (docs/semantics.md).
//
// h + 1.5*2^20 in double has steps of 2^-32: the low word of its bits is the fraction of h in two's complement, in
// units of 2^-32, and the high word less a constant its whole part, rounded down. Read as a signed number the low word
// is delta, the distance from the nearest whole number, and a 32-bit product with N that drops its overflow is N delta
// peeled, exactly: the phase of the grating costs one multiplication.
//
// Valid for |h| < 2^19 and whole N below 2^31. Error of delta: three roundings to steps of 2^-32, at most 1.5 steps;
// of the phase N times that.
#if defined(NBT_PHYSICS_FIXED_POINT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_FIXED_POINT_INL_H_
#undef NBT_PHYSICS_FIXED_POINT_INL_H_
#else
#define NBT_PHYSICS_FIXED_POINT_INL_H_
#endif

#include "lanes/lanes-inl.h"
#include "physics/fixed_point.hpp"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// A fraction in units of 2^-32 as a number.
template <class D>
NBT_FN Vec<D> FixedPointFraction(D d, Vec<IntegerTag<D>> fraction) {
  return ops::Mul(ops::ConvertTo(d, fraction), ops::Set(d, Scalar<D>(0x1p-32)));
}

// Whole number nearest to h, plus fixed_point_bias, from the two words.
template <class I>
NBT_FN I FixedPointNearest(I fraction, I whole) {
  return ops::Sub(whole, ops::template ShiftRight<31>(fraction));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_FIXED_POINT_INL_H_
