// Miller indices in fixed point.
//
// h + 1.5*2^(52-f) in double has steps of 2^-f: the lower f bits are the fraction of h in two's complement, those above
// its whole part, rounded down, and a constant. As a signed number in units of 2^-f the fraction is delta, the distance
// from the nearest whole number, and an integer product with N that drops its overflow is N delta peeled, exactly: no
// rounding, no subtraction.
//
// 32 bits, for precision `fast` (docs/semantics.md): f = 32, one word. |h| < 2^19. Error of delta: three roundings to
// steps of 2^-32, at most 1.5 steps; of the phase N times that.
//
// 64 bits, for `single`: f = 36 to 47, shifted to the top of two words. With half a unit of the upper word added, upper
// and lower word, the latter read as signed, are a sum: delta = 2^-32 upper + 2^-64 lower, and the phase
// 2^-32 (N upper mod 2^32) + 2^-64 N lower. Both keep a float's relative accuracy near 0, where it counts. |h| <
// 2^(51-f). Error of delta: at most 1.5 steps of 2^-f.
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

// Whole number nearest to h, plus fixed_point_bias, from the two words.
template <class I>
NBT_FN I FixedPointNearest(I fraction, I whole) {
  return ops::Sub(whole, ops::template ShiftRight<31>(fraction));
}

// The lower word, less half a unit of the upper, in units of 2^-64.
template <class D>
NBT_FN Vec<D> FixedPointRest(D d, Vec<IntegerTag<D>> lower) {
  const IntegerTag<D> di;
  return ops::ConvertTo(d, ops::Xor(lower, ops::Set(di, static_cast<Scalar<IntegerTag<D>>>(-2147483647 - 1))));
}

// upper + 2^-32 factor rest: a fraction in units of 2^-32.
template <class D>
NBT_FN Vec<D> FixedPointSum(D d, Vec<IntegerTag<D>> upper, Vec<D> rest, Scalar<D> factor) {
  return ops::MulAdd(rest, ops::Set(d, Scalar<D>(0x1p-32) * factor), ops::ConvertTo(d, upper));
}

// The argument of RelativeSine for a fraction in units of 2^-32. One that is exactly 0 gives 0 or minus infinity; delta
// and with it N delta being 0, a ratio of sines is infinity or NaN. Others lose no digit.
template <class D>
NBT_FN Vec<D> FixedPointParabola(D d, Vec<D> fraction) {
  const Vec<D> x = ops::SizeOver2To32(d, fraction);
  return ops::NegMulAdd(x, x, x);
}

// A fraction in units of 2^-32 as a number, divided in its exponent as above. One that is exactly 0 comes out so large
// that its square is infinite.
template <class D>
NBT_FN Vec<D> FixedPointFraction(D d, Vec<D> fraction) {
  const IntegerTag<D> di;
  constexpr Scalar<IntegerTag<D>> exponents = 32 << 23;
  return ops::BitCast(d, ops::Sub(ops::BitCast(di, fraction), ops::Set(di, exponents)));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_FIXED_POINT_INL_H_
