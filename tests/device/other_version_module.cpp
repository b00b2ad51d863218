// A module of an older libnbt, whose layout could be anything.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  static const nbt::DeviceModule module{"0.0.9", 0, nbt::test::fake_devices};
  return &module;
}
