// A module whose entry returns nothing.
#include "fake_module.hpp"

NBT_TEST_EXPORT const nbt::DeviceModule* nbt_device_module_3() {
  return nullptr;
}
