// A module that throws what is no exception class.
#include "fake_module.hpp"

namespace {

std::vector<std::shared_ptr<const nbt::Device>> throw_number() {
  throw 42;
}

}  // namespace

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{NBT_VERSION, nbt::device_module_layout(), throw_number};
  return &module;
}
