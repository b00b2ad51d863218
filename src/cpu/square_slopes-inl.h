// The square shape with its slopes: terms of a list of orientations over a run of pixels.
//
// While one vector of pixels is evaluated the next one is located: its Miller indices are peeled and its amplitudes
// fetched, which fills the time that the reciprocal takes. This runs through from one orientation to the next.
#if defined(NBT_CPU_SQUARE_SLOPES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_SQUARE_SLOPES_INL_H_
#undef NBT_CPU_SQUARE_SLOPES_INL_H_
#else
#define NBT_CPU_SQUARE_SLOPES_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "cpu/slope_kernels.hpp"
#include "cpu/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

template <class T>
HWY_INLINE void AddTo(T* row, TermVec<T> v) {
  const TermTag<T> d;
  hn::Store(hn::Add(hn::Load(d, row), v), d, row);
}

// The coordinates in an order that leaves the words of two vectors of them in the order of the pixels (PairedOrder).
template <class Peel, class T>
HWY_INLINE void ArrangeCoordinates(const SlopeBatch& batch, SlopeWork<T>& work, const TermRange& range) {
  const int lanes = static_cast<int>(hn::Lanes(TermTag<T>()));
  const bool paired = std::is_same_v<typename Peel::Order, PairedOrder>;
  for (int j = 0; j < batch.terms.directions.products; ++j) {
    const double* from = batch.terms.directions.coordinate[j];
    double* to = work.arranged[j];
    for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
      for (int pair = 0; pair < lanes; pair += 2) {
        const int place = paired ? pair / 4 * 2 + (pair % 4 < 2 ? 0 : lanes / 2) : pair;
        std::memcpy(to + i + place, from + i + pair, 2 * sizeof(double));
      }
    }
  }
}

template <class Peel, AmplitudeFrom source, int products, bool careful>
class SquareSlopePass {
  using T = typename Peel::Number;
  using D = TermTag<T>;
  using V = TermVec<T>;
  using Share = typename Peel::Share;

 public:
  SquareSlopePass(const SlopeBatch& batch, SlopeWork<T>& work)
      : batch_(batch),
        work_(work),
        table_(*batch.terms.table),
        block_(*batch.terms.block),
        peel_(*batch.terms.crystal, batch.terms.table->box),
        pixels_(batch.terms.pixels),
        by_cells_(batch.shape[0] != nullptr),
        outside_(batch.outside != nullptr) {
    for (int axis = 0; axis < 3; ++axis) cells_[axis] = static_cast<T>(batch.terms.crystal->cells[axis]);
    per_peak_ = static_cast<T>(1 / batch.terms.crystal->volume);
  }

  HWY_INLINE void Run(const TermRange& range) {
    const int lanes = static_cast<int>(hn::Lanes(D()));
    V delta_a, delta_b, delta_c, t_a, t_b, t_c;
    int next_place = 0, next = range.first_pixel;
    BeginLocating(range.orientations[0]);
    Locate(next, delta_a, delta_b, delta_c, t_a, t_b, t_c);
    for (int place = 0; place < range.orientation_count; ++place) {
      BeginAdding(range.orientations[place]);
      for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
        next += lanes;
        if (next == range.end_pixel) {
          next = range.first_pixel;
          next_place = std::min(next_place + 1, range.orientation_count - 1);
          BeginLocating(range.orientations[next_place]);
        }
        AddVector(i, next, delta_a, delta_b, delta_c, t_a, t_b, t_c);
      }
    }
  }

 private:
  template <int axis>
  HWY_INLINE DoubleVec Index(int i) const {
    const DoubleTag d;
    const auto w = [&](int j) HWY_ATTR { return hn::Load(d, work_.arranged[j] + i); };
    const auto along = [&](int j) HWY_ATTR { return hn::Set(d, along_[axis][j]); };
    return MillerIndex<products>(w, along, hn::Set(d, offset_[axis]));
  }

  template <int axis>
  HWY_INLINE void Split(int i, V& delta, V& t, Share& share_low, Share& share_high) const {
    const DoubleVec low = Index<axis>(i);
    DoubleVec high = low;
    if constexpr (two_halves<T>) high = Index<axis>(i + static_cast<int>(hn::Lanes(DoubleTag())));
    typename Peel::Word word_delta, word_t;
    peel_.template Split<axis, source>(low, high, word_delta, word_t, share_low, share_high);
    // What is exactly 0 comes out not finite without care.
    delta = careful ? Peel::Distance(word_delta) : Peel::DistanceUnlessZero(word_delta);
    t = careful ? Peel::Distance(word_t) : Peel::DistanceUnlessZero(word_t);
  }

  void BeginLocating(int orientation) {
    for (int axis = 0; axis < 3; ++axis) {
      offset_[axis] = block_.offset[axis][orientation] - peel_.Offset();
      for (int j = 0; j < products; ++j) along_[axis][j] = block_.along[axis][j][orientation];
    }
    entries_ = batch_.entries == nullptr ? nullptr : batch_.entries + orientation * pixels_;
  }

  void BeginAdding(int orientation) {
    for (int axis = 0; axis < 3; ++axis) {
      slopes_[axis] = static_cast<T*>(batch_.slopes) + (orientation * 3 + axis) * pixels_;
      for (int j = 0; j < products; ++j) {
        rounded_along_[axis][j] = static_cast<T>(block_.along[axis][j][orientation]);
      }
    }
    kept_terms_ = batch_.kept_terms == nullptr ? nullptr : static_cast<T*>(batch_.kept_terms) + orientation * pixels_;
  }

  HWY_INLINE void Locate(int i, V& delta_a, V& delta_b, V& delta_c, V& t_a, V& t_b, V& t_c) const {
    Share share_low{}, share_high{};
    Split<0>(i, delta_a, t_a, share_low, share_high);
    Split<1>(i, delta_b, t_b, share_low, share_high);
    Split<2>(i, delta_c, t_c, share_low, share_high);
    if constexpr (asks_table<source>) FetchAmplitudes(i, share_low, share_high);
  }

  // The vector at i, whose distances are given; leaves those of the vector at `next`.
  HWY_INLINE void AddVector(int i, int next, V& delta_a, V& delta_b, V& delta_c, V& t_a, V& t_b, V& t_c) const {
    V F = hn::Zero(D());
    V term, r_a, r_b, r_c, factor_a, factor_b, factor_c, turned_a, turned_b, turned_c;
    const V old_a = delta_a, old_b = delta_b, old_c = delta_c;
    const V old_t_a = t_a, old_t_b = t_b, old_t_c = t_c;
    const auto locate = [&]() HWY_ATTR {
      F = Amplitude(i);
      Locate(next, delta_a, delta_b, delta_c, t_a, t_b, t_c);
    };
    const auto nothing = [] {};
    Evaluate(F, old_a, old_b, old_c, old_t_a, old_t_b, old_t_c, locate, term, r_a, r_b, r_c, factor_a, factor_b,
             factor_c, turned_a, turned_b, turned_c);
    if constexpr (careful) {
      const V sum = hn::Add(hn::Add(term, r_a), hn::Add(r_b, r_c));
      V aside_a = old_a, aside_b = old_b, aside_c = old_c;
      V aside_t_a = old_t_a, aside_t_b = old_t_b, aside_t_c = old_t_c;
      MoveAside(cells_[0], sum, aside_a, aside_t_a);
      MoveAside(cells_[1], sum, aside_b, aside_t_b);
      MoveAside(cells_[2], sum, aside_c, aside_t_c);
      Evaluate(F, aside_a, aside_b, aside_c, aside_t_a, aside_t_b, aside_t_c, nothing, term, r_a, r_b, r_c, factor_a,
               factor_b, factor_c, turned_a, turned_b, turned_c);
    }
    if (by_cells_) {
      AddByCells(work_.shape[0] + i, factor_a, turned_a);
      AddByCells(work_.shape[1] + i, factor_b, turned_b);
      AddByCells(work_.shape[2] + i, factor_c, turned_c);
    }
    if constexpr (source == AmplitudeFrom::array) AddAmplitudeSlopes(i, F, term, r_a, r_b, r_c);
    Keep(i, term, r_a, r_b, r_c);
  }

  // F^2 G^2, its slopes with F as it is, and what AddSquareByCells takes.
  // `meanwhile` is called while the reciprocal is under way, before F is used.
  template <class Meanwhile>
  HWY_INLINE void Evaluate(const V& F, V delta_a, V delta_b, V delta_c, V t_a, V t_b, V t_c, const Meanwhile& meanwhile,
                           V& term, V& r_a, V& r_b, V& r_c, V& factor_a, V& factor_b, V& factor_c, V& turned_a,
                           V& turned_b, V& turned_c) const {
    const D d;
    V above_a, above_b, above_c, below_a, below_b, below_c, numerator_a, numerator_b, numerator_c;
    GratingParts(d, delta_a, t_a, cells_[0], above_a, below_a, turned_a, numerator_a);
    GratingParts(d, delta_b, t_b, cells_[1], above_b, below_b, turned_b, numerator_b);
    GratingParts(d, delta_c, t_c, cells_[2], above_c, below_c, turned_c, numerator_c);
    const V inverse = ops::Reciprocal(d, hn::Mul(hn::Mul(below_a, below_b), below_c));
    meanwhile();
    V inverse_a, inverse_b, inverse_c;
    SplitInverse(inverse, below_a, below_b, below_c, inverse_a, inverse_b, inverse_c);
    V per_below = hn::Mul(inverse, hn::Set(d, per_peak_));
    if constexpr (source != AmplitudeFrom::unit) per_below = hn::Mul(per_below, F);
    const V above_ab = hn::Mul(above_a, above_b);
    const V ratio = hn::Mul(hn::Mul(above_ab, above_c), per_below);
    const V factor = hn::Mul(hn::Add(ratio, ratio), per_below);
    const V factor_with_c = hn::Mul(factor, above_c);
    factor_a = hn::Mul(factor_with_c, above_b);
    factor_b = hn::Mul(factor_with_c, above_a);
    factor_c = hn::Mul(factor, above_ab);
    term = hn::Mul(ratio, ratio);
    r_a = SquareSlope(factor_a, inverse_a, numerator_a);
    r_b = SquareSlope(factor_b, inverse_b, numerator_b);
    r_c = SquareSlope(factor_c, inverse_c, numerator_c);
  }

  // Where what was made of the distances is not finite.
  static HWY_INLINE void MoveAside(T cells, V made, V& delta, V& t) {
    const D d;
    const V zero = hn::Sub(made, made);
    const auto finite = hn::Eq(zero, zero);
    V delta_aside = delta, t_aside = t;
    AvoidZeroOverZero(d, cells, delta_aside, t_aside);
    delta = hn::IfThenElse(finite, delta, delta_aside);
    t = hn::IfThenElse(finite, t, t_aside);
  }

  static HWY_INLINE void AddByCells(T* row, V factor, V turned) {
    const D d;
    hn::Store(AddSquareByCells(hn::Load(d, row), factor, turned), d, row);
  }

  // x = F^2 G^2, r = F^2 dG^2 + 2 F dF G^2.
  HWY_INLINE void AddAmplitudeSlopes(int i, V F, V term, V& r_a, V& r_b, V& r_c) const {
    const D d;
    // 2 F G^2: F may be 0.
    const V twice = hn::IfThenElseZero(hn::Ne(F, hn::Zero(d)), hn::Div(hn::Add(term, term), F));
    r_a = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[0] + i), r_a);
    r_b = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[1] + i), r_b);
    r_c = hn::MulAdd(twice, hn::Load(d, work_.amplitude_slope[2] + i), r_c);
  }

  HWY_INLINE V Amplitude(int i) const {
    if constexpr (source == AmplitudeFrom::unit) {
      return hn::Set(D(), T(1));
    } else {
      return hn::Load(D(), work_.amplitude + i);
    }
  }

  // Into rows, not into one vector: what was stored piece by piece can be loaded as a whole only some time later.
  HWY_INLINE void FetchAmplitudes(int i, Share share_low, Share share_high) const {
    const auto entry = peel_.template Entry<source>(share_low, share_high);
    std::int32_t* entries = entries_ == nullptr ? work_.found_entries : entries_ + i;
    hn::Store(entry, EntryTag<D>(), entries);
    FetchOneByOne<source>(D(), table_, entries, work_.amplitude + i);
    if constexpr (source == AmplitudeFrom::box_or_default) {
      const auto by_default = hn::IfThenElseZero(HasNoEntry(D(), entry), hn::Set(D(), T(1)));
      if (outside_) hn::Store(by_default, D(), work_.by_default + i);
    }
  }

  HWY_INLINE void Keep(int i, V term, V r_a, V r_b, V r_c) const {
    const D d;
    if (kept_terms_ != nullptr) hn::Store(term, d, kept_terms_ + i);
    if constexpr (source == AmplitudeFrom::box_or_default || source == AmplitudeFrom::array) {
      if (outside_) AddTo(work_.outside + i, hn::Mul(term, hn::Load(d, work_.by_default + i)));
    }
    AddTo(work_.block + i, term);
    hn::Store(r_a, d, slopes_[0] + i);
    hn::Store(r_b, d, slopes_[1] + i);
    hn::Store(r_c, d, slopes_[2] + i);
    for (int j = 0; j < products; ++j) {
      const auto along = [&](int axis) HWY_ATTR { return hn::Set(d, rounded_along_[axis][j]); };
      V sum = hn::Load(d, work_.along[j] + i);
      sum = hn::MulAdd(along(0), r_a, hn::MulAdd(along(1), r_b, hn::MulAdd(along(2), r_c, sum)));
      hn::Store(sum, d, work_.along[j] + i);
    }
  }

  const SlopeBatch& batch_;
  SlopeWork<T>& work_;
  const AmplitudeTable& table_;
  const IndexBlock& block_;
  const Peel peel_;
  const int pixels_;
  const bool by_cells_;
  const bool outside_;
  T cells_[3];
  T per_peak_;

  // Of the orientation that is located, and of that whose terms are added.
  double along_[3][products];
  double offset_[3];
  std::int32_t* entries_ = nullptr;
  T rounded_along_[3][products];
  T* slopes_[3];
  T* kept_terms_ = nullptr;
};

template <class Peel, AmplitudeFrom source, int products, bool careful>
HWY_NOINLINE void SquareSlopesOf(const SlopeBatch& batch, SlopeWork<typename Peel::Number>& work,
                                 const TermRange& range) {
  ArrangeCoordinates<Peel>(batch, work, range);
  SquareSlopePass<Peel, source, products, careful>(batch, work).Run(range);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_SQUARE_SLOPES_INL_H_
