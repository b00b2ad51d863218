#include "device/builtin_devices.hpp"
#include "device/device.hpp"
#include "device/device_list.hpp"
#include "device/module_loader.hpp"

namespace nbt {
namespace {

DeviceList all_devices() {
  DeviceList list = {cpu_device()};
  for (const KnownModule& module : known_modules()) {
    for (auto& device : devices_of(module, paths_of(module))) list.push_back(std::move(device));
  }
  return list;
}

}  // namespace

const std::vector<std::shared_ptr<const Device>>& devices() {
  // Never destroyed: when the process ends, what a module's devices need may be gone before them.
  static const DeviceList& all = *new DeviceList(all_devices());
  return all;
}

std::shared_ptr<const Device> find_device(const std::string& name) {
  if (name == "cpu") return device_named({cpu_device()}, name);
  if (name.empty() || name == "auto") return best_device(devices());
  return device_named(devices(), name);
}

}  // namespace nbt
