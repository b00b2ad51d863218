// Errors of the CUDA runtime as exceptions, and the current device as a scope.
#pragma once

#include <cuda_runtime_api.h>

#include <string>

#include "cuda/runtime.hpp"
#include "model/error.hpp"

namespace nbt::cuda {

// `doing`: what was asked, as in "copying rows to the host".
inline void check_cuda(cudaError_t result, int device, const char* doing) {
  if (result == cudaSuccess) return;
  const bool memory = result == cudaErrorMemoryAllocation;
  throw Error(memory ? Status::out_of_memory : Status::device, "device " + device_name(device) + " failed while " +
                                                                   doing + ": " + cudaGetErrorString(result) + " (" +
                                                                   cudaGetErrorName(result) + ")");
}

// Makes a device the calling thread's current one, and that of before again.
class DeviceScope {
 public:
  explicit DeviceScope(int device) {
    check_cuda(cudaGetDevice(&before_), device, "asking for the current device");
    check_cuda(cudaSetDevice(device), device, "making it the current device");
  }
  ~DeviceScope() { cudaSetDevice(before_); }
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  int before_ = 0;
};

}  // namespace nbt::cuda
