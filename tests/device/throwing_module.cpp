// A module without a driver, that says so by an exception.
#include "fake_module.hpp"

namespace {

std::vector<std::shared_ptr<const nbt::Device>> no_driver() {
  throw nbt::Error(nbt::Status::device, "the fake driver is not loaded");
}

}  // namespace

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{NBT_VERSION, nbt::device_module_layout(), no_driver};
  return &module;
}
