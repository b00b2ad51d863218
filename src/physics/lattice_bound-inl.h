// Upper bounds of (F_latt/N_t)^2 from the distances of the indices to whole numbers (numerics.md 2, 3), for leaving out
// what cannot matter.
//
//   square  prod min(1, 1/(N sin(pi d))^2) <= prod min(1, 1/(N (3d - 4d^3))^2),   since sin(pi d) >= 3d - 4d^3, d <=
//   1/2 round   pi/6 min(1, 9 (1 + 1/u^2)/u^4),   u = pi sqrt(sum (N d)^2),   since |sin(u)/u - cos(u)| <= sqrt(1 +
//   1/u^2)
//
// Distances of 0 or less mean that the index may be whole.
#if defined(NBT_PHYSICS_LATTICE_BOUND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_LATTICE_BOUND_INL_H_
#undef NBT_PHYSICS_LATTICE_BOUND_INL_H_
#else
#define NBT_PHYSICS_LATTICE_BOUND_INL_H_
#endif

#include "lanes/lanes-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// max(1, N (3d - 4d^3)): 1/sqrt of one factor of the square's bound.
template <class D>
NBT_FN Vec<D> GratingDecay(D d, Vec<D> distance, Scalar<D> cells) {
  const Vec<D> x = ops::Max(distance, ops::Zero(d));
  const Vec<D> sine = ops::Mul(x, ops::NegMulAdd(ops::Mul(ops::Set(d, Scalar<D>(4)), x), x, ops::Set(d, Scalar<D>(3))));
  return ops::Max(ops::Mul(ops::Set(d, cells), sine), ops::Set(d, Scalar<D>(1)));
}

template <class D>
NBT_FN Vec<D> SquareBound(D d, Vec<D> a, Vec<D> b, Vec<D> c, const Scalar<D> (&cells)[3]) {
  const Vec<D> decay =
      ops::Mul(ops::Mul(GratingDecay(d, a, cells[0]), GratingDecay(d, b, cells[1])), GratingDecay(d, c, cells[2]));
  return ops::Div(ops::Set(d, Scalar<D>(1)), ops::Mul(decay, decay));
}

// `cells` are N_i sqrt(fudge).
template <class D>
NBT_FN Vec<D> RoundBound(D d, Vec<D> a, Vec<D> b, Vec<D> c, const Scalar<D> (&cells)[3]) {
  const Vec<D> zero = ops::Zero(d), one = ops::Set(d, Scalar<D>(1));
  const Vec<D> x = ops::Mul(ops::Max(a, zero), ops::Set(d, cells[0]));
  const Vec<D> y = ops::Mul(ops::Max(b, zero), ops::Set(d, cells[1]));
  const Vec<D> z = ops::Mul(ops::Max(c, zero), ops::Set(d, cells[2]));
  const Vec<D> rho = ops::MulAdd(x, x, ops::MulAdd(y, y, ops::Mul(z, z)));
  // At least 1, where the bound is 1 already.
  const Vec<D> u2 = ops::Max(ops::Mul(rho, ops::Set(d, Scalar<D>(9.8696044010893586))), one);
  const Vec<D> inverse = ops::Div(one, u2);
  const Vec<D> tail = ops::Mul(ops::Set(d, Scalar<D>(9)), ops::Mul(ops::Mul(inverse, inverse), ops::Add(one, inverse)));
  return ops::Mul(ops::Set(d, Scalar<D>(0.52359877559829887)), ops::Min(tail, one));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_LATTICE_BOUND_INL_H_
