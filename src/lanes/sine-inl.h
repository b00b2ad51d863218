// Sine and cosine of pi*x for |x| <= 1/2. No range reduction: the caller has peeled the whole turns off (numerics.md
// 2).
//
// SincPi and CosPi are polynomials in y = x^2, minimax fits with the constant term pinned to 1, so that the limits at 0
// are exact. Largest error of the fit: SincPi relative 1.6e-16 (double) and 1.1e-8 (float); CosPi absolute 5e-18
// (double).
//
// RelativeSinc is for derivatives of ratios of sines: S = sin(pi x)/(pi x), with its sign, over the leading
// coefficient, which cancels in ratios, and dS/dy. What sinc and cosine lack of each other, V = (S - cos(pi x))/y, is
// -2 dS/dy: it has no cancellation at 0, and as the derivative of the same polynomial it costs half of what it costs
// alone. The fit is that of V, minimax in y and integrated with S(0) = 1: relative error 3.9e-12 of V and 1.8e-13 of S
// in double, 2.4e-7 and 1.7e-8 in float. The polynomials are in a form with few products: of the quadratic z = y^2 + a
// y + b, (z + y + c) z + d in float, and (z (y + c) - 8 z + e) (z (y + c) + f) + g in double.
//
// RelativeSine is for ratios of sines. sin(pi x) is symmetric about x = 1/2, hence an entire function of the parabola
// w = |x| - x^2, and falls off faster in w than in x^2: w times a polynomial of degree 4 (float) or 6 (double),
// relative error of the fit 9.9e-10 and 8.7e-15. The leading coefficient cancels in a ratio and is left out; the
// polynomial is a product of quadratics with positive coefficients, which moves half of Horner's multiply-adds to
// additions and loses no digits. Where additions cost as much as multiply-adds it is multiplied out, for Horner's rule.
// tests/physics measures every float in [0, 1/2].
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

// sin(pi x)/(pi x).
template <class D>
NBT_FN Vec<D> SincPi(D d, Vec<D> y) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    const float c[] = {1.0f, -1.64493351629f, 0.811718165503f, -0.190450770112f, 0.0247192010126f};
    return Polynomial(d, y, c);
  } else {
    const double c[] = {1.0,
                        -1.6449340668481791,
                        0.81174242527869822,
                        -0.1907518239662081,
                        0.026147845328399436,
                        -0.002346059673248651,
                        0.00014832760006745516,
                        -6.7260911471475566e-06};
    return Polynomial(d, y, c);
  }
}

// cos(pi x).
template <class D>
NBT_FN Vec<D> CosPi(D d, Vec<D> y) {
  static_assert(sizeof(Scalar<D>) == 8, "double only");
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

// w of RelativeSine.
template <class V>
NBT_FN V SineParabola(V x) {
  return ops::NegMulAdd(x, x, ops::Abs(x));
}

// w^2 + p w + q.
template <class D>
NBT_FN Vec<D> Quadratic(D d, Vec<D> w, Scalar<D> p, Scalar<D> q) {
  return ops::MulAdd(ops::Add(w, ops::Set(d, p)), w, ops::Set(d, q));
}

// w (c[0] + c[1] w + ... + w^count).
template <int count, class D>
NBT_FN Vec<D> MonicPolynomial(D d, Vec<D> w, const Scalar<D> (&c)[count]) {
  Vec<D> sum = ops::Add(w, ops::Set(d, c[count - 1]));
  for (int i = count - 2; i >= 0; --i) sum = ops::MulAdd(sum, w, ops::Set(d, c[i]));
  return ops::Mul(sum, w);
}

// sin(pi x) over the constant sine_unit, from w = SineParabola(x).
template <class D>
NBT_FN Vec<D> RelativeSine(D d, Vec<D> w) {
  if constexpr (!sums_are_beside_products) {
    if constexpr (sizeof(Scalar<D>) == 4) {
      const float c[] = {130.06458991986747f, 130.06456317843583f, 46.18237924247892f, 8.469968857868787f};
      return MonicPolynomial(d, w, c);
    } else {
      const double c[] = {31457.071573406996, 31457.071573296354, 11169.33447966209,
                          2050.9316673685303, 230.7655736456165,  17.5489537838568};
      return MonicPolynomial(d, w, c);
    }
  } else if constexpr (sizeof(Scalar<D>) == 4) {
    const Vec<D> first = Quadratic(d, w, 4.7723587197738793f, 5.6941117273781077f);
    const Vec<D> second = Quadratic(d, w, 3.6976101380949077f, 22.841945530239286f);
    return ops::Mul(ops::Mul(w, first), second);
  } else {
    const Vec<D> first = Quadratic(d, w, 6.5706095990758565, 9.1449128766223191);
    const Vec<D> second = Quadratic(d, w, 9.2244014722521522, 34.985670452717330);
    const Vec<D> third = Quadratic(d, w, 1.7539427125287891, 98.321504894100107);
    return ops::Mul(ops::Mul(w, first), ops::Mul(second, third));
  }
}

// S over its leading coefficient, and its derivative by y.
template <class D>
NBT_FN Vec<D> RelativeSinc(D d, Vec<D> y, Vec<D>& slope) {
  const auto constant = [d](double c) NBT_LANES_ATTR { return ops::Set(d, static_cast<Scalar<D>>(c)); };
  if constexpr (sizeof(Scalar<D>) == 4) {
    const Vec<D> linear = ops::Add(y, constant(-4.355419743650588));
    const Vec<D> z = ops::MulAdd(linear, y, constant(12.889553608782839));
    const Vec<D> sum = ops::Add(z, ops::Add(y, constant(-7.528257916982749)));
    slope = ops::MulAdd(ops::Add(linear, y), ops::Add(sum, z), z);
    return ops::MulAdd(sum, z, constant(-28.616415845441214));
  } else {
    const Vec<D> linear = ops::Add(y, constant(2.4592418988292943)), bent = ops::Add(linear, y);
    const Vec<D> z = ops::MulAdd(linear, y, constant(92.23419529187759));
    const Vec<D> factor = ops::Add(y, constant(-6.690724792199866));
    const Vec<D> cubic = ops::Mul(z, factor), cubic_slope = ops::MulAdd(bent, factor, z);
    const auto eight_times = [](Vec<D> x) NBT_LANES_ATTR {
      const Vec<D> twice = ops::Add(x, x), four_times = ops::Add(twice, twice);
      return ops::Add(four_times, four_times);
    };
    const Vec<D> first = ops::Add(ops::Sub(cubic, eight_times(z)), constant(1267.984166132043));
    const Vec<D> second = ops::Add(cubic, constant(528.7119236054519));
    const Vec<D> first_slope = ops::Sub(cubic_slope, eight_times(bent));
    slope = ops::MulAdd(first_slope, second, ops::Mul(first, cubic_slope));
    return ops::MulAdd(first, second, constant(-667.8475198221797));
  }
}

// sin(pi x) = sine_unit * RelativeSine.
template <class T>
inline constexpr T sine_unit = sizeof(T) == 4 ? T(0.024154096503975133) : T(9.9869202581642799e-05);

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_LANES_SINE_INL_H_
