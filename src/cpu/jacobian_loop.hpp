// The loop over a request's blocks of tiles for derivative images and normal equations.
#pragma once

#include "device/device.hpp"

namespace nbt {

void find_derivatives_of_rows(const Plan& plan, const JacobianRequest& request, std::int64_t simd_target, int threads,
                              const RunControl& control);

}  // namespace nbt
