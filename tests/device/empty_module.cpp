// A module that lists nothing.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{NBT_VERSION, nbt::device_module_layout(),
                                        [] { return std::vector<std::shared_ptr<const nbt::Device>>(); }};
  return &module;
}
