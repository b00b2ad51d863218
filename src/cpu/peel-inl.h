// How a kernel peels Miller indices: the fractions that the lattice factor takes, and the entry of the amplitude table.
//
// Three schemes with the same members. Each works on one axis of one vector of T, that is on two halves in double:
//
//   Offset()        what is added to the indices on their way
//   Word            what delta and t are until Bend turns them into arguments of a sine
//   Split<axis>     delta and t; with a table, adds the axis' share of the entry (axis 0 begins a new one)
//   Entry           the table index; -1: outside the box
//   Order           which pixels the lanes of Word are
//   Ratio           of the products of sines, as precise as the scheme needs
#if defined(NBT_CPU_PEEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_PEEL_INL_H_
#undef NBT_CPU_PEEL_INL_H_
#else
#define NBT_CPU_PEEL_INL_H_
#endif

#include <bit>

#include "cpu/lane_order.hpp"
#include "cpu/lookup-inl.h"
#include "physics/fixed_point-inl.h"
#include "physics/lattice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Where the lanes of a vector belong. Pixels: in their own order.
struct PixelOrder {
  template <class V>
  static HWY_INLINE V FromPixels(V v) {
    return v;
  }
  template <class V>
  static HWY_INLINE V ToPixels(V v) {
    return v;
  }
};

// As LowWords and HighWords leave them: pairs of the first and of the second half in turn. Vectors of one block of 128
// bits are in order.
struct PairedOrder {
#if HWY_MAX_BYTES <= 16
  static HWY_INLINE TermVec<float> FromPixels(TermVec<float> v) {
    return v;
  }
  static HWY_INLINE TermVec<float> ToPixels(TermVec<float> v) {
    return v;
  }
#else
  static constexpr const LaneTables& tables = HWY_MAX_BYTES == 32 ? lane_tables_8 : lane_tables_16;
  static HWY_INLINE TermVec<float> FromPixels(TermVec<float> v) {
    return hn::TableLookupLanes(v, hn::SetTableIndices(TermTag<float>(), tables.from_pixels.data()));
  }
  static HWY_INLINE TermVec<float> ToPixels(TermVec<float> v) {
    return hn::TableLookupLanes(v, hn::SetTableIndices(TermTag<float>(), tables.to_pixels.data()));
  }
#endif
};

// Precisions `double` and `single`: both peels in double, exact for whole N; what is left is rounded to T.
template <class T>
class DoublePeel {
 public:
  using Number = T;
  using WordTag = TermTag<T>;
  using Word = Vec<WordTag>;
  using Share = DoubleVec;
  using Order = PixelOrder;

  DoublePeel(const CrystalConstants& crystal, const IndexBox& box) : box_(box) {
    for (int axis = 0; axis < 3; ++axis) cells_[axis] = crystal.cells[axis];
    stride_[0] = static_cast<double>(box.plane_stride);
    stride_[1] = static_cast<double>(box.row_stride);
  }

  static double Offset() { return 0; }

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

  static HWY_INLINE TermVec<T> Ratio(TermVec<T> above, TermVec<T> below) {
    return SineRatio(TermTag<T>(), above, below);
  }
  static HWY_INLINE TermVec<T> Distance(Word word) { return word; }
  static HWY_INLINE TermVec<T> DistanceUnlessZero(Word word) { return word; }
  static HWY_INLINE TermVec<T> Bend(Word word) { return SineParabola(word); }

  template <AmplitudeFrom source>
  HWY_INLINE Vec<EntryTag<TermTag<T>>> Entry(Share low, Share high) const {
    if constexpr (source == AmplitudeFrom::box_or_default) {
      const DoubleVec none = hn::Set(DoubleTag(), -1.0);
      return TableEntry<T>(hn::Max(low, none), hn::Max(high, none));
    } else {
      return TableEntry<T>(low, high);
    }
  }

  // One half: the distance; where a table is asked, of halves the lower whole number is the nearest (physics.md 9).
  // Elsewhere halves may go either way: |delta| is the same.
  template <int axis, AmplitudeFrom source>
  HWY_INLINE DoubleVec SplitHalf(DoubleVec h, [[maybe_unused]] DoubleVec& share) const {
    if constexpr (!asks_table<source>) {
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
      share = axis == 0   ? hn::Mul(steps, hn::Set(d, stride_[axis]))
              : axis == 1 ? hn::MulAdd(steps, hn::Set(d, stride_[axis]), share)
                          : hn::Add(steps, share);
      return hn::Sub(h, nearest);
    }
  }

 private:
  double cells_[3];
  double stride_[2];  // of the first two axes; the third has 1
  IndexBox box_;
};

// A fraction in units of 2^-32.
HWY_INLINE TermVec<float> FixedPointNumber(TermVec<float> fraction) {
  return hn::Mul(fraction, hn::Set(TermTag<float>(), 0x1p-32f));
}

using IntegerTag32 = IntegerTag<TermTag<float>>;
using Integers = Vec<IntegerTag32>;

// The words of the 64-bit lanes of two vectors, block by block of 128 bits: on vectors of several blocks the pixels of
// the two halves alternate in pairs (PairedOrder).
HWY_INLINE Integers LowWords(DoubleVec low, [[maybe_unused]] DoubleVec high) {
#if HWY_TARGET == HWY_SCALAR
  return Integers(static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(hn::GetLane(low))));
#else
  return ops::EvenWordsOfBlocks(IntegerTag32(), hn::BitCast(IntegerTag32(), high), hn::BitCast(IntegerTag32(), low));
#endif
}
HWY_INLINE Integers HighWords(DoubleVec low, [[maybe_unused]] DoubleVec high) {
#if HWY_TARGET == HWY_SCALAR
  return Integers(static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(hn::GetLane(low)) >> 32));
#else
  return ops::OddWordsOfBlocks(IntegerTag32(), hn::BitCast(IntegerTag32(), high), hn::BitCast(IntegerTag32(), low));
#endif
}

// Table entries from whole numbers in integer lanes.
class IntegerEntry {
 public:
  // `bias`: what the whole numbers have too much.
  IntegerEntry(const IndexBox& box, std::int32_t bias) {
    for (int axis = 0; axis < 3; ++axis) {
      first_[axis] = bias + static_cast<std::int32_t>(box.first[axis]);
      last_[axis] = bias + static_cast<std::int32_t>(box.last[axis]);
    }
    stride_[0] = static_cast<std::int32_t>(box.plane_stride);
    stride_[1] = static_cast<std::int32_t>(box.row_stride);
    stride_[2] = 1;
  }

  // `outside`: all ones where an index leaves the box.
  template <int axis, AmplitudeFrom source>
  HWY_INLINE void Add(Integers nearest, Integers& entry, [[maybe_unused]] Integers& outside) const {
    const IntegerTag32 d;
    const Integers steps = hn::Sub(nearest, hn::Set(d, first_[axis]));
    const Integers share = axis == 2 ? steps : hn::Mul(steps, hn::Set(d, stride_[axis]));
    entry = axis == 0 ? share : hn::Add(entry, share);
    if constexpr (source == AmplitudeFrom::box_or_default) {
      const auto beyond = hn::Or(hn::Lt(nearest, hn::Set(d, first_[axis])), hn::Gt(nearest, hn::Set(d, last_[axis])));
      const Integers all = hn::VecFromMask(d, beyond);
      outside = axis == 0 ? all : hn::Or(outside, all);
    }
  }

 private:
  std::int32_t stride_[3];
  std::int32_t first_[3];
  std::int32_t last_[3];
};

// Precision `fast`: 32-bit fixed point (fixed_point-inl.h).
class FixedPeel {
 public:
  using Number = float;
  using WordTag = IntegerTag32;
  using Word = Integers;
  using Share = Integers;  // the first holds the entry, the second what is outside
  using Order = PairedOrder;

  FixedPeel(const CrystalConstants& crystal, const IndexBox& box) : entry_(box, fixed_point_bias) {
    for (int axis = 0; axis < 3; ++axis) cells_[axis] = static_cast<std::int32_t>(crystal.cells[axis]);
  }
  double Offset() const { return fixed_point_offset; }

  template <int axis, AmplitudeFrom source>
  HWY_INLINE void Split(DoubleVec low, DoubleVec high, Word& delta, Word& t, Share& entry, Share& outside) const {
    delta = LowWords(low, high);
    t = hn::Mul(delta, hn::Set(WordTag(), cells_[axis]));
    if constexpr (asks_table<source>) {
      entry_.Add<axis, source>(FixedPointNearest(delta, HighWords(low, high)), entry, outside);
    }
  }

  // Faster here, where the multipliers are the bottleneck.
  static HWY_INLINE TermVec<float> Ratio(TermVec<float> above, TermVec<float> below) { return hn::Div(above, below); }
  static HWY_INLINE TermVec<float> Distance(Word word) {
    return FixedPointNumber(hn::ConvertTo(TermTag<float>(), word));
  }
  static HWY_INLINE TermVec<float> Bend(Word word) {
    const TermTag<float> d;
    return FixedPointParabola(d, hn::ConvertTo(d, word));
  }

  template <AmplitudeFrom source>
  HWY_INLINE Integers Entry(Share entry, Share outside) const {
    return source == AmplitudeFrom::box_or_default ? hn::Or(entry, outside) : entry;
  }

 private:
  std::int32_t cells_[3];
  IntegerEntry entry_;
};

// Precision `single` where indices and N are not too large: 64-bit fixed point (fixed_point-inl.h).
class WidePeel {
 public:
  using Number = float;
  using WordTag = TermTag<float>;
  using Word = TermVec<float>;
  using Share = Integers;
  using Order = PairedOrder;

  WidePeel(const CrystalConstants& crystal, const IndexBox& box)
      : scheme_(crystal.fraction_bits), entry_(box, scheme_.bias) {
    for (int axis = 0; axis < 3; ++axis) cells_[axis] = crystal.cells[axis];
  }
  double Offset() const { return scheme_.offset; }

  template <int axis, AmplitudeFrom source>
  HWY_INLINE void Split(DoubleVec low, DoubleVec high, Word& delta, Word& t, Share& entry, Share& outside) const {
    const DoubleTag dd;
    const IntegerTag32 di;
    const TermTag<float> d;
    const hn::RebindToUnsigned<DoubleTag> du;
    const auto shifted = [&](DoubleVec v)
                             HWY_ATTR { return hn::BitCast(dd, hn::ShiftLeftSame(hn::BitCast(du, v), scheme_.shift)); };
    const DoubleVec low_fraction = shifted(low), high_fraction = shifted(high);
    const Integers upper = HighWords(low_fraction, high_fraction);
    const Integers lower = LowWords(low_fraction, high_fraction);
    const Integers upper_of_t = hn::Mul(upper, hn::Set(di, static_cast<std::int32_t>(cells_[axis])));
    const Word rest = FixedPointRest(d, lower);
    delta = FixedPointSum(d, upper, rest, 1.0f);
    t = FixedPointSum(d, upper_of_t, rest, static_cast<float>(cells_[axis]));
    if constexpr (asks_table<source>) {
      const auto half = hn::Set(du, scheme_.half);
      const auto raised = [&](DoubleVec v) HWY_ATTR { return hn::BitCast(dd, hn::Add(hn::BitCast(du, v), half)); };
      const Integers whole = HighWords(raised(low), raised(high));
      entry_.Add<axis, source>(hn::ShiftRightSame(whole, scheme_.whole_shift), entry, outside);
    }
  }

  static HWY_INLINE TermVec<float> Ratio(TermVec<float> above, TermVec<float> below) {
    return SineRatio(TermTag<float>(), above, below);
  }
  static HWY_INLINE TermVec<float> Distance(Word word) { return FixedPointNumber(word); }
  static HWY_INLINE TermVec<float> DistanceUnlessZero(Word word) { return FixedPointFraction(TermTag<float>(), word); }
  static HWY_INLINE TermVec<float> Bend(Word word) { return FixedPointParabola(TermTag<float>(), word); }

  template <AmplitudeFrom source>
  HWY_INLINE Integers Entry(Share entry, Share outside) const {
    return source == AmplitudeFrom::box_or_default ? hn::Or(entry, outside) : entry;
  }

 private:
  WideFixedPoint scheme_;
  double cells_[3];
  IntegerEntry entry_;
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_PEEL_INL_H_
