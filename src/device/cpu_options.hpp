// Options that only the CPU has.
#pragma once

#include <string>

#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {

// For devices other than the CPU. Throws Error(unsupported) naming option and device. A number of threads is accepted:
// it holds for what such a device leaves to the host.
inline void require_no_cpu_options(const RenderOptions& options, const std::string& device_name) {
  if (options.simd_target.empty() || options.simd_target == "auto") return;
  throw Error(Status::unsupported, "execution.simd_target is '" + options.simd_target + "', but device " + device_name +
                                       " has no SIMD targets: leave it on auto or choose device cpu");
}

}  // namespace nbt
