// A module of this version, built from other sources.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{NBT_VERSION, nbt::device_module_layout() + 1, nbt::test::fake_devices};
  return &module;
}
