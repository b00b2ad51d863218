// A module of an earlier interface.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_1() {
  return nullptr;
}
