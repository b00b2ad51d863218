// Sine and cosine of pi*x for |x| <= 1/2, as polynomials in y = x^2. No range reduction: the caller has peeled the
// whole turns off (numerics.md 2).
//
// Minimax fits with the constant term pinned to 1, so that the limits at 0 are exact. Largest error of the fit:
// SincPi relative 6e-9 (float), 1.6e-16 (double); CosPi absolute 2.5e-10 (float), 5e-18 (double).
#if defined(NBT_LANES_SINE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_LANES_SINE_INL_H_
#undef NBT_LANES_SINE_INL_H_
#else
#define NBT_LANES_SINE_INL_H_
#endif

#include "lanes/lanes-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// c[0] + c[1] y + ... by Horner's rule.
template <int count, class D>
NBT_FN Vec<D> Polynomial(D d, Vec<D> y, const Scalar<D> (&c)[count]) {
  Vec<D> sum = ops::Set(d, c[count - 1]);
  for (int i = count - 2; i >= 0; --i) sum = ops::MulAdd(sum, y, ops::Set(d, c[i]));
  return sum;
}

// scale * sin(pi x)/(pi x). `scale` is a power of two: it multiplies every coefficient exactly and costs nothing.
template <class D>
NBT_FN Vec<D> SincPi(D d, Vec<D> y, Scalar<D> scale = 1) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    const float c[] = {scale, scale * -1.644933343f, scale * 8.117158413e-1f, scale * -1.904434711e-1f,
                       scale * 2.471760847e-2f};
    return Polynomial(d, y, c);
  } else {
    const double c[] = {scale,
                        scale * -1.6449340668481791,
                        scale * 0.81174242527869822,
                        scale * -0.1907518239662081,
                        scale * 0.026147845328399436,
                        scale * -0.002346059673248651,
                        scale * 0.00014832760006745516,
                        scale * -6.7260911471475566e-06};
    return Polynomial(d, y, c);
  }
}

// cos(pi x).
template <class D>
NBT_FN Vec<D> CosPi(D d, Vec<D> y) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    const float c[] = {1.0f, -4.934802156f, 4.0587096f, -1.335216105f, 0.2349539261f, -0.02442070077f};
    return Polynomial(d, y, c);
  } else {
    const double c[] = {1.0,
                        -4.9348022005446772,
                        4.0587121264165447,
                        -1.3352627688446645,
                        0.23533063014598798,
                        -0.025806888862690121,
                        0.0019295568179546485,
                        -0.00010456780753150726,
                        4.1507503706039085e-06};
    return Polynomial(d, y, c);
  }
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_LANES_SINE_INL_H_
