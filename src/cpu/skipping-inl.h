// Which segments of a row an orientation can be left out of.
//
// Exact: a gauss or tophat term is 0 once any index is farther from a whole number than its window allows, so leaving
// it out changes no bit. Opt-in: a square or round term is left out where its bound is below the caller's limit.
//
// Lanes are segments. Over a segment an index is h0 + g Delta with g from -1/2 to 1/2, to within a slack.
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

inline void FindEnds(const TermBatch& batch, SegmentEnds& ends) {
  const int segment = batch.skipping.segment_pixels;
  for (int j = 0; j < batch.directions.products; ++j) {
    const double* w = batch.directions.coordinate[j];
    for (int s = 0; s * segment < batch.pixels; ++s) {
      ends.first[j][s] = w[s * segment];
      ends.last[j][s] = w[(s + 1) * segment - 1];
    }
  }
}

template <int products>
HWY_INLINE DoubleVec IndexAtEnds(const TermBatch& batch, const double (&ends)[3][SegmentEnds::most], int axis,
                                 int orientation, int s) {
  const DoubleTag d;
  const auto w = [&](int j) HWY_ATTR { return hn::Load(d, ends[j] + s); };
  const auto along = [&](int j) HWY_ATTR { return hn::Set(d, batch.block->along[axis][j][orientation]); };
  return MillerIndex<products>(w, along, hn::Set(d, batch.block->offset[axis][orientation]));
}

// One axis of some segments: h0 less the nearest whole number, and Delta.
template <int products>
HWY_INLINE void Chord(const TermBatch& batch, const SegmentEnds& ends, int axis, int orientation, int s,
                      DoubleVec& middle, DoubleVec& change) {
  const DoubleVec first = IndexAtEnds<products>(batch, ends.first, axis, orientation, s);
  const DoubleVec last = IndexAtEnds<products>(batch, ends.last, axis, orientation, s);
  middle = Peel(hn::Mul(hn::Set(DoubleTag(), 0.5), hn::Add(first, last)));
  change = hn::Sub(last, first);
}

// The least distance from a whole number; 0 or less when a whole number may be reached.
HWY_INLINE DoubleVec LeastDistance(DoubleVec middle, DoubleVec change, double slack) {
  const DoubleTag d;
  const DoubleVec reach = hn::MulAdd(hn::Set(d, 0.5), hn::Abs(change), hn::Set(d, slack));
  return hn::Sub(hn::Abs(middle), reach);
}

// True where the chord comes close to no whole number but the one nearest to its middle.
HWY_INLINE auto HasOneWhole(DoubleVec change, double window) {
  const DoubleTag d;
  return hn::Lt(hn::Abs(change), hn::Set(d, 1 - 2 * window));
}

// Two indices that are both within their windows for the same g satisfy
//   |m_a Delta_b - m_b Delta_a| <= window_a |Delta_b| + window_b |Delta_a|.
HWY_INLINE auto PassApart(DoubleVec middle_a, DoubleVec change_a, double window_a, DoubleVec middle_b,
                          DoubleVec change_b, double window_b) {
  const DoubleTag d;
  const DoubleVec apart = hn::Abs(hn::MulSub(middle_a, change_b, hn::Mul(middle_b, change_a)));
  const DoubleVec allowed =
      hn::MulAdd(hn::Set(d, window_a), hn::Abs(change_b), hn::Mul(hn::Set(d, window_b), hn::Abs(change_a)));
  const auto certain = hn::And(HasOneWhole(change_a, window_a), HasOneWhole(change_b, window_b));
  return hn::And(certain, hn::Gt(apart, allowed));
}

// Lanes in which the terms cannot matter.
template <Shape shape, int products>
HWY_INLINE auto Negligible(const TermBatch& batch, const SegmentEnds& ends, int orientation, int s) {
  const DoubleTag d;
  const Skipping& skipping = batch.skipping;
  double slack[3];
  for (int axis = 0; axis < 3; ++axis) slack[axis] = Slack(batch, axis, skipping.segment_pixels);
  DoubleVec a, b, c, change_a, change_b, change_c;
  Chord<products>(batch, ends, 0, orientation, s, a, change_a);
  Chord<products>(batch, ends, 1, orientation, s, b, change_b);
  Chord<products>(batch, ends, 2, orientation, s, c, change_c);
  const DoubleVec distance_a = LeastDistance(a, change_a, slack[0]);
  const DoubleVec distance_b = LeastDistance(b, change_b, slack[1]);
  const DoubleVec distance_c = LeastDistance(c, change_c, slack[2]);
  if constexpr (shape == Shape::square) {
    const DoubleVec bound = SquareBound(d, distance_a, distance_b, distance_c, batch.crystal->cells);
    return hn::Lt(bound, hn::Set(d, skipping.least_square));
  } else if constexpr (shape == Shape::round) {
    const DoubleVec bound = RoundBound(d, distance_a, distance_b, distance_c, batch.crystal->sphere_cells);
    return hn::Lt(bound, hn::Set(d, skipping.least_square));
  } else {
    const double(&window)[3] = skipping.window;
    const double wide_a = window[0] + slack[0], wide_b = window[1] + slack[1], wide_c = window[2] + slack[2];
    const auto far =
        hn::Or(hn::Gt(distance_a, hn::Set(d, window[0])),
               hn::Or(hn::Gt(distance_b, hn::Set(d, window[1])), hn::Gt(distance_c, hn::Set(d, window[2]))));
    const auto apart = hn::Or(PassApart(a, change_a, wide_a, b, change_b, wide_b),
                              hn::Or(PassApart(b, change_b, wide_b, c, change_c, wide_c),
                                     PassApart(a, change_a, wide_a, c, change_c, wide_c)));
    return hn::Or(far, apart);
  }
}

// Bit s: the orientation counts in segment s.
template <Shape shape, int products>
HWY_INLINE std::uint32_t ActiveSegments(const TermBatch& batch, const SegmentEnds& ends, int orientation) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int segments = batch.pixels / batch.skipping.segment_pixels;
  std::uint32_t active = 0;
  for (int s = 0; s < segments; s += lanes) {
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Not(Negligible<shape, products>(batch, ends, orientation, s)), bits);
    active |= static_cast<std::uint32_t>(bits[0]) << s;
  }
  return active & static_cast<std::uint32_t>((std::uint64_t{1} << segments) - 1);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_SKIPPING_INL_H_
