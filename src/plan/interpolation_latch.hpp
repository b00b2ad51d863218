// The first evaluation whose tricubic neighbourhood leaves the reflection list [Q20].
#pragma once

#include <optional>

#include "plan/plan.hpp"

namespace nbt {

// In raster order over the pixels that are rendered; within a pixel over layers, sub-pixels, sources, phi and domains.
std::optional<InterpolationLatch> find_interpolation_latch(const Plan& plan);

}  // namespace nbt
