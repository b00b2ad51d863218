// Structure factors of a span's pixels, of the reflections nearest to them, from the dense table.
#if defined(NBT_CPU_LOOKUP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_LOOKUP_INL_H_
#undef NBT_CPU_LOOKUP_INL_H_
#else
#define NBT_CPU_LOOKUP_INL_H_
#endif

#include "cpu/miller-inl.h"
#include "physics/structure_factor-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Where a kernel finds the amplitudes.
enum class AmplitudeFrom {
  unit,            // all are 1 unit
  box,             // the nearest reflection, which is known to be in the box
  box_or_default,  // the nearest reflection, or default_F outside the box
  interpolation,   // tricubic, one orientation after the other through TermWork::amplitude
  array            // TermWork::amplitude
};

template <AmplitudeFrom source>
inline constexpr bool asks_table = source == AmplitudeFrom::box || source == AmplitudeFrom::box_or_default;

template <class D>
HWY_INLINE const Scalar<D>* Amplitudes(D, const AmplitudeTable& table) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    return table.in_float;
  } else {
    return table.in_double;
  }
}

template <class D>
HWY_INLINE Scalar<D> DefaultAmplitude(D, const AmplitudeTable& table) {
  return static_cast<Scalar<D>>(sizeof(Scalar<D>) == 4 ? table.default_in_float : table.default_F);
}

// Entries of the table for the lanes of D.
template <class D>
using EntryTag = hn::Rebind<std::int32_t, D>;

// Whole doubles below 2^31 in size.
template <class T>
HWY_INLINE Vec<EntryTag<TermTag<T>>> TableEntry(DoubleVec low, [[maybe_unused]] DoubleVec high) {
  const hn::Rebind<std::int32_t, DoubleTag> half;
#if HWY_TARGET == HWY_SCALAR
  return hn::DemoteTo(half, low);
#else
  if constexpr (two_halves<T>) {
    return hn::Combine(EntryTag<TermTag<T>>(), hn::DemoteTo(half, high), hn::DemoteTo(half, low));
  } else {
    return hn::DemoteTo(half, low);
  }
#endif
}

// As wide as the lanes of D, for gathers and masks.
template <class D>
HWY_INLINE Vec<IntegerTag<D>> WidenEntry(D, Vec<EntryTag<D>> entry) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    return entry;
  } else {
    return hn::PromoteTo(IntegerTag<D>(), entry);
  }
}

template <class D>
HWY_INLINE hn::Mask<D> HasNoEntry(D d, Vec<EntryTag<D>> entry) {
  return hn::RebindMask(d, hn::Lt(WidenEntry(d, entry), hn::Zero(IntegerTag<D>())));
}

// Entry -1: default_F.
template <class D>
HWY_INLINE Vec<D> AmplitudeAt(D d, const AmplitudeTable& table, Vec<EntryTag<D>> entry) {
  const auto outside = HasNoEntry(d, entry);
  const auto index = hn::IfThenZeroElse(hn::RebindMask(IntegerTag<D>(), outside), WidenEntry(d, entry));
  const Vec<D> found = hn::GatherIndex(d, Amplitudes(d, table), index);
  return hn::IfThenElse(outside, hn::Set(d, DefaultAmplitude(d, table)), found);
}

template <AmplitudeFrom source, class D>
HWY_INLINE Vec<D> Fetch(D d, const AmplitudeTable& table, Vec<EntryTag<D>> entry) {
  if constexpr (source == AmplitudeFrom::box) {
    return hn::GatherIndex(d, Amplitudes(d, table), WidenEntry(d, entry));
  } else {
    return AmplitudeAt(d, table, entry);
  }
}

// The amplitudes of a vector of entries. Plain loads and stores, which fit beside the arithmetic of a kernel: gathers
// of several processors are microcode that stops everything else.
template <AmplitudeFrom source, class D>
HWY_INLINE void FetchOneByOne(D d, const AmplitudeTable& table, const std::int32_t* entries, Scalar<D>* found) {
  const Scalar<D>* amplitudes = Amplitudes(d, table);
  const int lanes = static_cast<int>(hn::Lanes(d));
  HWY_FENCE;  // through memory: taking vectors apart lane by lane would cost the shuffles that this saves
  for (int lane = 0; lane < lanes; ++lane) {
    const std::int32_t entry = entries[lane];
    if constexpr (source == AmplitudeFrom::box) {
      found[lane] = amplitudes[entry];
    } else {
      found[lane] = entry < 0 ? DefaultAmplitude(d, table) : amplitudes[entry];
    }
  }
}

// True when every index of the orientations stays in the box, for all pixels that `intervals` covers; false for NaN.
inline bool StaysInside(const IndexBox& box, const IndexIntervals& intervals, int orientations) {
  bool inside = true;
  for (int axis = 0; axis < 3; ++axis) {
    // The nearest whole index is off by a half at most.
    const double first = box.first[axis] - 0.5, last = box.last[axis] + 0.5;
    for (int o = 0; o < orientations; ++o) {
      inside = inside && intervals.lowest[axis][o] > first && intervals.highest[axis][o] < last;
    }
  }
  return inside;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_LOOKUP_INL_H_
