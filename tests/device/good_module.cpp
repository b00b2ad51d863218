// A module as it should be.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{NBT_VERSION, nbt::device_module_layout(), nbt::test::fake_devices};
  return &module;
}
