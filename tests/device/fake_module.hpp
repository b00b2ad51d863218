// What the modules of this folder export; each breaks one promise of device_module.hpp, or none.
#pragma once

#include "device/device_module.hpp"
#include "fake_device.hpp"

#define NBT_TEST_EXPORT extern "C" __attribute__((visibility("default")))

namespace nbt::test {

// A device that works, one that does not exist, and one that breaks down.
inline std::vector<std::shared_ptr<const Device>> fake_devices() {
  DeviceDescription works = described("cuda:0", "fake card");
  works.also = {"GPU-1b2c", "0000:65:00.0"};
  DeviceDescription is_off = described("cuda:1", "");
  is_off.available = false;
  is_off.reason = "the fake card is switched off";
  return {std::make_shared<FakeDevice>(works), std::make_shared<FakeDevice>(is_off),
          std::make_shared<FakeDevice>(described("cuda:2", "faulty card"), "cuda:2 fell off the bus")};
}

}  // namespace nbt::test
