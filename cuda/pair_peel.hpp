// Precisions `single` and `fast` on cards whose double arithmetic is slow: indices and both peels in float pairs.
//
// An index is good to 2^-45 of the sums that make it, so its phase N h to 2 pi N times that: for indices up to 1000 and
// N = 1000 that is 2e-7.
#pragma once

#include "cuda/float_pair.hpp"
#include "cuda/peel.hpp"

namespace nbt::cuda {

class PairPeel {
 public:
  using Number = float;
  using Coordinate = FloatPair;
  using Word = float;
  template <int products>
  struct Coefficients {
    FloatPair along[products];
    FloatPair offset;  // less than nothing: it is added
  };

  NBT_KERNEL_FN explicit PairPeel(const WideFixedPoint&) {}

  static NBT_KERNEL_FN FloatPair coordinate(double w) { return float_pair(w); }

  template <int products>
  NBT_KERNEL_FN Coefficients<products> coefficients(const double (&along)[3], double offset) const {
    Coefficients<products> c;
    for (int j = 0; j < products; ++j) c.along[j] = float_pair(along[j]);
    c.offset = float_pair(-offset);
    return c;
  }

  template <int products>
  static NBT_KERNEL_FN double index(const Coefficients<products>& c, const FloatPair (&w)[3]) {
    return sum<products>(c, w).value();
  }

  template <int products>
  NBT_KERNEL_FN Fractions<float> split(const Coefficients<products>& c, const FloatPair (&w)[3], double cells) const {
    const FloatPair h = sum<products>(c, w);
    const float nearest = one_lane::NearestIndex(FloatLane(), h.high);
    const FloatPair delta = ordered_sum(h.high - nearest, h.low);  // the difference is exact
    const auto N = static_cast<float>(cells);
    const FloatPair turns = exact_product(N, delta.high);
    const float rest = turns.high - one_lane::ops::Round(turns.high);  // exact
    return {delta.high, rest + (turns.low + N * delta.low), static_cast<int>(nearest)};
  }

  static NBT_KERNEL_FN float fraction(float word) { return word; }
  static NBT_KERNEL_FN float bend(float word) { return one_lane::SineParabola(word); }
  static NBT_KERNEL_FN int bias() { return 0; }

 private:
  template <int products>
  static NBT_KERNEL_FN FloatPair sum(const Coefficients<products>& c, const FloatPair (&w)[3]) {
    FloatPair h = (c.along[0] * w[0] + c.offset) + c.along[1] * w[1];
    if constexpr (products == 3) h = h + c.along[2] * w[2];
    return h;
  }
};

}  // namespace nbt::cuda
