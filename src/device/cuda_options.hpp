// Options that only CUDA devices have.
#pragma once

#include <string>

#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {

// For all other devices. Throws Error(unsupported) naming option and device.
inline void require_no_cuda_options(const RenderOptions& options, const std::string& device_name) {
  if (options.index_arithmetic == IndexArithmetic::automatic) return;
  throw Error(Status::unsupported, "execution.index_arithmetic is '" + name_of(options.index_arithmetic) +
                                       "', but device " + device_name +
                                       " has no choice of it: leave it on auto or choose a cuda device");
}

}  // namespace nbt
