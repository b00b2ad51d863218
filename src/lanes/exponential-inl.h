// Powers of two and exponentials. Minimax fit of 2^f, |f| <= 1/2, constant term 1: relative error 2.6e-9 (float), 2e-17
// (double), before rounding.
#if defined(NBT_LANES_EXPONENTIAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_LANES_EXPONENTIAL_INL_H_
#undef NBT_LANES_EXPONENTIAL_INL_H_
#else
#define NBT_LANES_EXPONENTIAL_INL_H_
#endif

#include "lanes/sine-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// 2^(whole + fraction) for whole `whole` and |fraction| <= 1/2; the result must be a normal number.
template <class D>
NBT_FN Vec<D> Exp2Split(D d, Vec<D> whole, Vec<D> fraction) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    const float c[] = {1.0f,           0.693147215f, 0.2402265278f, 0.05550310552f, 0.009617692993f, 0.001340664359f,
                       0.000155946721f};
    return ops::ScaleByPowerOfTwo(d, Polynomial(d, fraction, c), whole);
  } else {
    const double c[] = {1.0,
                        0.69314718055994573,
                        0.24022650695910097,
                        0.055504108664790393,
                        0.0096181291076070027,
                        0.0013333558153439677,
                        0.00015403530441571379,
                        1.5252727385427634e-05,
                        1.3215442675797239e-06,
                        1.0180647576596453e-07,
                        7.0725703207584153e-09,
                        4.0780825360861861e-10};
    return ops::ScaleByPowerOfTwo(d, Polynomial(d, fraction, c), whole);
  }
}

// e^x in double; relative error |x| * 2e-16. Below -700 the result is 0, above 700 that of 700.
template <class D>
NBT_FN Vec<D> Exp(D d, Vec<D> x) {
  static_assert(sizeof(Scalar<D>) == 8, "split the argument in double, then use Exp2Split");
  const Vec<D> lowest = ops::Set(d, -700.0);
  const Vec<D> clamped = ops::Min(ops::Max(x, lowest), ops::Set(d, 700.0));
  const Vec<D> whole = ops::Round(ops::Mul(clamped, ops::Set(d, 1.4426950408889634)));
  // ln 2 in two parts: the first has 32 trailing zero bits, so its product with `whole` is exact.
  Vec<D> rest = ops::NegMulAdd(whole, ops::Set(d, 0.693147180369123816490), clamped);
  rest = ops::NegMulAdd(whole, ops::Set(d, 1.90821492927058770002e-10), rest);
  const Vec<D> power = Exp2Split(d, whole, ops::Mul(rest, ops::Set(d, 1.4426950408889634)));
  return ops::IfThenZeroElse(ops::Lt(x, lowest), power);
}

// e^x - 1 in double without cancellation near 0.
template <class D>
NBT_FN Vec<D> Expm1(D d, Vec<D> x) {
  static_assert(sizeof(Scalar<D>) == 8, "double only");
  // Taylor series to x^13/13!: relative error 2e-17 at |x| = 1/3.
  const double c[] = {1.0,
                      1.0 / 2,
                      1.0 / 6,
                      1.0 / 24,
                      1.0 / 120,
                      1.0 / 720,
                      1.0 / 5040,
                      1.0 / 40320.0,
                      1.0 / 362880.0,
                      1.0 / 3628800.0,
                      1.0 / 39916800.0,
                      1.0 / 479001600.0,
                      1.0 / 6227020800.0};
  const Vec<D> series = ops::Mul(x, Polynomial(d, x, c));
  const Vec<D> direct = ops::Sub(Exp(d, x), ops::Set(d, 1.0));
  return ops::IfThenElse(ops::Lt(ops::Abs(x), ops::Set(d, 1.0 / 3)), series, direct);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_LANES_EXPONENTIAL_INL_H_
