// What libnbt finds when it opens this module.
#include "cuda/cuda_device.hpp"
#include "device/device_module.hpp"
#include "model/error.hpp"

namespace nbt::cuda {
namespace {

std::vector<std::shared_ptr<const Device>> list_devices() {
  std::string why_none;
  const int count = count_devices(why_none);
  if (count == 0) throw Error(Status::device, why_none);
  std::vector<std::shared_ptr<const Device>> devices;
  for (int index = 0; index < count; ++index) devices.push_back(std::make_shared<CudaDevice>(index));
  return devices;
}

const DeviceModule module = {NBT_VERSION, device_module_layout(), &list_devices};

}  // namespace
}  // namespace nbt::cuda

extern "C" __attribute__((visibility("default"))) const nbt::DeviceModule* nbt_device_module_3() {
  return &nbt::cuda::module;
}
