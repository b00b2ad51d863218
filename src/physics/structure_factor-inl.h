// Structure factor at a real Miller index (physics.md 11).
//
//   nearest    F[h0,k0,l0] inside the closed ranges, default_F outside
//   tricubic   cubic Lagrange through the nodes floor-1 ... floor+2 of each axis, on amplitudes, where
//              h >= hmin + 2 and h <= hmax - 2 on all axes; elsewhere nearest, for that evaluation only
//
// The box is dense: flat index = ((h - hmin) nk + k - kmin) nl + l - lmin, at most 2^31 - 1. Index arithmetic is double
// and exact; weights and sums may be float (relative error 6e-8 sum|w||F|/|F|).
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

// Lagrange weights of the nodes -1, 0, 1, 2 at x in [0, 1).
template <class D>
NBT_FN void CubicWeights(D d, Vec<D> x, Vec<D>& before, Vec<D>& at, Vec<D>& after, Vec<D>& beyond) {
  const Vec<D> one = ops::Set(d, Scalar<D>(1));
  const Vec<D> x_plus_1 = ops::Add(x, one);
  const Vec<D> x_less_1 = ops::Sub(x, one);
  const Vec<D> x_less_2 = ops::Sub(x_less_1, one);
  const Vec<D> inner = ops::Mul(x_less_1, x_less_2);
  const Vec<D> outer = ops::Mul(x_plus_1, x);
  const Vec<D> sixth = ops::Set(d, Scalar<D>(1.0 / 6));
  const Vec<D> half = ops::Set(d, Scalar<D>(0.5));
  before = ops::Neg(ops::Mul(sixth, ops::Mul(x, inner)));
  at = ops::Mul(half, ops::Mul(x_plus_1, inner));
  after = ops::Neg(ops::Mul(half, ops::Mul(outer, x_less_2)));
  beyond = ops::Mul(sixth, ops::Mul(outer, x_less_1));
}

// Four nodes along l.
template <class D, class I>
NBT_FN Vec<D> CubicRow(D d, const Scalar<D>* row, I index, Vec<D> before, Vec<D> at, Vec<D> after, Vec<D> beyond) {
  const Vec<D> low =
      ops::MulAdd(before, ops::GatherIndex(d, row, index), ops::Mul(at, ops::GatherIndex(d, row + 1, index)));
  const Vec<D> high =
      ops::MulAdd(after, ops::GatherIndex(d, row + 2, index), ops::Mul(beyond, ops::GatherIndex(d, row + 3, index)));
  return ops::Add(low, high);
}

// 4 x 4 nodes along k and l.
template <class D, class I>
NBT_FN Vec<D> CubicPlane(D d, const IndexBox& box, const Scalar<D>* plane, I index, Vec<D> k, Vec<D> l) {
  Vec<D> k0, k1, k2, k3, l0, l1, l2, l3;
  CubicWeights(d, k, k0, k1, k2, k3);
  CubicWeights(d, l, l0, l1, l2, l3);
  const std::int64_t step = box.row_stride;
  const Vec<D> low = ops::MulAdd(k0, CubicRow(d, plane, index, l0, l1, l2, l3),
                                 ops::Mul(k1, CubicRow(d, plane + step, index, l0, l1, l2, l3)));
  const Vec<D> high = ops::MulAdd(k2, CubicRow(d, plane + 2 * step, index, l0, l1, l2, l3),
                                  ops::Mul(k3, CubicRow(d, plane + 3 * step, index, l0, l1, l2, l3)));
  return ops::Add(low, high);
}

// F by tricubic interpolation; `index` from TricubicFlatIndex (>= 0), h, k, l less their floors.
template <class D, class I>
NBT_FN Vec<D> Tricubic(D d, const IndexBox& box, const Scalar<D>* amplitudes, I index, Vec<D> h, Vec<D> k, Vec<D> l) {
  Vec<D> h0, h1, h2, h3;
  CubicWeights(d, h, h0, h1, h2, h3);
  const std::int64_t step = box.plane_stride;
  const Vec<D> low = ops::MulAdd(h0, CubicPlane(d, box, amplitudes, index, k, l),
                                 ops::Mul(h1, CubicPlane(d, box, amplitudes + step, index, k, l)));
  const Vec<D> high = ops::MulAdd(h2, CubicPlane(d, box, amplitudes + 2 * step, index, k, l),
                                  ops::Mul(h3, CubicPlane(d, box, amplitudes + 3 * step, index, k, l)));
  return ops::Add(low, high);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_STRUCTURE_FACTOR_INL_H_
