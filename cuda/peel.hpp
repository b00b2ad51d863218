// How Miller indices are computed and peeled: the fractions that the lattice factor takes, and the whole numbers that
// the table of amplitudes takes. Four schemes with the same members, as src/cpu/peel-inl.h has them for vectors:
//
//   Number        in what amplitudes and lattice factors are computed
//   Coordinate    a coordinate w_j of the direction to a pixel
//   Coefficient   of an index: along_j and offset of src/cpu/index_block.hpp, in a form that is ready to use
//   Word          what delta and t are until bend() makes them arguments of a sine
//
//   coefficients(along, offset)   once per block, orientation and axis
//   split(...)                    delta, t and the nearest whole number of one axis; of halves the lower one
//   index(...)                    the index itself
#pragma once

#include <cstdint>

#include "cuda/lanes.hpp"

namespace nbt::cuda {

// One axis of an index.
template <class Word>
struct Fractions {
  Word delta;
  Word t;
  int nearest;  // plus a constant of the scheme
};

// Precisions `double` and, where indices are too large for fixed point, `single`: both peels in double.
template <class T>
class DoublePeel {
 public:
  using Number = T;
  using Coordinate = double;
  using Word = T;
  template <int products>
  struct Coefficients {
    double along[products];
    double offset;
  };

  NBT_KERNEL_FN explicit DoublePeel(const WideFixedPoint&) {}

  static NBT_KERNEL_FN double coordinate(double w) { return w; }

  template <int products>
  NBT_KERNEL_FN Coefficients<products> coefficients(const double (&along)[3], double offset) const {
    Coefficients<products> c;
    for (int j = 0; j < products; ++j) c.along[j] = along[j];
    c.offset = offset;
    return c;
  }

  template <int products>
  static NBT_KERNEL_FN double index(const Coefficients<products>& c, const Coordinate (&w)[3]) {
    const double h = one_lane::MillerIndex2(w[0], w[1], c.along[0], c.along[1], c.offset);
    return products == 3 ? one_lane::ops::MulAdd(c.along[products - 1], w[2], h) : h;
  }

  template <int products>
  NBT_KERNEL_FN Fractions<T> split(const Coefficients<products>& c, const Coordinate (&w)[3], double cells) const {
    const DoubleLane d;
    const double h = index<products>(c, w);
    const double nearest = one_lane::NearestIndex(d, h);
    const double delta = h - nearest;
    return {static_cast<T>(delta), static_cast<T>(one_lane::GratingPhase(d, delta, cells)), whole(nearest)};
  }

  // The distance from the nearest whole number alone, in double.
  template <int products>
  static NBT_KERNEL_FN double distance(const Coefficients<products>& c, const Coordinate (&w)[3], int& nearest_index) {
    const double h = index<products>(c, w);
    const double nearest = one_lane::NearestIndex(DoubleLane(), h);
    nearest_index = whole(nearest);
    return h - nearest;
  }

  static NBT_KERNEL_FN T fraction(T word) { return word; }
  static NBT_KERNEL_FN T bend(T word) { return one_lane::SineParabola(word); }
  static NBT_KERNEL_FN int bias() { return 0; }

  // Far outside every table where a number does not fit.
  static NBT_KERNEL_FN int whole(double nearest) {
    constexpr double limit = 1073741824.0;  // 2^30
    return nearest > -limit && nearest < limit ? static_cast<int>(nearest) : static_cast<int>(limit);
  }
};

// What both fixed-point schemes share: the index plus a constant, as the 64 bits of a double.
template <int products>
struct FixedCoefficients {
  double along[products];
  double offset;  // less the scheme's constant
};

template <int products>
NBT_KERNEL_FN double fixed_point_sum(const FixedCoefficients<products>& c, const double (&w)[3]) {
  const double h = one_lane::MillerIndex2(w[0], w[1], c.along[0], c.along[1], c.offset);
  return products == 3 ? one_lane::ops::MulAdd(c.along[products - 1], w[2], h) : h;
}

template <int products>
NBT_KERNEL_FN std::uint64_t fixed_point_bits(const FixedCoefficients<products>& c, const double (&w)[3]) {
  return one_lane::ops::BitCast(Lane<std::uint64_t>(), fixed_point_sum<products>(c, w));
}

template <int products>
NBT_KERNEL_FN FixedCoefficients<products> fixed_coefficients(const double (&along)[3], double offset) {
  FixedCoefficients<products> c;
  for (int j = 0; j < products; ++j) c.along[j] = along[j];
  c.offset = offset;
  return c;
}

NBT_KERNEL_FN std::int32_t lower_word(std::uint64_t bits) {
  return static_cast<std::int32_t>(bits);
}
NBT_KERNEL_FN std::int32_t upper_word(std::uint64_t bits) {
  return static_cast<std::int32_t>(bits >> 32);
}

// Products that drop their overflow.
NBT_KERNEL_FN std::int32_t wrapping_product(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b));
}

// What both fixed-point schemes have: words are fractions in units of 2^-32, as floats.
struct FixedPointPeel {
  using Number = float;
  using Coordinate = double;
  using Word = float;
  template <int products>
  using Coefficients = FixedCoefficients<products>;

  static NBT_KERNEL_FN double coordinate(double w) { return w; }
  static NBT_KERNEL_FN float fraction(float word) { return word * 0x1p-32f; }
  static NBT_KERNEL_FN float bend(float word) { return one_lane::FixedPointParabola(FloatLane(), word); }
};

// Precision `single` where indices and N are not too large: 64-bit fixed point (src/physics/fixed_point-inl.h).
class WidePeel : public FixedPointPeel {
 public:
  NBT_KERNEL_FN explicit WidePeel(const WideFixedPoint& scheme) : scheme_(scheme) {}

  template <int products>
  NBT_KERNEL_FN Coefficients<products> coefficients(const double (&along)[3], double offset) const {
    return fixed_coefficients<products>(along, offset - scheme_.offset);
  }

  template <int products>
  NBT_KERNEL_FN Fractions<float> split(const Coefficients<products>& c, const Coordinate (&w)[3], double cells) const {
    const FloatLane d;
    const std::uint64_t bits = fixed_point_bits<products>(c, w);
    const std::uint64_t fraction = bits << scheme_.shift;
    const std::int32_t upper = upper_word(fraction);
    const float rest = one_lane::FixedPointRest(d, lower_word(fraction));
    const std::int32_t upper_of_t = wrapping_product(upper, static_cast<std::int32_t>(cells));
    return {one_lane::FixedPointSum(d, upper, rest, 1.0f),
            one_lane::FixedPointSum(d, upper_of_t, rest, static_cast<float>(cells)),
            upper_word(bits + scheme_.half) >> scheme_.whole_shift};
  }

  template <int products>
  NBT_KERNEL_FN double index(const Coefficients<products>& c, const Coordinate (&w)[3]) const {
    return fixed_point_sum<products>(c, w) - scheme_.offset;
  }

  NBT_KERNEL_FN int bias() const { return scheme_.bias; }

 private:
  WideFixedPoint scheme_;
};

// Precision `fast`: 32-bit fixed point.
class FixedPeel : public FixedPointPeel {
 public:
  NBT_KERNEL_FN explicit FixedPeel(const WideFixedPoint&) {}

  template <int products>
  NBT_KERNEL_FN Coefficients<products> coefficients(const double (&along)[3], double offset) const {
    return fixed_coefficients<products>(along, offset - fixed_point_offset);
  }

  template <int products>
  NBT_KERNEL_FN Fractions<float> split(const Coefficients<products>& c, const Coordinate (&w)[3], double cells) const {
    const std::uint64_t bits = fixed_point_bits<products>(c, w);
    const std::int32_t delta = lower_word(bits);
    const std::int32_t t = wrapping_product(delta, static_cast<std::int32_t>(cells));
    return {static_cast<float>(delta), static_cast<float>(t), one_lane::FixedPointNearest(delta, upper_word(bits))};
  }

  template <int products>
  static NBT_KERNEL_FN double index(const Coefficients<products>& c, const Coordinate (&w)[3]) {
    return fixed_point_sum<products>(c, w) - fixed_point_offset;
  }

  static NBT_KERNEL_FN int bias() { return fixed_point_bias; }
};

}  // namespace nbt::cuda
