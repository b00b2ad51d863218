// The terms of a block of orientations over the pixels of a span: F_cell^2 F_latt^2, summed.
//
// A block is at most 64 orientations, whose sum may be float; blocks are added in double. Indices, their distances from
// whole numbers and table entries are double (or fixed point, in `fast`), amplitudes and lattice factors are of the
// kernel's type T, with full vectors of it. The square shape has a loop of its own (square-inl.h). Where an orientation
// gives nothing in a segment of the row it is left out (skipping-inl.h).
//
// Compile-time axes: how indices are peeled (and with it T), and shape; inside them the source of the amplitudes and
// the number of products per index.
#if defined(NBT_CPU_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_TERMS_INL_H_
#undef NBT_CPU_TERMS_INL_H_
#else
#define NBT_CPU_TERMS_INL_H_
#endif

#include <bit>

#include "cpu/skipping-inl.h"
#include "cpu/square-inl.h"
#include "cpu/tricubic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Round, gauss and tophat depend on the distances from the nearest whole indices through one number each: (u/pi)^2 or
// the radius of the spot's metric.
template <Shape shape>
HWY_INLINE DoubleVec Radius(const CrystalConstants& crystal, DoubleVec a, DoubleVec b, DoubleVec c) {
  const DoubleTag d;
  if constexpr (shape == Shape::round) {
    return SphereRadiusSquared(d, a, b, c, crystal.sphere_cells);
  } else {
    return SpotRadius(d, a, b, c, crystal.spot_metric);
  }
}

// A pass of its own, as the next one is: two short chains of operations overlap better than a long one. With a table
// the amplitudes, too.
template <class T, Shape shape, AmplitudeFrom source, int products>
HWY_INLINE void FindRadii(const TermBatch& batch, TermWork<T>& work, int orientation, const TermRange& range) {
  const TermTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int half = static_cast<int>(hn::Lanes(DoubleTag()));
  constexpr int halves = two_halves<T> ? 2 : 1;
  const DoublePeel<T> peel(*batch.crystal, batch.table->box);
  for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
    DoubleVec share[2];
    for (int j = 0; j < halves; ++j) {
      const int at = i + j * half;
      const DoubleVec a = peel.template SplitHalf<0, source>(IndexAt<products>(batch, 0, orientation, at), share[j]);
      const DoubleVec b = peel.template SplitHalf<1, source>(IndexAt<products>(batch, 1, orientation, at), share[j]);
      const DoubleVec c = peel.template SplitHalf<2, source>(IndexAt<products>(batch, 2, orientation, at), share[j]);
      hn::Store(Radius<shape>(*batch.crystal, a, b, c), DoubleTag(), work.radius + at);
    }
    if constexpr (asks_table<source>) {
      const auto entry = peel.template Entry<source>(share[0], share[halves - 1]);
      hn::Store(Fetch<source>(d, *batch.table, entry), d, work.amplitude + i);
    }
  }
}

// (F_latt/peak)^2 of a vector of pixels.
template <class T, Shape shape>
HWY_INLINE TermVec<T> LatticeSquared(const double* radius) {
  const DoubleTag d;
  const DoubleVec low = hn::Load(d, radius);
  const DoubleVec high = two_halves<T> ? hn::Load(d, radius + hn::Lanes(d)) : low;
  if constexpr (shape == Shape::gauss) {
    // The radius is split in double: a float's rounding would be an error of 4e-6 in the tails (numerics.md 3).
    const DoubleVec whole_low = hn::Round(low), whole_high = hn::Round(high);
    return GaussSquared(TermTag<T>(), Join<T>(whole_low, whole_high),
                        Join<T>(hn::Sub(low, whole_low), hn::Sub(high, whole_high)));
  } else if constexpr (shape == Shape::round) {
    const DoubleVec F_low = RoundLattice(d, low);
    const DoubleVec F_high = two_halves<T> ? RoundLattice(d, high) : F_low;
    return Join<T>(hn::Mul(F_low, F_low), hn::Mul(F_high, F_high));
  } else {
    const DoubleVec limit = hn::Set(d, tophat_limit), one = hn::Set(d, 1.0);
    return Join<T>(hn::IfThenElseZero(hn::Lt(low, limit), one), hn::IfThenElseZero(hn::Lt(high, limit), one));
  }
}

template <class T, Shape shape, AmplitudeFrom source>
HWY_INLINE void AddRadial(TermWork<T>& work, const TermRange& range) {
  const TermTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
    TermVec<T> term = LatticeSquared<T, shape>(work.radius + i);
    if constexpr (source != AmplitudeFrom::unit) {
      const TermVec<T> F = hn::Load(d, work.amplitude + i);
      term = hn::Mul(term, hn::Mul(F, F));
    }
    hn::Store(hn::Add(hn::Load(d, work.block + i), term), d, work.block + i);
  }
}

// Amplitudes of one orientation.
template <int products, class T>
HWY_INLINE void Interpolate(const TermBatch& batch, TermWork<T>& work, int orientation, int first, int end) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int axis = 0; axis < 3; ++axis) {
    for (int i = first; i < end; i += lanes) {
      hn::Store(IndexAt<products>(batch, axis, orientation, i), d, work.index[axis] + i);
    }
  }
  TricubicAmplitudes(*batch.table, work.index[0] + first, work.index[1] + first, work.index[2] + first, end - first,
                     work.amplitude + first);
}

template <class Peel, Shape shape, AmplitudeFrom source, int products>
HWY_INLINE void SumTerms(const TermBatch& batch, TermWork<typename Peel::Number>& work, const TermRange& range) {
  using T = typename Peel::Number;
  if constexpr (shape == Shape::square) {
    StreamSquare<Peel, source, products>(batch, work, range);
  } else {
    for (int place = 0; place < range.orientation_count; ++place) {
      FindRadii<T, shape, source, products>(batch, work, range.orientations[place], range);
      AddRadial<T, shape, source>(work, range);
    }
  }
}

template <class Peel, Shape shape, AmplitudeFrom source, int products>
HWY_INLINE void SumRange(const TermBatch& batch, TermWork<typename Peel::Number>& work, const TermRange& range) {
  if constexpr (source != AmplitudeFrom::interpolation) {
    SumTerms<Peel, shape, source, products>(batch, work, range);
  } else {
    for (int place = 0; place < range.orientation_count; ++place) {
      Interpolate<products>(batch, work, range.orientations[place], range.first_pixel, range.end_pixel);
      SumTerms<Peel, shape, AmplitudeFrom::array, products>(
          batch, work, {range.orientations + place, 1, range.first_pixel, range.end_pixel});
    }
  }
}

// Calls sum(TermRange) for all orientations over the whole span, or for each one where it counts. Orientations come in
// the same order for every pixel.
template <Shape shape, int products, class T, class Sum>
HWY_INLINE void ForActive(const TermBatch& batch, TermWork<T>& work, const Sum& sum) {
  const int orientations = batch.block->count;
  const int segment = batch.skipping.segment_pixels;
  for (int o = 0; o < orientations; ++o) work.orientation[o] = static_cast<std::uint8_t>(o);
  if (segment == 0) {
    sum({work.orientation, orientations, 0, batch.pixels});
    return;
  }
  FindEnds(batch, work.ends);
  for (int o = 0; o < orientations; ++o) {
    std::uint32_t active = ActiveSegments<shape, products>(batch, work.ends, o);
    for (int first = 0; active != 0;) {
      const int skipped = std::countr_zero(active);
      const int counted = std::countr_one(active >> skipped);
      first += skipped * segment;
      const int end = first + counted * segment;
      sum({work.orientation + o, 1, first, end});
      active = skipped + counted < 32 ? active >> (skipped + counted) : 0;
      first = end;
    }
  }
}

// The square shape once more, orientation by orientation: terms that are not finite are evaluated aside of the whole
// index that makes them so, all others keep their bits.
template <class Peel, AmplitudeFrom source, int products>
HWY_NOINLINE void SumCarefully(const TermBatch& batch, TermWork<typename Peel::Number>& work, const TermRange& range) {
  for (int place = 0; place < range.orientation_count; ++place) {
    const int orientation = range.orientations[place];
    if constexpr (source == AmplitudeFrom::interpolation) {
      Interpolate<products>(batch, work, orientation, range.first_pixel, range.end_pixel);
      AddCarefully<Peel, AmplitudeFrom::array, products>(batch, work, orientation, range);
    } else {
      AddCarefully<Peel, source, products>(batch, work, orientation, range);
    }
  }
}

// A sum that is not finite has a whole index in it, which is 0/0: rare, so found afterwards.
template <class T>
HWY_INLINE bool IsFinite(const T* row, int pixels) {
  const TermTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  auto zero = hn::Zero(d);
  for (int i = 0; i < pixels; i += lanes) {
    const auto v = hn::Load(d, row + i);
    zero = hn::Add(zero, hn::Sub(v, v));  // 0, or NaN for ever after
  }
  return hn::AllTrue(d, hn::Eq(zero, hn::Zero(d)));
}

template <class Order, class T>
HWY_INLINE void OrderBlock(const TermBatch& batch, TermWork<T>& work) {
  const TermTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < batch.pixels; i += lanes) {
    hn::Store(Order::ToPixels(hn::Load(d, work.block + i)), d, work.block + i);
  }
}

template <class T>
HWY_INLINE void AddBlockToSums(const TermBatch& batch, const TermWork<T>& work) {
  const DoubleTag d;
  const auto weight = hn::Set(d, batch.weight);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < batch.pixels; i += lanes) {
    const DoubleVec sum = LoadAsDouble(work.block + i);
    hn::Store(hn::MulAdd(weight, sum, hn::Load(d, batch.sums + i)), d, batch.sums + i);
  }
}

template <class Peel, Shape shape, AmplitudeFrom source, int products>
void AddBlock(const TermBatch& batch) {
  using T = typename Peel::Number;
  TermWork<T>& work = *static_cast<TermWork<T>*>(batch.work);
  std::fill_n(work.block, batch.pixels, T(0));
  ForActive<shape, products>(batch, work, [&](const TermRange& range) HWY_ATTR {
    SumRange<Peel, shape, source, products>(batch, work, range);
  });
  if constexpr (shape == Shape::square) {
    if (!IsFinite(work.block, batch.pixels)) {
      std::fill_n(work.block, batch.pixels, T(0));
      ForActive<shape, products>(batch, work, [&](const TermRange& range) HWY_ATTR {
        SumCarefully<Peel, source, products>(batch, work, range);
      });
    }
  }
  if constexpr (!std::is_same_v<typename Peel::Order, PixelOrder>) OrderBlock<typename Peel::Order>(batch, work);
  AddBlockToSums(batch, work);
}

// 0 where F_latt of a single orientation is exactly 0 in the reference.
template <Shape shape, int products>
HWY_NOINLINE void MarkCounted(const TermBatch& batch) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  // F_latt of gauss = N_t 2^(-r/2) is 0 when it is below half the smallest double.
  const double limit = shape == Shape::gauss ? 2 * 1075.0 : tophat_limit;
  for (int i = 0; i < batch.pixels; i += lanes) {
    DoubleVec counted = hn::Set(d, 1.0);
    if constexpr (shape == Shape::gauss || shape == Shape::tophat) {
      const DoubleVec r =
          SpotRadius(d, Peel(IndexAt<products>(batch, 0, 0, i)), Peel(IndexAt<products>(batch, 1, 0, i)),
                     Peel(IndexAt<products>(batch, 2, 0, i)), batch.crystal->spot_metric);
      counted = hn::IfThenElseZero(hn::Lt(r, hn::Set(d, limit)), counted);
    }
    hn::Store(counted, d, batch.counted + i);
  }
}

// The whole span stays inside the table: no test for each term.
template <int products>
HWY_INLINE bool NeedsNoRangeTest(const TermBatch& batch, IndexIntervals& intervals) {
  if (batch.bend < 0) return false;
  BoundIndices<products>(batch, intervals);
  return StaysInside(batch.table->box, intervals, batch.block->count);
}

template <class Peel, Shape shape, int products>
HWY_INLINE void AddBlockOf(const TermBatch& batch) {
  using T = typename Peel::Number;
  if (batch.counted != nullptr) MarkCounted<shape, products>(batch);
  switch (batch.lookup) {
    case Lookup::constant:
      return AddBlock<Peel, shape, AmplitudeFrom::unit, products>(batch);
    case Lookup::nearest:
      if (NeedsNoRangeTest<products>(batch, static_cast<TermWork<T>*>(batch.work)->intervals)) {
        return AddBlock<Peel, shape, AmplitudeFrom::box, products>(batch);
      }
      return AddBlock<Peel, shape, AmplitudeFrom::box_or_default, products>(batch);
    case Lookup::tricubic:
      return AddBlock<Peel, shape, AmplitudeFrom::interpolation, products>(batch);
  }
}

template <class Peel, Shape shape>
HWY_INLINE void AddTermsOf(const TermBatch& batch) {
  if (batch.directions.products == 2) {
    AddBlockOf<Peel, shape, 2>(batch);
  } else {
    AddBlockOf<Peel, shape, 3>(batch);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_TERMS_INL_H_
