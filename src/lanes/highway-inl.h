// The lanes vocabulary over Highway, once per SIMD target. Included by lanes-inl.h only.
#if defined(NBT_LANES_HIGHWAY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_LANES_HIGHWAY_INL_H_
#undef NBT_LANES_HIGHWAY_INL_H_
#else
#define NBT_LANES_HIGHWAY_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

#ifndef NBT_FN
#define NBT_FN HWY_INLINE
#define NBT_LANES_ATTR HWY_ATTR
#define NBT_LANES HWY_NAMESPACE
#define NBT_BEFORE_LANES() HWY_BEFORE_NAMESPACE()
#define NBT_AFTER_LANES() HWY_AFTER_NAMESPACE()
#endif

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {

template <class D>
using Vec = hwy::HWY_NAMESPACE::Vec<D>;
template <class D>
using Mask = hwy::HWY_NAMESPACE::Mask<D>;
template <class D>
using Scalar = hwy::HWY_NAMESPACE::TFromD<D>;
// Integers of the same width, as gathers and bit tricks take them.
template <class D>
using IntegerTag = hwy::HWY_NAMESPACE::RebindToSigned<D>;

// Sums have pipes of their own beside those of products, as on CPUs.
inline constexpr bool sums_are_beside_products = true;

namespace ops {

using namespace hwy::HWY_NAMESPACE;  // NOLINT: Add, Mul, MulAdd, Round, IfThenElse, ... are the vocabulary

// |v|/2^32 of numbers as large as fixed-point fractions, in the integer pipes. 0 gives minus infinity.
template <class D>
NBT_FN Vec<D> SizeOver2To32(D d, Vec<D> v) {
  const IntegerTag<D> di;
  constexpr Scalar<IntegerTag<D>> exponents = 32 << 23;
  return BitCast(d, Sub(BitCast(di, Abs(v)), Set(di, exponents)));
}

// 1/v: float to 1.5 units in the last place by an estimate and one Newton step, double by division.
// v must be a normal number whose reciprocal is normal; 0 gives infinity or NaN.
template <class D>
NBT_FN Vec<D> Reciprocal(D d, Vec<D> v) {
  // Targets that emulate the estimate return 0 for 0 and would hide a division by zero.
  constexpr bool emulated = HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128;
  if constexpr (sizeof(Scalar<D>) == 4 && !emulated) {
    const Vec<D> estimate = ApproximateReciprocal(v);
    return Mul(estimate, NegMulAdd(v, estimate, Set(d, Scalar<D>(2))));
  } else {
    return Div(Set(d, Scalar<D>(1)), v);
  }
}

#if HWY_TARGET != HWY_SCALAR
// The even (odd) 32-bit words of `low` and `high`, for each 128-bit block by itself: one instruction where
// ConcatEven takes two.
template <class D>
NBT_FN Vec<D> EvenWordsOfBlocks(D d, Vec<D> high, Vec<D> low) {
#if HWY_TARGET <= HWY_AVX3
  const auto a = BitCast(RebindToFloat<D>(), low), b = BitCast(RebindToFloat<D>(), high);
  return BitCast(d, Vec<RebindToFloat<D>>{_mm512_shuffle_ps(a.raw, b.raw, 0x88)});
#elif HWY_TARGET == HWY_AVX2
  const auto a = BitCast(RebindToFloat<D>(), low), b = BitCast(RebindToFloat<D>(), high);
  return BitCast(d, Vec<RebindToFloat<D>>{_mm256_shuffle_ps(a.raw, b.raw, 0x88)});
#else
  return ConcatEven(d, high, low);
#endif
}
template <class D>
NBT_FN Vec<D> OddWordsOfBlocks(D d, Vec<D> high, Vec<D> low) {
#if HWY_TARGET <= HWY_AVX3
  const auto a = BitCast(RebindToFloat<D>(), low), b = BitCast(RebindToFloat<D>(), high);
  return BitCast(d, Vec<RebindToFloat<D>>{_mm512_shuffle_ps(a.raw, b.raw, 0xDD)});
#elif HWY_TARGET == HWY_AVX2
  const auto a = BitCast(RebindToFloat<D>(), low), b = BitCast(RebindToFloat<D>(), high);
  return BitCast(d, Vec<RebindToFloat<D>>{_mm256_shuffle_ps(a.raw, b.raw, 0xDD)});
#else
  return ConcatOdd(d, high, low);
#endif
}
#endif

// 1/sqrt(v) to 13 bits or better.
template <class D>
NBT_FN Vec<D> ReciprocalSqrtEstimate(D d, Vec<D> v) {
#if HWY_TARGET <= HWY_AVX3
  (void)d;
  return Vec<D>{_mm512_rsqrt14_pd(v.raw)};
#else
  const Rebind<float, D> half;
  const auto single = DemoteTo(half, v);
  const auto estimate = ApproximateReciprocalSqrt(single);
  const auto error = NegMulAdd(Mul(single, estimate), estimate, Set(half, 1.0f));
  return PromoteTo(d, MulAdd(Mul(Set(half, 0.5f), estimate), error, estimate));
#endif
}

// 1/sqrt(v) in double to 2 units in the last place, without square root and division where there is an estimate in
// float. v must be within float's normal range.
template <class D>
NBT_FN Vec<D> ReciprocalSqrt(D d, Vec<D> v) {
  static_assert(sizeof(Scalar<D>) == 8, "double only");
  if constexpr (HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128) {
    return Div(Set(d, 1.0), Sqrt(v));
  } else {
    // Newton: each step doubles the digits. AVX-512 estimates 14 bits, others 11; both are good in the end.
    Vec<D> y = ReciprocalSqrtEstimate(d, v);
    const Vec<D> half_v = Mul(Set(d, 0.5), v);
    y = MulAdd(y, NegMulAdd(Mul(half_v, y), y, Set(d, 0.5)), y);
    return MulAdd(y, NegMulAdd(Mul(half_v, y), y, Set(d, 0.5)), y);
  }
}

// v * 2^n for whole n with the result in the normal range: adds n to the exponent bits.
template <class D>
NBT_FN Vec<D> ScaleByPowerOfTwo(D d, Vec<D> v, Vec<D> n) {
  const IntegerTag<D> di;
  if constexpr (sizeof(Scalar<D>) == 4) {
    const auto whole = BitCast(di, Add(n, Set(d, 12582912.0f)));  // 1.5 * 2^23: low bits hold n
    return BitCast(d, Add(BitCast(di, v), ShiftLeft<23>(whole)));
  } else {
    const auto whole = BitCast(di, Add(n, Set(d, 6755399441055744.0)));  // 1.5 * 2^52
    return BitCast(d, Add(BitCast(di, v), ShiftLeft<52>(whole)));
  }
}

}  // namespace ops
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_LANES_HIGHWAY_INL_H_
