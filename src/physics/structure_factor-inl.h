// Structure factor at a real Miller index (physics.md 11).
//
//   nearest    F[h0,k0,l0] inside the closed ranges, default_F outside
//   tricubic   cubic Lagrange through the nodes floor-1 ... floor+2 of each axis, on amplitudes, where
//              h >= hmin + 2 and h <= hmax - 2 on all axes; elsewhere nearest, for that evaluation only
//
// The box is dense: flat index = ((h - hmin) nk + k - kmin) nl + l - lmin, at most 2^31 - 1. Index arithmetic is double
// and exact.
#if defined(NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_
#undef NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_
#else
#define NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_
#endif

#include "lanes/lanes-inl.h"
#include "physics/index_box.hpp"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

template <class D>
NBT_FN auto IsBetween(D d, Vec<D> x, double first, double last) {
  return ops::And(ops::Ge(x, ops::Set(d, first)), ops::Le(x, ops::Set(d, last)));
}

// Flat index of whole h, k, l as a double; -1 where `allowed` is false.
template <class D, class M>
NBT_FN Vec<D> FlatIndex(D d, const IndexBox& box, Vec<D> h, Vec<D> k, Vec<D> l, M allowed) {
  const Vec<D> row = ops::MulAdd(ops::Sub(h, ops::Set(d, box.first[0])), ops::Set(d, box.count[1]),
                                 ops::Sub(k, ops::Set(d, box.first[1])));
  const Vec<D> index = ops::MulAdd(row, ops::Set(d, box.count[2]), ops::Sub(l, ops::Set(d, box.first[2])));
  return ops::IfThenElse(allowed, index, ops::Set(d, -1.0));
}

// Where nearest finds F; -1: default_F.
template <class D>
NBT_FN Vec<D> NearestFlatIndex(D d, const IndexBox& box, Vec<D> h0, Vec<D> k0, Vec<D> l0) {
  const auto inside =
      ops::And(IsBetween(d, h0, box.first[0], box.last[0]),
               ops::And(IsBetween(d, k0, box.first[1], box.last[1]), IsBetween(d, l0, box.first[2], box.last[2])));
  return FlatIndex(d, box, h0, k0, l0, inside);
}

// The lowest of the 64 nodes around an index; -1: too close to the edge, or outside.
template <class D>
NBT_FN Vec<D> TricubicFlatIndex(D d, const IndexBox& box, Vec<D> h, Vec<D> k, Vec<D> l) {
  const auto inside = ops::And(
      IsBetween(d, h, box.first[0] + 2, box.last[0] - 2),
      ops::And(IsBetween(d, k, box.first[1] + 2, box.last[1] - 2), IsBetween(d, l, box.first[2] + 2, box.last[2] - 2)));
  const Vec<D> one = ops::Set(d, 1.0);
  return FlatIndex(d, box, ops::Sub(ops::Floor(h), one), ops::Sub(ops::Floor(k), one), ops::Sub(ops::Floor(l), one),
                   inside);
}

// Lagrange weights of the nodes -1, 1 and 2 at x in [0, 1]. Node 0 has what they lack of one.
template <class D>
NBT_FN void CubicWeights(D d, Vec<D> x, Vec<D>& before, Vec<D>& after, Vec<D>& beyond) {
  const Vec<D> one = ops::Set(d, Scalar<D>(1));
  const Vec<D> rest = ops::Sub(one, x);
  const Vec<D> product = ops::Mul(x, rest);
  const Vec<D> sixth = ops::Mul(product, ops::Set(d, Scalar<D>(-1.0 / 6)));
  before = ops::MulAdd(sixth, rest, sixth);                                     // -x (1-x) (2-x)/6
  after = ops::Mul(x, ops::MulAdd(product, ops::Set(d, Scalar<D>(0.5)), one));  // x (1+x) (2-x)/2
  beyond = ops::MulAdd(sixth, x, sixth);                                        // -x (1-x) (1+x)/6
}

// The cubic through four nodes: `at` is node 0, the others are given as differences from it. A difference rounds to
// 1e-16 of the larger node, as an error of 1e-16 in x would: far below that of h itself.
template <class V>
NBT_FN V CubicSum(V at, V weight_before, V before, V weight_after, V after, V weight_beyond, V beyond) {
  return ops::MulAdd(weight_beyond, beyond, ops::MulAdd(weight_after, after, ops::MulAdd(weight_before, before, at)));
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_
