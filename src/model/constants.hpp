// Constants of physics.md 1 that several layers need.
#pragma once

namespace nbt {

inline constexpr double thomson_radius_squared_m2 = 7.94079248018965e-30;

}  // namespace nbt
