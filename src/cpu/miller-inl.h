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

template <int products>
HWY_INLINE DoubleVec IndexAt(const TermBatch& batch, int axis, int orientation, int i, DoubleVec offset) {
  const DoubleTag d;
  const auto& along = batch.block->along[axis];
  const DoubleVec w0 = hn::Load(d, batch.directions.coordinate[0] + i);
  const DoubleVec w1 = hn::Load(d, batch.directions.coordinate[1] + i);
  const DoubleVec h =
      MillerIndex2(w0, w1, hn::Set(d, along[0][orientation]), hn::Set(d, along[1][orientation]), offset);
  if constexpr (products == 2) {
    return h;
  } else {
    return hn::MulAdd(hn::Set(d, along[2][orientation]), hn::Load(d, batch.directions.coordinate[2] + i), h);
  }
}

template <int products>
HWY_INLINE DoubleVec IndexAt(const TermBatch& batch, int axis, int orientation, int i) {
  return IndexAt<products>(batch, axis, orientation, i, hn::Set(DoubleTag(), batch.block->offset[axis][orientation]));
}

// 1 - cos(phi), phi half the angle between the directions to two pixels.
inline double Sagitta(const Directions& directions, int first, int last) {
  double square = 0;
  for (int component = 0; component < 3; ++component) {
    double difference = 0;
    for (int j = 0; j < directions.products; ++j) {
      difference += (directions.coordinate[j][last] - directions.coordinate[j][first]) * directions.basis[j][component];
    }
    square += difference * difference;
  }
  const double sine_square = std::fmin(square / 4, 1.0);
  return sine_square / (1 + std::sqrt(1 - sine_square));
}

// Along an arc of directions an index is A cos(theta - theta0) - c with A <= |a|/lambda: between its ends it passes the
// larger of them by at most A (1 - cos phi), phi half the arc. 1e-9 stands for rounding, of the kernel's chain too.
template <int products>
HWY_INLINE void BoundIndices(const TermBatch& batch, int first, int last, IndexIntervals& intervals) {
  const DoubleTag d;
  const double sagitta = Sagitta(batch.directions, first, last);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int axis = 0; axis < 3; ++axis) {
    const DoubleVec slack = hn::Set(d, batch.crystal->index_length[axis] * sagitta + 1e-9);
    const auto& along = batch.block->along[axis];
    for (int o = 0; o < batch.block->count; o += lanes) {
      const DoubleVec offset = hn::Load(d, batch.block->offset[axis] + o);
      const auto at = [&](int i) HWY_ATTR {
        DoubleVec h =
            MillerIndex2(hn::Set(d, batch.directions.coordinate[0][i]), hn::Set(d, batch.directions.coordinate[1][i]),
                         hn::Load(d, along[0] + o), hn::Load(d, along[1] + o), offset);
        if constexpr (products == 3) {
          h = hn::MulAdd(hn::Load(d, along[2] + o), hn::Set(d, batch.directions.coordinate[2][i]), h);
        }
        return h;
      };
      const DoubleVec begin = at(first), end = at(last);
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
