// Which orientations of a block can be left out of a segment of a row.
//
// Exact: a gauss or tophat term is 0 once any index is farther from a whole number than its window allows, so leaving
// it out changes no bit. Opt-in: a square or round term is left out where its bound is below the caller's limit.
#if defined(NBT_CPU_SKIPPING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_SKIPPING_INL_H_
#undef NBT_CPU_SKIPPING_INL_H_
#else
#define NBT_CPU_SKIPPING_INL_H_
#endif

#include "cpu/miller-inl.h"
#include "physics/lattice-inl.h"
#include "physics/lattice_bound-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// The least distance from a whole number over an interval; 0 or less when it holds one.
HWY_INLINE DoubleVec LeastDistance(const IndexIntervals& intervals, int axis, int o) {
  const DoubleTag d;
  const DoubleVec half = hn::Set(d, 0.5);
  const DoubleVec lowest = hn::Load(d, intervals.lowest[axis] + o);
  const DoubleVec highest = hn::Load(d, intervals.highest[axis] + o);
  const DoubleVec middle = hn::Mul(half, hn::Add(lowest, highest));
  const DoubleVec reach = hn::Mul(half, hn::Sub(highest, lowest));
  return hn::Sub(hn::Abs(Peel(middle)), reach);
}

// True where the terms of lanes o, o + 1, ... cannot matter.
template <Shape shape>
HWY_INLINE auto Negligible(const TermBatch& batch, const IndexIntervals& intervals, int o) {
  const DoubleTag d;
  const Skipping& skipping = batch.skipping;
  const DoubleVec a = LeastDistance(intervals, 0, o);
  const DoubleVec b = LeastDistance(intervals, 1, o);
  const DoubleVec c = LeastDistance(intervals, 2, o);
  if constexpr (shape == Shape::square) {
    return hn::Lt(SquareBound(d, a, b, c, batch.crystal->cells), hn::Set(d, skipping.least_square));
  } else if constexpr (shape == Shape::round) {
    return hn::Lt(RoundBound(d, a, b, c, batch.crystal->sphere_cells), hn::Set(d, skipping.least_square));
  } else {
    return hn::Or(hn::Gt(a, hn::Set(d, skipping.window[0])),
                  hn::Or(hn::Gt(b, hn::Set(d, skipping.window[1])), hn::Gt(c, hn::Set(d, skipping.window[2]))));
  }
}

// Lists the orientations that count between two pixels, in order; returns how many.
template <Shape shape, int products>
HWY_INLINE int FindActive(const TermBatch& batch, int first, int last, IndexIntervals& intervals,
                          std::uint8_t* active) {
  const DoubleTag d;
  BoundIndices<products>(batch, first, last, intervals);
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int orientations = batch.block->count;
  int found = 0;
  for (int o = 0; o < orientations; o += lanes) {
    const auto negligible = Negligible<shape>(batch, intervals, o);
    if (hn::AllTrue(d, negligible)) continue;
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, negligible, bits);
    for (int lane = 0; lane < lanes && o + lane < orientations; ++lane) {
      if ((bits[0] >> lane & 1) == 0) active[found++] = static_cast<std::uint8_t>(o + lane);
    }
  }
  return found;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_SKIPPING_INL_H_
