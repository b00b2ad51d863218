// How a kernel peels Miller indices: the fractions that the lattice factor takes, and the entry of the amplitude table.
//
// Two schemes with the same members. Both work on one axis of one vector of T, that is on two halves in double:
//
//   Word            what delta and t are until Bend turns them into arguments of a sine
//   Split<axis>     delta and t; with a table, adds the axis' share of the entry (axis 0 begins a new one)
//   Entry           the table index; -1: outside the box
#if defined(NBT_CPU_PEEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_PEEL_INL_H_
#undef NBT_CPU_PEEL_INL_H_
#else
#define NBT_CPU_PEEL_INL_H_
#endif

#include "cpu/lookup-inl.h"
#include "physics/fixed_point-inl.h"
#include "physics/lattice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Precisions `double` and `single`: both peels in double, exact for whole N; what is left is rounded to T.
template <class T>
class DoublePeel {
 public:
  using Number = T;
  using WordTag = TermTag<T>;
  using Word = Vec<WordTag>;
  using Share = DoubleVec;
  static constexpr double offset = 0;

  DoublePeel(const double (&cells)[3], const IndexBox& box) : box_(box) {
    for (int axis = 0; axis < 3; ++axis) cells_[axis] = cells[axis];
    stride_[0] = static_cast<double>(box.plane_stride);
    stride_[1] = static_cast<double>(box.row_stride);
    stride_[2] = 1;
  }

  template <int axis, AmplitudeFrom source>
  HWY_INLINE void Split(DoubleVec low, DoubleVec high, Word& delta, Word& t, Share& share_low,
                        Share& share_high) const {
    const DoubleTag d;
    const DoubleVec delta_low = SplitHalf<axis, source>(low, share_low);
    if constexpr (two_halves<T>) {
      const DoubleVec delta_high = SplitHalf<axis, source>(high, share_high);
      delta = Join<T>(delta_low, delta_high);
      t = Join<T>(GratingPhase(d, delta_low, cells_[axis]), GratingPhase(d, delta_high, cells_[axis]));
    } else {
      delta = Join<T>(delta_low, delta_low);
      t = Join<T>(GratingPhase(d, delta_low, cells_[axis]), delta_low);
    }
  }

  static HWY_INLINE TermVec<T> Distance(Word word) { return word; }
  static HWY_INLINE TermVec<T> Bend(Word word) { return SineParabola(word); }

  template <AmplitudeFrom source>
  HWY_INLINE Vec<IntegerTag<TermTag<T>>> Entry(Share low, Share high) const {
    if constexpr (source == AmplitudeFrom::box_or_default) {
      const DoubleVec none = hn::Set(DoubleTag(), -1.0);
      return TableIndex<T>(hn::Max(low, none), hn::Max(high, none));
    } else {
      return TableIndex<T>(low, high);
    }
  }

  // One half: the distance; where a table is asked, of halves the lower whole number is the nearest (physics.md 9).
  // Elsewhere halves may go either way: |delta| is the same.
  template <int axis, AmplitudeFrom source>
  HWY_INLINE DoubleVec SplitHalf(DoubleVec h, [[maybe_unused]] DoubleVec& share) const {
    if constexpr (source == AmplitudeFrom::unit || source == AmplitudeFrom::array) {
      return Peel(h);
    } else {
      const DoubleTag d;
      const DoubleVec nearest = NearestIndex(d, h);
      DoubleVec steps = hn::Sub(nearest, hn::Set(d, box_.first[axis]));
      if constexpr (source == AmplitudeFrom::box_or_default) {
        // Far below anything that the other axes can add.
        const auto inside = IsBetween(d, nearest, box_.first[axis], box_.last[axis]);
        steps = hn::IfThenElse(inside, steps, hn::Set(d, -0x1p40));
      }
      const DoubleVec stride = hn::Set(d, stride_[axis]);
      share = axis == 0 ? hn::Mul(steps, stride) : hn::MulAdd(steps, stride, share);
      return hn::Sub(h, nearest);
    }
  }

 private:
  double cells_[3];
  double stride_[3];
  IndexBox box_;
};

// Precision `fast`: 32-bit fixed point (fixed_point-inl.h).
class FixedPeel {
 public:
  using Number = float;
  using WordTag = IntegerTag<TermTag<float>>;
  using Word = Vec<WordTag>;
  using Share = Word;  // the first holds the entry, the second all ones where the index leaves the box
  static constexpr double offset = fixed_point_offset;

  FixedPeel(const double (&cells)[3], const IndexBox& box) {
    for (int axis = 0; axis < 3; ++axis) {
      cells_[axis] = static_cast<std::int32_t>(cells[axis]);
      first_[axis] = fixed_point_bias + static_cast<std::int32_t>(box.first[axis]);
      last_[axis] = fixed_point_bias + static_cast<std::int32_t>(box.last[axis]);
    }
    stride_[0] = static_cast<std::int32_t>(box.plane_stride);
    stride_[1] = static_cast<std::int32_t>(box.row_stride);
    stride_[2] = 1;
  }

  template <int axis, AmplitudeFrom source>
  HWY_INLINE void Split(DoubleVec low, DoubleVec high, Word& delta, Word& t, Share& entry, Share& outside) const {
    const WordTag d;
    delta = LowWords(low, high);
    t = hn::Mul(delta, hn::Set(d, cells_[axis]));
    if constexpr (source == AmplitudeFrom::box || source == AmplitudeFrom::box_or_default) {
      const Word nearest = FixedPointNearest(delta, HighWords(low, high));
      const Word steps = hn::Sub(nearest, hn::Set(d, first_[axis]));
      const Word share = axis == 2 ? steps : hn::Mul(steps, hn::Set(d, stride_[axis]));
      entry = axis == 0 ? share : hn::Add(entry, share);
      if constexpr (source == AmplitudeFrom::box_or_default) {
        const auto beyond = hn::Or(hn::Lt(nearest, hn::Set(d, first_[axis])), hn::Gt(nearest, hn::Set(d, last_[axis])));
        const Word all = hn::VecFromMask(d, beyond);
        outside = axis == 0 ? all : hn::Or(outside, all);
      }
    }
  }

  static HWY_INLINE TermVec<float> Distance(Word word) { return FixedPointFraction(TermTag<float>(), word); }
  static HWY_INLINE TermVec<float> Bend(Word word) { return SineParabola(Distance(word)); }

  template <AmplitudeFrom source>
  HWY_INLINE Word Entry(Share entry, Share outside) const {
    return source == AmplitudeFrom::box_or_default ? hn::Or(entry, outside) : entry;
  }

 private:
  static HWY_INLINE Word LowWords(DoubleVec low, [[maybe_unused]] DoubleVec high) {
#if HWY_TARGET == HWY_SCALAR
    return Word(static_cast<std::int32_t>(static_cast<std::uint32_t>(Bits(low))));
#else
    return hn::ConcatEven(WordTag(), hn::BitCast(WordTag(), high), hn::BitCast(WordTag(), low));
#endif
  }
  static HWY_INLINE Word HighWords(DoubleVec low, [[maybe_unused]] DoubleVec high) {
#if HWY_TARGET == HWY_SCALAR
    return Word(static_cast<std::int32_t>(Bits(low) >> 32));
#else
    return hn::ConcatOdd(WordTag(), hn::BitCast(WordTag(), high), hn::BitCast(WordTag(), low));
#endif
  }
#if HWY_TARGET == HWY_SCALAR
  static std::uint64_t Bits(DoubleVec v) {
    return hn::GetLane(hn::BitCast(hn::RebindToUnsigned<DoubleTag>(), v));
  }
#endif

  std::int32_t cells_[3];
  std::int32_t stride_[3];
  std::int32_t first_[3];
  std::int32_t last_[3];
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_PEEL_INL_H_
