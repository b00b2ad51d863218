// Devices that are linked into the library. Declared here, defined beside the device, so that the registry need not
// include what stands above it.
#pragma once

#include <memory>

#include "device/device.hpp"

namespace nbt {

std::shared_ptr<const Device> cpu_device();  // src/cpu

}  // namespace nbt
