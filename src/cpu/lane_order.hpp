// The order of pixels in a vector whose words were taken from two vectors of double block by block (peel-inl.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nbt {

// Lane tables for vectors of so many floats: a pair of pixels of the first half, a pair of the second half, and so on.
struct LaneTables {
  explicit constexpr LaneTables(int lanes) {
    for (int lane = 0; lane < lanes; ++lane) {
      const int pixel = lane / 4 * 2 + lane % 2 + (lane % 4 < 2 ? 0 : lanes / 2);
      from_pixels[static_cast<std::size_t>(lane)] = pixel;
      to_pixels[static_cast<std::size_t>(pixel)] = lane;
    }
  }

  static constexpr std::size_t most_lanes = 16;
  std::array<std::int32_t, most_lanes> from_pixels{};
  std::array<std::int32_t, most_lanes> to_pixels{};
};

inline constexpr LaneTables lane_tables_8(8);
inline constexpr LaneTables lane_tables_16(16);

}  // namespace nbt
