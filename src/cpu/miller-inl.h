// Miller indices of a span's pixels, and between what values they stay.
#if defined(NBT_CPU_MILLER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_MILLER_INL_H_
#undef NBT_CPU_MILLER_INL_H_
#else
#define NBT_CPU_MILLER_INL_H_
#endif

#include <hwy/highway.h>

#include <cmath>
#include <type_traits>

#include "cpu/double_lanes-inl.h"
#include "cpu/kernels.hpp"
#include "physics/scattering-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

template <class T>
using TermTag = hn::ScalableTag<T>;
template <class T>
using TermVec = Vec<TermTag<T>>;

// True where two vectors of double make one of T. One lane of each on the scalar target.
template <class T>
inline constexpr bool two_halves = sizeof(T) == 4 && HWY_TARGET != HWY_SCALAR;

// Double lanes rounded to T, the low half first; `high` counts only where there are two halves.
template <class T>
HWY_INLINE TermVec<T> Join(DoubleVec low, [[maybe_unused]] DoubleVec high) {
  if constexpr (std::is_same_v<T, double>) {
    return low;
  } else {
    const hn::Rebind<float, DoubleTag> half;
#if HWY_TARGET == HWY_SCALAR
    return hn::DemoteTo(half, low);
#else
    return hn::Combine(TermTag<T>(), hn::DemoteTo(half, high), hn::DemoteTo(half, low));
#endif
  }
}

// h = sum_j along(j) w(j) - offset; the functions give vectors.
template <int products, class W, class Along>
HWY_INLINE DoubleVec MillerIndex(const W& w, const Along& along, DoubleVec offset) {
  const DoubleVec h = MillerIndex2(w(0), w(1), along(0), along(1), offset);
  if constexpr (products == 2) {
    return h;
  } else {
    return hn::MulAdd(along(2), w(2), h);
  }
}

// One orientation at some pixels, with an offset of its own.
template <int products>
HWY_INLINE DoubleVec IndexAt(const TermBatch& batch, int axis, int orientation, int i, DoubleVec offset) {
  const DoubleTag d;
  const auto w = [&](int j) HWY_ATTR { return hn::Load(d, batch.directions.coordinate[j] + i); };
  const auto along = [&](int j) HWY_ATTR { return hn::Set(d, batch.block->along[axis][j][orientation]); };
  return MillerIndex<products>(w, along, offset);
}

template <int products>
HWY_INLINE DoubleVec IndexAt(const TermBatch& batch, int axis, int orientation, int i) {
  return IndexAt<products>(batch, axis, orientation, i, hn::Set(DoubleTag(), batch.block->offset[axis][orientation]));
}

// How far an index may be from its chord over so many pixels. With directions d = P/R along a straight row |d''| is at
// most 2/sqrt(3)/R^2 per length squared, so a chord of length L is missed by 0.1444 L^2/R^2. 1e-9 stands for rounding,
// of the kernels' chain, too.
inline double Slack(const TermBatch& batch, int axis, int pixels) {
  const double length = pixels - 1;
  return batch.crystal->index_length[axis] * batch.bend * length * length + 1e-9;
}

// Indices of some orientations at one pixel.
template <int products>
HWY_INLINE DoubleVec IndicesAt(const TermBatch& batch, int axis, int orientation, int i) {
  const DoubleTag d;
  const auto w = [&](int j) HWY_ATTR { return hn::Set(d, batch.directions.coordinate[j][i]); };
  const auto along = [&](int j) HWY_ATTR { return hn::Load(d, batch.block->along[axis][j] + orientation); };
  return MillerIndex<products>(w, along, hn::Load(d, batch.block->offset[axis] + orientation));
}

// Bounds of every orientation's indices over the whole span.
template <int products>
HWY_INLINE void BoundIndices(const TermBatch& batch, IndexIntervals& intervals) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int axis = 0; axis < 3; ++axis) {
    const DoubleVec slack = hn::Set(d, Slack(batch, axis, batch.pixels));
    for (int o = 0; o < batch.block->count; o += lanes) {
      const DoubleVec begin = IndicesAt<products>(batch, axis, o, 0);
      const DoubleVec end = IndicesAt<products>(batch, axis, o, batch.pixels - 1);
      hn::Store(hn::Sub(hn::Min(begin, end), slack), d, intervals.lowest[axis] + o);
      hn::Store(hn::Add(hn::Max(begin, end), slack), d, intervals.highest[axis] + o);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_MILLER_INL_H_
