// The square shape: F_cell^2 F_latt^2 of a list of orientations over a run of pixels, as a software pipeline.
//
// One evaluation is a single chain of some twenty dependent operations, longer than what a processor looks ahead. So
// the loop works on several chains at once. Its unit is an item, one axis of one vector of pixels; a phase takes five
// items one step further each, and none of these steps waits for another:
//
//   locate     Miller index in double                                              item n
//   peel       distances delta and t from whole numbers                            item n - 1
//   bend       arguments of the two sines                                          item n - 2
//   sine       the two sines                                                       item n - 3
//   multiply   into the products above and below the line; after the third, divide item n - 4
//
// Three phases, one for each axis, make an iteration; an iteration locates vector k and adds up vector k - 2. The
// pipeline runs through from one orientation to the next: it is filled and emptied once for a list.
#if defined(NBT_CPU_SQUARE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_SQUARE_INL_H_
#undef NBT_CPU_SQUARE_INL_H_
#else
#define NBT_CPU_SQUARE_INL_H_
#endif

#include "cpu/lookup-inl.h"
#include "cpu/peel-inl.h"
#include "physics/lattice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Which orientations, over which pixels of the span.
struct TermRange {
  const std::uint8_t* orientations;
  int orientation_count;
  int first_pixel;
  int end_pixel;
};

template <class Peel, AmplitudeFrom source, int products>
HWY_NOINLINE void StreamSquare(const TermBatch& batch, TermWork<typename Peel::Number>& work, const TermRange& range) {
  using T = typename Peel::Number;
  using V = TermVec<T>;
  using Word = typename Peel::Word;
  const TermTag<T> d;
  const DoubleTag dd;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Peel peel(*batch.crystal, batch.table->box);

  // What lies between the steps. The first values only keep the arithmetic of the empty pipeline finite; the first
  // index is a real one, as the table is asked for it (take() below).
  DoubleVec low, high;
  Word delta = hn::Zero(typename Peel::WordTag()), t = delta;
  V arc_delta = hn::Set(d, T(0.2)), arc_t = arc_delta;
  V sine_delta = arc_delta, sine_t = arc_delta;
  V above = arc_delta, below = arc_delta, ratio = arc_delta;
  typename Peel::Share share_low{}, share_high{};
  alignas(64) std::int32_t entries[lane_padding] = {};

  DoubleVec along[3][products], offset[3];
  const auto take = [&](int orientation) HWY_ATTR {
    for (int axis = 0; axis < 3; ++axis) {
      for (int j = 0; j < products; ++j) along[axis][j] = hn::Set(dd, batch.block->along[axis][j][orientation]);
      offset[axis] = hn::Set(dd, batch.block->offset[axis][orientation] - peel.Offset());
    }
  };
  const auto at = [&](int axis, int i) HWY_ATTR {
    const auto w = [&](int j) HWY_ATTR { return hn::Load(dd, batch.directions.coordinate[j] + i); };
    const auto coefficient = [&](int j) HWY_ATTR { return along[axis][j]; };
    return MillerIndex<products>(w, coefficient, offset[axis]);
  };
  // `axis` is that of the item located in this phase; the other items are one axis behind each other.
  const auto advance = [&](auto axis, int i) HWY_ATTR {
    sine_delta = RelativeSine(d, arc_delta);
    sine_t = RelativeSine(d, arc_t);
    arc_delta = Peel::Bend(delta);
    arc_t = Peel::Bend(t);
    peel.template Split<(axis + 2) % 3, source>(low, high, delta, t, share_low, share_high);
    low = at(axis, i);
    if constexpr (two_halves<T>) high = at(axis, i + static_cast<int>(hn::Lanes(dd)));
  };

  // The two iterations that fill the pipeline write behind the pixels.
  int pixel_before = tile_pixels, pixel_added = tile_pixels;
  int pixel = range.first_pixel, place = 0;
  const int vectors = (range.end_pixel - range.first_pixel) / lanes;
  take(range.orientations[0]);
  low = high = at(2, pixel);
  for (int left = range.orientation_count * vectors + 2; left > 0; --left) {
    above = hn::Mul(above, sine_t);
    below = hn::Mul(below, sine_delta);
    advance(std::integral_constant<int, 0>(), pixel);

    ratio = Peel::Ratio(above, below);
    if constexpr (source == AmplitudeFrom::array) {
      const V F = hn::Load(d, work.amplitude + (pixel_added < tile_pixels ? pixel_added : 0));
      ratio = hn::Mul(ratio, Peel::Order::FromPixels(F));
    } else if constexpr (source != AmplitudeFrom::unit) {
      ratio = hn::Mul(ratio, hn::Load(d, work.found));
      hn::Store(peel.template Entry<source>(share_low, share_high), EntryTag<TermTag<T>>(), entries);
    }
    above = sine_t;
    below = sine_delta;
    advance(std::integral_constant<int, 1>(), pixel);

    hn::Store(hn::MulAdd(ratio, ratio, hn::Load(d, work.block + pixel_added)), d, work.block + pixel_added);
    if constexpr (asks_table<source>) FetchOneByOne<source>(d, *batch.table, entries, work.found);
    above = hn::Mul(above, sine_t);
    below = hn::Mul(below, sine_delta);
    advance(std::integral_constant<int, 2>(), pixel);

    pixel_added = pixel_before;
    pixel_before = pixel;
    pixel += lanes;
    if (pixel == range.end_pixel) {
      pixel = range.first_pixel;
      place = std::min(place + 1, range.orientation_count - 1);
      take(range.orientations[place]);
    }
  }
}

// One orientation without the pipeline. Terms that are not finite are replaced by their limit, the others have the bits
// that StreamSquare gives them.
template <class Peel, AmplitudeFrom source, int products>
HWY_INLINE void AddCarefully(const TermBatch& batch, TermWork<typename Peel::Number>& work, int orientation,
                             const TermRange& range) {
  using T = typename Peel::Number;
  using V = TermVec<T>;
  const TermTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const double(&cells)[3] = batch.crystal->cells;
  const Peel peel(*batch.crystal, batch.table->box);
  for (int i = range.first_pixel; i < range.end_pixel; i += lanes) {
    typename Peel::Share share_low{}, share_high{};
    V delta[3], t[3];
    const auto split = [&](auto axis) HWY_ATTR {
      const DoubleVec offset = hn::Set(DoubleTag(), batch.block->offset[axis][orientation] - peel.Offset());
      const DoubleVec low = IndexAt<products>(batch, axis, orientation, i, offset);
      DoubleVec high = low;
      if constexpr (two_halves<T>) {
        high = IndexAt<products>(batch, axis, orientation, i + static_cast<int>(hn::Lanes(DoubleTag())), offset);
      }
      typename Peel::Word word_delta, word_t;
      peel.template Split<axis, source>(low, high, word_delta, word_t, share_low, share_high);
      delta[axis] = Peel::Distance(word_delta);
      t[axis] = Peel::Distance(word_t);
    };
    split(std::integral_constant<int, 0>());
    split(std::integral_constant<int, 1>());
    split(std::integral_constant<int, 2>());
    const auto ratio_of = [&](const V(&below)[3], const V(&above)[3]) HWY_ATTR {
      return Peel::Ratio(SineProduct(d, above[0], above[1], above[2]), SineProduct(d, below[0], below[1], below[2]));
    };
    const V fast = ratio_of(delta, t);
    for (int axis = 0; axis < 3; ++axis) AvoidZeroOverZero(d, static_cast<T>(cells[axis]), delta[axis], t[axis]);
    const V limit = ratio_of(delta, t);
    const V difference = hn::Sub(fast, fast);
    V ratio = hn::IfThenElse(hn::Eq(difference, difference), fast, limit);
    if constexpr (source == AmplitudeFrom::array) {
      ratio = hn::Mul(ratio, Peel::Order::FromPixels(hn::Load(d, work.amplitude + i)));
    } else if constexpr (source != AmplitudeFrom::unit) {
      ratio = hn::Mul(ratio, Fetch<source>(d, *batch.table, peel.template Entry<source>(share_low, share_high)));
    }
    hn::Store(hn::MulAdd(ratio, ratio, hn::Load(d, work.block + i)), d, work.block + i);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_SQUARE_INL_H_
