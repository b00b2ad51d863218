#include "device/builtin_devices.hpp"
#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {

const std::vector<std::shared_ptr<const Device>>& devices() {
  static const std::vector<std::shared_ptr<const Device>> all = {cpu_device()};
  return all;
}

std::shared_ptr<const Device> find_device(const std::string& name) {
  if (name.empty() || name == "auto") return devices().front();
  std::string names;
  for (const auto& device : devices()) {
    const DeviceDescription description = device->describe();
    names += (names.empty() ? "" : ", ") + description.name;
    if (description.name != name) continue;
    if (description.available) return device;
    throw Error(Status::device, "device '" + name + "' is not available: " + description.reason);
  }
  throw Error(Status::device, "there is no device '" + name + "'; known devices: auto, " + names);
}

}  // namespace nbt
