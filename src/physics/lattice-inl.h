// Lattice factor: amplitude of N_a x N_b x N_c cells around a reciprocal-lattice point (physics.md 10).
//
//   square  F_latt = prod_i sin(pi N_i h_i) / sin(pi h_i), N_i at whole h_i
//   round   F_latt = N_t sqrt(pi/6) s3(pi sqrt(fudge rho)),  rho = sum (N_i delta_i)^2,  s3(u) = 3 (sin u - u cos
//   u)/u^3 gauss   F_latt = N_t exp(-fudge r/0.63) tophat  F_latt = N_t where fudge r < 0.3969, else 0
//
// N_t = N_a N_b N_c; delta = h - h0 is the distance from the nearest whole index, taken in double from the accurate
// h; r = |sum delta_i a*_i|^2 N_t^2 with a* in 1/A [Q30], or rho. The image depends on F_latt^2 only, so signs are
// dropped: sin(pi N h)/sin(pi h) becomes sin(pi t)/sin(pi delta) with t = N delta less its nearest whole number,
// which is exact for whole N (numerics.md 2). Everything up to delta, t and the radii is double; what follows may be
// float. square is absolute (peak N_t), the others are relative to N_t.
#if defined(NBT_PHYSICS_LATTICE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_LATTICE_INL_H_
#undef NBT_PHYSICS_LATTICE_INL_H_
#else
#define NBT_PHYSICS_LATTICE_INL_H_
#endif

#include "lanes/exponential-inl.h"
#include "lanes/sine-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// h0 of physics.md 9: halves go down.
template <class D>
NBT_FN Vec<D> NearestIndex(D d, Vec<D> h) {
  return ops::Ceil(ops::Sub(h, ops::Set(d, Scalar<D>(0.5))));
}

// x less its nearest whole number.
template <class V>
NBT_FN V Peel(V x) {
  return ops::Sub(x, ops::Round(x));
}

// t of the square shape. Exact to the rounding of N*delta.
template <class D>
NBT_FN Vec<D> GratingPhase(D d, Vec<D> delta, Scalar<D> cells) {
  return Peel(ops::Mul(ops::Set(d, cells), delta));
}

// Moves an index that is whole to rounding a little aside, where the ratio below is N to the last bit.
template <class D>
NBT_FN void AvoidZeroOverZero(D d, Scalar<D> cells, Vec<D>& delta, Vec<D>& t) {
  const Vec<D> tiny = ops::Set(d, Scalar<D>(1e-12));
  const auto whole = ops::Lt(ops::Abs(delta), tiny);
  delta = ops::IfThenElse(whole, tiny, delta);
  t = ops::IfThenElse(whole, ops::Mul(ops::Set(d, cells), tiny), t);
}

// The ratio of the products of three sines above and below the line. Indices that are whole, or all three within some
// 1e-13 of it, give NaN or infinity, which the caller finds in the sum and repairs with AvoidZeroOverZero.
template <class D>
NBT_FN Vec<D> SineRatio(D d, Vec<D> above, Vec<D> below) {
  return ops::Mul(above, ops::Reciprocal(d, below));
}

// What stands above the line, from t, or below it, from delta.
template <class D>
NBT_FN Vec<D> SineProduct(D d, Vec<D> a, Vec<D> b, Vec<D> c) {
  const auto sine = [d](Vec<D> x) NBT_LANES_ATTR { return RelativeSine(d, SineParabola(x)); };
  return ops::Mul(ops::Mul(sine(a), sine(b)), sine(c));
}

// F_latt of the square shape up to its sign.
template <class D>
NBT_FN Vec<D> SquareLattice(D d, Vec<D> delta_a, Vec<D> delta_b, Vec<D> delta_c, Vec<D> t_a, Vec<D> t_b, Vec<D> t_c) {
  return SineRatio(d, SineProduct(d, t_a, t_b, t_c), SineProduct(d, delta_a, delta_b, delta_c));
}

// Derivatives of the square shape (numerics.md 5), without cancellation at the peak, branch or division. With
// S(x) = sin(pi x)/(pi x), V = (S - cos(pi x))/x^2 and k = N delta - t, a whole number that is 0 in the main peak,
//
//   G'/G = k/(t delta) - N t V(t)/S(t) + delta V(delta)/S(delta)
//
// and the product with G = t S(t)/(delta S(delta)) is taken before anything is divided, so zeros of G (t = 0) need no
// care either. With N delta = k + t, S and V over the leading coefficient of S, and cos(pi t) = S(t) - t^2 V(t), what
// stands alone of each axis is
//
//   above = t S(t),   below = delta S(delta),   turned = delta (N dG/dt) = k cos(pi t) - t t^2 V(t),
//   numerator = turned S(delta) + above delta^2 V(delta) = G' below^2
template <class D>
NBT_FN void GratingParts(D d, Vec<D> delta, Vec<D> t, Scalar<D> cells, Vec<D>& above, Vec<D>& below, Vec<D>& turned,
                         Vec<D>& numerator) {
  const auto twice = [](Vec<D> x) NBT_LANES_ATTR { return ops::Add(x, x); };
  const Vec<D> delta2 = ops::Mul(delta, delta), t2 = ops::Mul(t, t);
  Vec<D> slope_delta, slope_t;  // -V/2
  const Vec<D> sine_delta = RelativeSinc(d, delta2, slope_delta);
  const Vec<D> sine_t = RelativeSinc(d, t2, slope_t);
  const Vec<D> lack_delta = twice(ops::Mul(delta2, slope_delta)), lack_t = twice(ops::Mul(t2, slope_t));
  above = ops::Mul(t, sine_t);
  below = ops::Mul(delta, sine_delta);
  const Vec<D> turns = ops::Round(ops::MulSub(ops::Set(d, cells), delta, t));
  turned = ops::MulAdd(turns, ops::Add(sine_t, lack_t), ops::Mul(t, lack_t));
  numerator = ops::MulSub(turned, sine_delta, ops::Mul(above, lack_delta));
}

// 1/below of each axis from that of the product of all.
template <class V>
NBT_FN void SplitInverse(V inverse, V below_a, V below_b, V below_c, V& inverse_a, V& inverse_b, V& inverse_c) {
  const V inverse_ab = ops::Mul(inverse, below_c);
  inverse_a = ops::Mul(inverse_ab, below_b);
  inverse_b = ops::Mul(inverse_ab, below_a);
  inverse_c = ops::Mul(inverse, ops::Mul(below_a, below_b));
}

// d(F^2)/d(index) of one axis. `factor`: twice F_latt without what stands above the line of this axis, times F_latt;
// `inverse`: 1/below of this axis.
template <class V>
NBT_FN V SquareSlope(V factor, V inverse, V numerator) {
  return ops::Mul(ops::Mul(factor, inverse), numerator);
}

// Adds N d(F^2)/dN - 2 F^2 of one axis to `sum`, N as a real number.
template <class V>
NBT_FN V AddSquareByCells(V sum, V factor, V turned) {
  return ops::MulAdd(factor, turned, sum);
}

// fudge rho; `cells` are N_i sqrt(fudge).
template <class D>
NBT_FN Vec<D> SphereRadiusSquared(D d, Vec<D> delta_a, Vec<D> delta_b, Vec<D> delta_c, const Scalar<D> (&cells)[3]) {
  const Vec<D> a = ops::Mul(ops::Set(d, cells[0]), delta_a);
  const Vec<D> b = ops::Mul(ops::Set(d, cells[1]), delta_b);
  const Vec<D> c = ops::Mul(ops::Set(d, cells[2]), delta_c);
  return ops::MulAdd(a, a, ops::MulAdd(b, b, ops::Mul(c, c)));
}

// s3(u) for u < 0.3, in u^2; relative error 1e-17.
template <class D>
NBT_FN Vec<D> SphereSeries(D d, Vec<D> u2) {
  const Scalar<D> c[] = {Scalar<D>(1),
                         Scalar<D>(-1.0 / 10),
                         Scalar<D>(1.0 / 280),
                         Scalar<D>(-1.0 / 15120),
                         Scalar<D>(1.0 / 1330560),
                         Scalar<D>(-1.0 / 172972800),
                         Scalar<D>(1.0 / 31135104000)};
  return Polynomial(d, u2, c);
}

// s3'(u)/u for u < 0.3, in u^2; relative error 1e-16.
template <class D>
NBT_FN Vec<D> SphereSlopeSeries(D d, Vec<D> u2) {
  const Scalar<D> c[] = {Scalar<D>(-1.0 / 5),     Scalar<D>(1.0 / 70),        Scalar<D>(-1.0 / 2520),
                         Scalar<D>(1.0 / 166320), Scalar<D>(-1.0 / 17297280), Scalar<D>(1.0 / 2594592000)};
  return Polynomial(d, u2, c);
}

// sqrt(pi/6), and pi^2.
inline constexpr double sphere_peak = 0.723601254558268;
inline constexpr double pi_squared = 9.8696044010893586;

// sin(u)/u less cos(u), and sin(u)/u itself, for (u/pi)^2 = `square` at the end of `inverse_x` = pi/u.
template <class D>
NBT_FN Vec<D> SphereDifference(D d, Vec<D> square, Vec<D>& inverse_x, Vec<D>& sine_over_u) {
  // With 1/x from x^2 nothing is divided. Far below the range of the series, whose argument stays `square`.
  inverse_x = ops::ReciprocalSqrt(d, ops::Max(square, ops::Set(d, 1e-30)));
  const Vec<D> x = ops::Mul(square, inverse_x);
  // sin u and cos u change sign together when whole multiples of pi are peeled off.
  const Vec<D> t = Peel(x);
  const Vec<D> t2 = ops::Mul(t, t);
  sine_over_u = ops::Mul(ops::Mul(t, SincPi(d, t2)), inverse_x);
  return ops::Sub(sine_over_u, CosPi(d, t2));
}

// F_latt/N_t of the round shape up to its sign; `square` is (u/pi)^2. Relative error 7e-15 where s3 does not vanish.
// Double in every precision: between lobes the two summands of s3 cancel, and float would leave nothing of the value
// there.
template <class D>
NBT_FN Vec<D> RoundLattice(D d, Vec<D> square) {
  static_assert(sizeof(Scalar<D>) == 8, "double only");
  Vec<D> inverse_x, sine_over_u;
  const Vec<D> difference = SphereDifference(d, square, inverse_x, sine_over_u);
  const Vec<D> inverse_square = ops::Mul(inverse_x, inverse_x);
  Vec<D> F = ops::Mul(ops::Mul(ops::Set(d, sphere_peak * 3 / pi_squared), inverse_square), difference);
  const Vec<D> u2 = ops::Mul(square, ops::Set(d, pi_squared));
  const auto central = ops::Lt(u2, ops::Set(d, 0.09));
  if (!ops::AllFalse(d, central)) {
    F = ops::IfThenElse(central, ops::Mul(ops::Set(d, sphere_peak), SphereSeries(d, u2)), F);
  }
  return F;
}

// (F_latt/N_t)^2 of the round shape and its derivative by `square`: F dF/d(square) = F sqrt(pi/6) pi^2/2 s3'(u)/u,
// s3'(u)/u = 3/u^2 (sin(u)/u - s3).
template <class D>
NBT_FN Vec<D> RoundSquareSlope(D d, Vec<D> square, Vec<D>& slope) {
  static_assert(sizeof(Scalar<D>) == 8, "double only");
  Vec<D> inverse_x, sine_over_u;
  const Vec<D> difference = SphereDifference(d, square, inverse_x, sine_over_u);
  const Vec<D> three_over_u2 = ops::Mul(ops::Mul(inverse_x, inverse_x), ops::Set(d, 3 / pi_squared));
  Vec<D> s3 = ops::Mul(three_over_u2, difference);
  Vec<D> relative = ops::Mul(three_over_u2, ops::Sub(sine_over_u, s3));
  const Vec<D> u2 = ops::Mul(square, ops::Set(d, pi_squared));
  const auto central = ops::Lt(u2, ops::Set(d, 0.09));
  s3 = ops::IfThenElse(central, SphereSeries(d, u2), s3);
  relative = ops::IfThenElse(central, SphereSlopeSeries(d, u2), relative);
  slope = ops::Mul(ops::Set(d, sphere_peak * sphere_peak * pi_squared), ops::Mul(s3, relative));
  return ops::Mul(ops::Set(d, sphere_peak * sphere_peak), ops::Mul(s3, s3));
}

// c r, a sum of three squares. `metric` is an upper triangle (aa, ab, ac, bb, bc, cc) that has the metric of the
// reciprocal lattice and the factor c in it.
template <class D>
NBT_FN Vec<D> SpotRadius(D d, Vec<D> delta_a, Vec<D> delta_b, Vec<D> delta_c, const Scalar<D> (&metric)[6]) {
  const Vec<D> ac = ops::Mul(ops::Set(d, metric[2]), delta_c);
  const Vec<D> bc = ops::Mul(ops::Set(d, metric[4]), delta_c);
  const Vec<D> x = ops::MulAdd(ops::Set(d, metric[0]), delta_a, ops::MulAdd(ops::Set(d, metric[1]), delta_b, ac));
  const Vec<D> y = ops::MulAdd(ops::Set(d, metric[3]), delta_b, bc);
  const Vec<D> z = ops::Mul(ops::Set(d, metric[5]), delta_c);
  return ops::MulAdd(x, x, ops::MulAdd(y, y, ops::Mul(z, z)));
}

// d(c r)/d(delta) of the same.
template <class D>
NBT_FN void SpotRadiusSlopes(D d, Vec<D> delta_a, Vec<D> delta_b, Vec<D> delta_c, const double (&metric)[6], Vec<D>& a,
                             Vec<D>& b, Vec<D>& c) {
  const auto m = [&](int i) NBT_LANES_ATTR { return ops::Set(d, static_cast<Scalar<D>>(2 * metric[i])); };
  const auto n = [&](int i) NBT_LANES_ATTR { return ops::Set(d, static_cast<Scalar<D>>(metric[i])); };
  const Vec<D> x = ops::MulAdd(n(0), delta_a, ops::MulAdd(n(1), delta_b, ops::Mul(n(2), delta_c)));
  const Vec<D> y = ops::MulAdd(n(3), delta_b, ops::Mul(n(4), delta_c));
  const Vec<D> z = ops::Mul(n(5), delta_c);
  a = ops::Mul(m(0), x);
  b = ops::MulAdd(m(1), x, ops::Mul(m(3), y));
  c = ops::MulAdd(m(2), x, ops::MulAdd(m(4), y, ops::Mul(m(5), z)));
}

// fudge r below which tophat is 1.
inline constexpr double tophat_limit = 0.3969;

// (F_latt/N_t)^2 = 2^-(whole + fraction) of the gauss shape. Contributions below 2^-124 (float) or 2^-1021 (double) are
// 0.
template <class D>
NBT_FN Vec<D> GaussSquared(D d, Vec<D> whole, Vec<D> fraction) {
  const auto negligible = ops::Gt(whole, ops::Set(d, Scalar<D>(sizeof(Scalar<D>) == 4 ? 124 : 1021)));
  return ops::IfThenZeroElse(negligible, Exp2Split(d, ops::Neg(whole), ops::Neg(fraction)));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_LATTICE_INL_H_
