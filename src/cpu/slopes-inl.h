// The terms of a block of orientations over the pixels of a span together with their derivatives by the Miller indices:
// r = d(F_cell^2 F_latt^2)/dh. The pass before the loss is known; what follows is in pullback.cpp.
//
// As in terms-inl.h a block is at most 64 orientations, whose sums may be float. Terms are in units of
// CrystalConstants::volume, so slopes of any crystal fit into float.
#if defined(NBT_CPU_SLOPES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_SLOPES_INL_H_
#undef NBT_CPU_SLOPES_INL_H_
#else
#define NBT_CPU_SLOPES_INL_H_
#endif

#include "cpu/slope_kernels.hpp"
#include "cpu/square_slopes-inl.h"
#include "cpu/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// One orientation over some pixels: round, gauss, tophat.
template <class T, Shape shape, AmplitudeFrom source, int products>
class SlopePass {
  using D = TermTag<T>;
  using V = TermVec<T>;
  static constexpr int halves = two_halves<T> ? 2 : 1;

 public:
  SlopePass(const SlopeBatch& batch, SlopeWork<T>& work, int orientation)
      : batch_(batch),
        work_(work),
        crystal_(*batch.terms.crystal),
        peel_(*batch.terms.crystal, batch.terms.table->box),
        orientation_(orientation),
        pixels_(batch.terms.pixels) {}

  HWY_INLINE void Run(int first, int end) {
    const int lanes = static_cast<int>(hn::Lanes(D()));
    for (int i = first; i < end; i += lanes) AddVector(i);
  }

 private:
  HWY_INLINE T* Slopes(int axis) const { return static_cast<T*>(batch_.slopes) + (orientation_ * 3 + axis) * pixels_; }

  // Miller index in double.
  template <int axis>
  HWY_INLINE DoubleVec Index(int i) const {
    return IndexAt<products>(batch_.terms, axis, orientation_, i);
  }

  HWY_INLINE void AddVector(int i) {
    const D d;
    const DoubleTag dd;
    const int half = static_cast<int>(hn::Lanes(dd));
    DoubleVec share[2] = {hn::Zero(dd), hn::Zero(dd)};
    for (int j = 0; j < halves; ++j) {
      const int at = i + j * half;
      const DoubleVec a = peel_.template SplitHalf<0, source>(Index<0>(at), share[j]);
      const DoubleVec b = peel_.template SplitHalf<1, source>(Index<1>(at), share[j]);
      const DoubleVec c = peel_.template SplitHalf<2, source>(Index<2>(at), share[j]);
      hn::Store(Radius<shape>(crystal_, a, b, c), dd, work_.radius + at);
      StoreAs(a, delta_[0] + j * half);
      StoreAs(b, delta_[1] + j * half);
      StoreAs(c, delta_[2] + j * half);
    }
    const V delta_a = hn::Load(d, delta_[0]), delta_b = hn::Load(d, delta_[1]), delta_c = hn::Load(d, delta_[2]);
    V square, r_a = hn::Zero(d), r_b = r_a, r_c = r_a;
    if constexpr (shape == Shape::round) {
      V slope;
      square = RoundSquares(work_.radius + i, slope);
      const V twice = hn::Add(slope, slope);
      r_a = hn::Mul(hn::Mul(twice, Squared(crystal_.sphere_cells[0])), delta_a);
      r_b = hn::Mul(hn::Mul(twice, Squared(crystal_.sphere_cells[1])), delta_b);
      r_c = hn::Mul(hn::Mul(twice, Squared(crystal_.sphere_cells[2])), delta_c);
      AddShape(i, share[0], share[halves - 1], slope, delta_a, delta_b, delta_c);
    } else {
      square = LatticeSquared<T, shape>(work_.radius + i);
      if constexpr (shape == Shape::gauss) {
        SpotRadiusSlopes(d, delta_a, delta_b, delta_c, crystal_.spot_metric, r_a, r_b, r_c);
        const V slope = hn::Mul(square, hn::Set(d, static_cast<T>(-0.69314718055994531)));  // of 2^-radius
        r_a = hn::Mul(r_a, slope);
        r_b = hn::Mul(r_b, slope);
        r_c = hn::Mul(r_c, slope);
        AddShape(i, share[0], share[halves - 1], slope, delta_a, delta_b, delta_c);
      }
    }
    Finish(i, share[0], share[halves - 1], square, r_a, r_b, r_c);
  }

  static HWY_INLINE V Squared(double x) { return hn::Set(D(), static_cast<T>(x * x)); }

  HWY_INLINE V RoundSquares(const double* radius, V& slope) const {
    const DoubleTag dd;
    DoubleVec slope_low, slope_high;
    const DoubleVec low = RoundSquareSlope(dd, hn::Load(dd, radius), slope_low);
    if constexpr (halves == 2) {
      const DoubleVec high = RoundSquareSlope(dd, hn::Load(dd, radius + hn::Lanes(dd)), slope_high);
      slope = Join<T>(slope_low, slope_high);
      return Join<T>(low, high);
    } else {
      slope = Join<T>(slope_low, slope_low);
      return Join<T>(low, low);
    }
  }

  // By the metric of the spot: the slope of F^2 by the radius times products of distances.
  HWY_INLINE void AddShape(int i, DoubleVec share_low, DoubleVec share_high, V slope, V a, V b, V c) {
    if (batch_.shape[0] == nullptr) return;
    if constexpr (source != AmplitudeFrom::unit) {
      const V F = Amplitude(i, share_low, share_high);
      slope = hn::Mul(slope, hn::Mul(F, F));
    }
    const V slope_a = hn::Mul(slope, a), slope_b = hn::Mul(slope, b), slope_c = hn::Mul(slope, c);
    if constexpr (shape == Shape::round) {
      AddTo(work_.shape[0] + i, hn::Mul(slope_a, a));
      AddTo(work_.shape[1] + i, hn::Mul(slope_b, b));
      AddTo(work_.shape[2] + i, hn::Mul(slope_c, c));
    } else {
      AddTo(work_.shape[0] + i, hn::Mul(slope_a, a));
      AddTo(work_.shape[1] + i, hn::Mul(slope_a, b));
      AddTo(work_.shape[2] + i, hn::Mul(slope_a, c));
      AddTo(work_.shape[3] + i, hn::Mul(slope_b, b));
      AddTo(work_.shape[4] + i, hn::Mul(slope_b, c));
      AddTo(work_.shape[5] + i, hn::Mul(slope_c, c));
    }
  }

  HWY_INLINE V Amplitude(int i, DoubleVec share_low, DoubleVec share_high) const {
    if constexpr (source == AmplitudeFrom::array) {
      return hn::Load(D(), work_.amplitude + i);
    } else {
      return Fetch<source>(D(), *batch_.terms.table, peel_.template Entry<source>(share_low, share_high));
    }
  }

  // With the amplitude: x = F^2 G^2, r = F^2 dG^2 + 2 F dF G^2.
  HWY_INLINE void Finish(int i, DoubleVec share_low, DoubleVec share_high, V term, V r_a, V r_b, V r_c) {
    const D d;
    if constexpr (source != AmplitudeFrom::unit) {
      const V F = Amplitude(i, share_low, share_high);
      const V F2 = hn::Mul(F, F);
      r_a = hn::Mul(r_a, F2);
      r_b = hn::Mul(r_b, F2);
      r_c = hn::Mul(r_c, F2);
      if constexpr (source == AmplitudeFrom::array) {
        const V twice = hn::Mul(hn::Add(F, F), term);
        r_a = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[0] + i), r_a);
        r_b = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[1] + i), r_b);
        r_c = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[2] + i), r_c);
      }
      term = hn::Mul(term, F2);
      if constexpr (source == AmplitudeFrom::array) {
        if (batch_.outside != nullptr) AddTo(work_.outside + i, hn::Mul(term, hn::Load(d, work_.by_default + i)));
      }
      if constexpr (asks_table<source>) KeepEntries(i, share_low, share_high, term);
    }
    if (batch_.kept_terms != nullptr) {
      hn::Store(term, d, static_cast<T*>(batch_.kept_terms) + orientation_ * pixels_ + i);
    }
    AddTo(work_.block + i, term);
    hn::Store(r_a, d, Slopes(0) + i);
    hn::Store(r_b, d, Slopes(1) + i);
    hn::Store(r_c, d, Slopes(2) + i);
    for (int j = 0; j < products; ++j) AddTo(work_.along[j] + i, Along(j, r_a, r_b, r_c));
  }

  HWY_INLINE V Along(int j, V r_a, V r_b, V r_c) const {
    const auto along = [&](int axis) HWY_ATTR {
      return hn::Set(D(), static_cast<T>(batch_.terms.block->along[axis][j][orientation_]));
    };
    return hn::MulAdd(along(0), r_a, hn::MulAdd(along(1), r_b, hn::Mul(along(2), r_c)));
  }

  HWY_INLINE void KeepEntries(int i, DoubleVec share_low, DoubleVec share_high, V term) {
    if (batch_.outside == nullptr && batch_.entries == nullptr) return;
    const D d;
    const auto entry = peel_.template Entry<source>(share_low, share_high);
    if (batch_.outside != nullptr) AddTo(work_.outside + i, hn::IfThenElseZero(HasNoEntry(d, entry), term));
    if (batch_.entries != nullptr) {
      hn::Store(entry, EntryTag<D>(), batch_.entries + orientation_ * pixels_ + i);
    }
  }

  const SlopeBatch& batch_;
  SlopeWork<T>& work_;
  const CrystalConstants& crystal_;
  const DoublePeel<T> peel_;
  const int orientation_;
  const int pixels_;
  alignas(64) T delta_[3][lane_padding];
};

template <class Peel, Shape shape, AmplitudeFrom source, int products, bool careful>
HWY_INLINE void SlopesOfRange(const SlopeBatch& batch, SlopeWork<typename Peel::Number>& work, const TermRange& range) {
  if constexpr (shape == Shape::square) {
    SquareSlopesOf<Peel, source, products, careful>(batch, work, range);
  } else {
    for (int place = 0; place < range.orientation_count; ++place) {
      SlopePass<typename Peel::Number, shape, source, products>(batch, work, range.orientations[place])
          .Run(range.first_pixel, range.end_pixel);
    }
  }
}

template <class Peel, Shape shape, int products, bool careful>
HWY_INLINE void SlopesOfInterpolated(const SlopeBatch& batch, SlopeWork<typename Peel::Number>& work,
                                     const TermRange& range) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int place = 0; place < range.orientation_count; ++place) {
    const int orientation = range.orientations[place];
    for (int axis = 0; axis < 3; ++axis) {
      for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
        hn::Store(IndexAt<products>(batch.terms, axis, orientation, i), d, work.index[axis] + i);
      }
    }
    TricubicSlopes(*batch.terms.table, work.index, range.first_pixel, range.end_pixel, work.amplitude,
                   work.amplitude_slope, work.by_default);
    SlopesOfRange<Peel, shape, AmplitudeFrom::array, products, careful>(
        batch, work, {range.orientations + place, 1, range.first_pixel, range.end_pixel});
  }
}

// to += weight from + more_weight more, or without `to` where that is first written. `more` may be null.
template <class T>
HWY_INLINE void AddRow(double weight, const T* from, double more_weight, const T* more, int pixels, bool first,
                       double* to) {
  const DoubleTag d;
  const auto w = hn::Set(d, weight), more_w = hn::Set(d, more_weight);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < pixels; i += lanes) {
    DoubleVec sum = hn::Mul(w, LoadAsDouble(from + i));
    if (more != nullptr) sum = hn::MulAdd(more_w, LoadAsDouble(more + i), sum);
    if (!first) sum = hn::Add(sum, hn::Load(d, to + i));
    hn::Store(sum, d, to + i);
  }
}

// What is skipped (skipping-inl.h) has no slope.
template <class T>
HWY_INLINE void ClearSlopes(const SlopeBatch& batch) {
  const int count = batch.terms.block->count * batch.terms.pixels;
  std::fill_n(static_cast<T*>(batch.slopes), 3 * count, T(0));
  if (batch.kept_terms != nullptr) std::fill_n(static_cast<T*>(batch.kept_terms), count, T(0));
  if (batch.entries != nullptr) std::fill_n(batch.entries, count, -1);
}

template <class T>
HWY_INLINE void ClearSums(const SlopeBatch& batch, SlopeWork<T>& work) {
  const int pixels = batch.terms.pixels;
  std::fill_n(work.block, pixels, T(0));
  for (int j = 0; j < batch.terms.directions.products; ++j) std::fill_n(work.along[j], pixels, T(0));
  for (int k = 0; k < most_shape_sums && batch.shape[k] != nullptr; ++k) std::fill_n(work.shape[k], pixels, T(0));
  if (batch.outside != nullptr) std::fill_n(work.outside, pixels, T(0));
}

template <Shape shape, class T>
HWY_INLINE void AddSums(const SlopeBatch& batch, const SlopeWork<T>& work) {
  const int pixels = batch.terms.pixels;
  const double weight = batch.terms.weight;
  const auto add = [&](const T* from, double* to)
                       HWY_ATTR { AddRow<T>(weight, from, 0, nullptr, pixels, batch.first, to); };
  add(work.block, batch.terms.sums);
  for (int j = 0; j < batch.terms.directions.products; ++j) add(work.along[j], batch.along[j]);
  const T* more = shape == Shape::square ? work.block : nullptr;
  for (int k = 0; k < most_shape_sums && batch.shape[k] != nullptr; ++k) {
    AddRow<T>(weight, work.shape[k], 2 * weight, more, pixels, batch.first, batch.shape[k]);
  }
  if (batch.outside != nullptr) AddRow<T>(weight, work.outside, 0, nullptr, pixels, false, batch.outside);
}

// All orientations over all pixels; `careful`: with the limits of terms that are not finite.
template <class Peel, Shape shape, AmplitudeFrom source, int products, bool careful>
HWY_NOINLINE void SumSlopes(const SlopeBatch& batch, SlopeWork<typename Peel::Number>& work) {
  ClearSums(batch, work);
  ForActive<shape, products>(batch.terms, work, [&](const TermRange& range) HWY_ATTR {
    if constexpr (source == AmplitudeFrom::interpolation) {
      SlopesOfInterpolated<Peel, shape, products, careful>(batch, work, range);
    } else {
      SlopesOfRange<Peel, shape, source, products, careful>(batch, work, range);
    }
  });
}

template <class Peel, Shape shape, AmplitudeFrom source, int products>
HWY_INLINE void AddSlopesWith(const SlopeBatch& batch) {
  using T = typename Peel::Number;
  SlopeWork<T>& work = *static_cast<SlopeWork<T>*>(batch.terms.work);
  if (batch.terms.skipping.segment_pixels > 0) ClearSlopes<T>(batch);
  SumSlopes<Peel, shape, source, products, false>(batch, work);
  if constexpr (shape == Shape::square) {
    // Only whole indices are not finite (square-inl.h); slopes of every axis are in the sums along the first direction.
    if (!IsFinite(work.block, batch.terms.pixels) || !IsFinite(work.along[0], batch.terms.pixels)) {
      SumSlopes<Peel, shape, source, products, true>(batch, work);
    }
  }
  AddSums<shape>(batch, work);
}

template <class Peel, Shape shape, int products>
HWY_INLINE void AddSlopesOfBlock(const SlopeBatch& batch) {
  switch (batch.terms.lookup) {
    case Lookup::constant:
      return AddSlopesWith<Peel, shape, AmplitudeFrom::unit, products>(batch);
    case Lookup::nearest:
      if constexpr (shape == Shape::square) {
        auto& work = *static_cast<SlopeWork<typename Peel::Number>*>(batch.terms.work);
        if (NeedsNoRangeTest<products>(batch.terms, work.intervals)) {
          return AddSlopesWith<Peel, shape, AmplitudeFrom::box, products>(batch);
        }
      }
      return AddSlopesWith<Peel, shape, AmplitudeFrom::box_or_default, products>(batch);
    case Lookup::tricubic:
      return AddSlopesWith<Peel, shape, AmplitudeFrom::interpolation, products>(batch);
  }
}

template <class Peel, Shape shape>
HWY_INLINE void AddSlopesOf(const SlopeBatch& batch) {
  if (batch.terms.directions.products == 2) {
    AddSlopesOfBlock<Peel, shape, 2>(batch);
  } else {
    AddSlopesOfBlock<Peel, shape, 3>(batch);
  }
}

// m over unit, and with m the coordinates from their centre.
template <class T>
HWY_INLINE void PreparePullOf(const PullWeights& job) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto per_unit = hn::Set(d, 1 / job.unit);
  for (int i = 0; i < job.pixels; i += lanes) {
    const DoubleVec m = hn::Mul(hn::Load(d, job.weight + i), per_unit);
    StoreAs(m, static_cast<T*>(job.rows[0]) + i);
    for (int j = 0; j < job.directions.products; ++j) {
      const DoubleVec w = hn::Load(d, job.directions.coordinate[j] + i);
      StoreAs(hn::Mul(m, hn::Sub(w, hn::Set(d, job.centre[j]))), static_cast<T*>(job.rows[j + 1]) + i);
    }
  }
}

// The sums of the lanes of four vectors, together: fewer shuffles than one by one.
template <class T>
HWY_INLINE void SumsOfLanes(TermVec<T> v0, TermVec<T> v1, TermVec<T> v2, TermVec<T> v3, T* sums) {
#if HWY_TARGET == HWY_SCALAR
  sums[0] = hn::GetLane(v0);
  sums[1] = hn::GetLane(v1);
  sums[2] = hn::GetLane(v2);
  sums[3] = hn::GetLane(v3);
#else
  const TermTag<T> d;
  // Of two vectors in turn.
  const auto pairs = [d](TermVec<T> a, TermVec<T> b)
                         HWY_ATTR { return hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b)); };
  constexpr int width = 16 / sizeof(T);  // lanes of a block
  const hn::FixedTag<T, width> block;
  const int lanes = static_cast<int>(hn::Lanes(d));
  alignas(64) T parts[2][lane_padding];
  int vectors = 1;
  if constexpr (sizeof(T) == 4) {
    const hn::RebindToUnsigned<DoubleTag> wide;
    const auto a = hn::BitCast(wide, pairs(v0, v1)), b = hn::BitCast(wide, pairs(v2, v3));
    hn::Store(hn::Add(hn::BitCast(d, hn::InterleaveLower(wide, a, b)), hn::BitCast(d, hn::InterleaveUpper(wide, a, b))),
              d, parts[0]);
  } else {
    vectors = 2;
    hn::Store(pairs(v0, v1), d, parts[0]);
    hn::Store(pairs(v2, v3), d, parts[1]);
  }
  for (int vector = 0; vector < vectors; ++vector) {
    auto sum = hn::Load(block, parts[vector]);
    for (int lane = width; lane < lanes; lane += width) sum = hn::Add(sum, hn::Load(block, parts[vector] + lane));
    hn::Store(sum, block, sums + vector * width);
  }
#endif
}

template <class T, int rows>
HWY_INLINE void PullSlopesWith(const PullTerms& job) {
  const TermTag<T> d;
  using V = TermVec<T>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const T* weights[rows];
  for (int k = 0; k < rows; ++k) weights[k] = static_cast<const T*>(job.weights[k]);
  for (int o = 0; o < job.orientations; ++o) {
    const T* slopes = static_cast<const T*>(job.slopes) + o * 3 * job.pixels;
    V sum[12];
    for (V& v : sum) v = hn::Zero(d);
    for (int i = 0; i < job.pixels; i += lanes) {
      V m[rows];
      for (int k = 0; k < rows; ++k) m[k] = hn::Load(d, weights[k] + i);
      for (int axis = 0; axis < 3; ++axis) {
        const V r = hn::Load(d, slopes + axis * job.pixels + i);
        for (int k = 0; k < rows; ++k) sum[axis * rows + k] = hn::MulAdd(r, m[k], sum[axis * rows + k]);
      }
    }
    alignas(16) T totals[12];
    for (int k = 0; k < 12; k += 4) SumsOfLanes<T>(sum[k], sum[k + 1], sum[k + 2], sum[k + 3], totals + k);
    for (int k = 0; k < 3 * rows; ++k) job.sums[o * 3 * rows + k] = job.unit * static_cast<double>(totals[k]);
  }
}

template <class T>
HWY_INLINE void PullSlopesOf(const PullTerms& job) {
  if (job.rows == 3) {
    PullSlopesWith<T, 3>(job);
  } else {
    PullSlopesWith<T, 4>(job);
  }
}

// Entries that are as wide as T.
template <class T>
HWY_INLINE void StoreEntries(Vec<IntegerTag<TermTag<T>>> entries, std::int32_t* to) {
  const IntegerTag<TermTag<T>> d;
  if constexpr (sizeof(T) == 4) {
    hn::Store(entries, d, to);
  } else {
    const hn::RebindToUnsigned<decltype(d)> wide;
    const hn::Rebind<std::uint32_t, decltype(d)> narrow;
    const hn::Rebind<std::int32_t, decltype(d)> out;
    hn::Store(hn::BitCast(out, hn::TruncateTo(narrow, hn::BitCast(wide, entries))), out, to);
  }
}

// Of one vector of pixels, entries as wide as T.
template <class T>
class EntrySlots {
  using D = TermTag<T>;
  using DI = IntegerTag<D>;
  using I = Vec<DI>;
  using Mask = hn::Mask<DI>;
  static constexpr int free = -2;  // no entry, not even one that has been taken

 public:
  explicit EntrySlots(const TermsByEntry& job, int first_pixel) : job_(job), at_(first_pixel) {
    entry0_ = entry1_ = entry2_ = entry3_ = hn::Set(DI(), free);
    sum0_ = sum1_ = sum2_ = sum3_ = hn::Zero(D());
  }

  // True: nothing is left. `settled`: with so many orientations that what occurs mostly has a slot already.
  template <bool settled>
  HWY_INLINE bool Take() {
    Mask left_over = hn::Lt(entry0_, entry0_);  // none
    for (int o = 0; o < job_.orientations; ++o) {
      const I entry = Entry(o);
      const TermVec<T> x = Term(o);
      if (!settled || !AddKnown(entry, x)) AddNew<settled>(entry, x, left_over);
    }
    Write(0, entry0_, sum0_);
    Write(1, entry1_, sum1_);
    Write(2, entry2_, sum2_);
    Write(3, entry3_, sum3_);
    if (hn::AllFalse(DI(), left_over)) return true;
    Forget();
    return false;
  }

 private:
  HWY_INLINE I Entry(int o) const {
    return WidenEntry(D(), hn::Load(EntryTag<D>(), job_.entries + o * job_.pixels + at_));
  }

  static HWY_INLINE TermVec<T> AddWhere(Mask where, TermVec<T> x, TermVec<T> sum) {
    return hn::IfThenElse(hn::RebindMask(D(), where), hn::Add(sum, x), sum);
  }

  HWY_INLINE TermVec<T> Term(int o) const {
    return hn::Load(D(), static_cast<const T*>(job_.terms) + o * job_.pixels + at_);
  }

  static HWY_INLINE Mask HasTerm(I entry) { return hn::Gt(entry, hn::Set(DI(), -1)); }

  template <bool settled>
  HWY_INLINE void AddNew(I entry, TermVec<T> x, Mask& left_over) {
    Mask open = HasTerm(entry);
    AddTo(entry, x, open, entry0_, sum0_);
    AddTo(entry, x, open, entry1_, sum1_);
    if (!settled && hn::AllFalse(DI(), open)) return;
    AddTo(entry, x, open, entry2_, sum2_);
    AddTo(entry, x, open, entry3_, sum3_);
    left_over = hn::Or(left_over, open);
  }

  // Which slots an entry has.
  struct Matches {
    Mask in0, in1, in2, in3;
  };
  HWY_INLINE Matches Compare(I entry) const {
    return {hn::Eq(entry, entry0_), hn::Eq(entry, entry1_), hn::Eq(entry, entry2_), hn::Eq(entry, entry3_)};
  }
  static HWY_INLINE Mask Any(const Matches& of) { return hn::Or(hn::Or(of.in0, of.in1), hn::Or(of.in2, of.in3)); }

  // Without the chain of comparisons from one orientation to the next that new slots make. False: some entry has none,
  // and nothing is added.
  HWY_INLINE bool AddKnown(I entry, TermVec<T> x) {
    const Matches slots = Compare(entry);
    if (!hn::AllFalse(DI(), hn::AndNot(Any(slots), HasTerm(entry)))) return false;
    sum0_ = AddWhere(slots.in0, x, sum0_);
    sum1_ = AddWhere(slots.in1, x, sum1_);
    sum2_ = AddWhere(slots.in2, x, sum2_);
    sum3_ = AddWhere(slots.in3, x, sum3_);
    return true;
  }

  // Where `open`: takes the slot if it is free, and adds x if the slot is the entry's.
  static HWY_INLINE void AddTo(I entry, TermVec<T> x, Mask& open, I& slot, TermVec<T>& sum) {
    const DI di;
    slot = hn::IfThenElse(hn::And(open, hn::Lt(slot, hn::Zero(di))), entry, slot);
    const Mask own = hn::And(open, hn::Eq(entry, slot));
    sum = AddWhere(own, x, sum);
    open = hn::AndNot(own, open);
  }

  HWY_INLINE void Write(int slot, I entry, TermVec<T> sum) const {
    StoreEntries<T>(entry, job_.found + slot * job_.pixels + at_);
    hn::Store(sum, D(), static_cast<T*>(job_.sums) + slot * job_.pixels + at_);
  }

  HWY_INLINE void Forget() const {
    const DI di;
    for (int o = 0; o < job_.orientations; ++o) {
      const I entry = Entry(o);
      const Mask taken = Any(Compare(entry));
      StoreEntries<T>(hn::IfThenElse(taken, hn::Set(di, -1), entry), job_.entries + o * job_.pixels + at_);
    }
  }

  const TermsByEntry& job_;
  const int at_;
  I entry0_, entry1_, entry2_, entry3_;
  TermVec<T> sum0_, sum1_, sum2_, sum3_;
};

inline void ForgetAll(const TermsByEntry& job, int first_pixel, int count) {
  for (int o = 0; o < job.orientations; ++o) std::fill_n(job.entries + o * job.pixels + first_pixel, count, -1);
}

template <class T>
HWY_INLINE bool SumByEntryOf(const TermsByEntry& job) {
  const int lanes = static_cast<int>(hn::Lanes(TermTag<T>()));
  const bool settled = job.orientations >= 32;
  bool all = true;
  for (int i = 0; i < job.pixels; i += lanes) {
    EntrySlots<T> slots(job, i);
    const bool taken = settled ? slots.template Take<true>() : slots.template Take<false>();
    if (taken && all) continue;
    // There will be another call, for which nothing may be left where all has been taken.
    for (int j = 0; all && j < i; j += lanes) ForgetAll(job, j, lanes);
    if (taken) ForgetAll(job, i, lanes);
    all = false;
  }
  return all;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_SLOPES_INL_H_
