// How names choose from a list of devices.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/device.hpp"

namespace nbt {

using DeviceList = std::vector<std::shared_ptr<const Device>>;

// "cuda" of "cuda:0"
std::string kind_of_device(const std::string& name);

// Every name but the first, as find_device() takes it: "cuda:GPU-1b2c".
std::vector<std::string> other_names(const DeviceDescription& description);

// What find_device() is for all devices(). The list begins with the CPU.
std::shared_ptr<const Device> best_device(const DeviceList& list);
std::shared_ptr<const Device> device_named(const DeviceList& list, const std::string& name);

}  // namespace nbt
