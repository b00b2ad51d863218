// Constants of the fixed-point Miller indices (fixed_point-inl.h).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace nbt {

inline constexpr double fixed_point_offset = 1572864.0;         // 1.5 * 2^20
inline constexpr double fixed_point_step = 1.0 / 4294967296.0;  // 2^-32
inline constexpr double fixed_point_limit = 524288.0;           // of |h|: 2^19
inline constexpr std::int32_t fixed_point_bias = 0x41380000;    // high word of fixed_point_offset

// Pixels of a tile on either side of its middle, from which indices are computed.
inline constexpr double fixed_point_reach_pixels = 128;

// 64-bit fixed point with so many bits of fraction, for |h| < 2^(51 - bits); see fixed_point-inl.h.
struct WideFixedPoint {
  explicit WideFixedPoint(int fraction_bits)
      : shift(64 - fraction_bits),
        whole_shift(fraction_bits - 32),
        offset(std::ldexp(1.5, 52 - fraction_bits) + 0.5 * fixed_point_step),
        half((std::uint64_t{1} << (fraction_bits - 1)) - (std::uint64_t{1} << (fraction_bits - 33)) - 1),
        bias(static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(offset) >> fraction_bits)) {}

  int shift;           // brings the fraction to the top of its word
  int whole_shift;     // brings the whole part in the upper word to its bottom
  double offset;       // added to h: the lowest bit is then worth 2^-bits, and the upper word is rounded
  std::uint64_t half;  // added to the bits: whole parts are then rounded, halves down
  std::int32_t bias;   // of whole parts
};

inline constexpr int most_fraction_bits = 47;
inline constexpr int least_fraction_bits = 36;

}  // namespace nbt
