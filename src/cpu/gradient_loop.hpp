// The loop over a request's blocks of tiles for gradients.
#pragma once

#include "cpu/gradient_scratch.hpp"
#include "device/device.hpp"

namespace nbt {

// Throws what the loss throws, Error(cancelled), ...
void add_gradient_of_rows(const Plan& plan, const GradientRequest& request, std::int64_t simd_target, int threads,
                          const RunControl& control);

}  // namespace nbt
