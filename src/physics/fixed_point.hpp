// Constants of the fixed-point Miller indices (fixed_point-inl.h).
#pragma once

#include <cstdint>

namespace nbt {

inline constexpr double fixed_point_offset = 1572864.0;         // 1.5 * 2^20
inline constexpr double fixed_point_step = 1.0 / 4294967296.0;  // 2^-32
inline constexpr double fixed_point_limit = 524288.0;           // of |h|: 2^19
inline constexpr std::int32_t fixed_point_bias = 0x41380000;    // high word of fixed_point_offset

}  // namespace nbt
