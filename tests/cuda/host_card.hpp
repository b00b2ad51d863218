// The CUDA device with its kernels compiled for the host: two cards that can be made to fail.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstdlib>
#include <string>

#include "../capi/handle.hpp"

namespace nbt::test {

// Before anything asks for a device.
class UseTheKernelsOnTheHost : public testing::Environment {
 public:
  void SetUp() override {
    setenv("NBT_CUDA_MODULE", NBT_CUDA_ON_HOST, 1);
    setenv("NBT_CUDA_HOST_DEVICES", "2", 1);
  }
};
inline const testing::Environment* const environment = testing::AddGlobalTestEnvironment(new UseTheKernelsOnTheHost);

// A variable of the environment while the object lives.
class Variable {
 public:
  Variable(const char* name, std::int64_t value) : name_(name) { setenv(name, std::to_string(value).c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

// Wider and taller than one slab of 4 MiB in double.
inline constexpr std::int64_t large_fast = 1100;
inline constexpr std::int64_t large_slow = 700;

inline Handle on_device(const char* name, bool large) {
  Handle handle;
  describe_small_scene(handle);
  handle.set_text("execution.device", name);
  if (large) {
    handle.set("detector.pixels", {static_cast<double>(large_fast), static_cast<double>(large_slow)});
    handle.set("detector.pixel_size_mm", 0.1);
  }
  return handle;
}

// What the module tells of a device since the last call, by the name of a function (cuda/host/runtime.cpp).
inline std::int64_t told_by_card(const char* function, int device) {
  void* module = dlopen(NBT_CUDA_ON_HOST, RTLD_NOW | RTLD_NOLOAD);
  EXPECT_NE(module, nullptr) << dlerror();
  auto* tell = reinterpret_cast<std::int64_t (*)(int)>(dlsym(module, function));
  EXPECT_NE(tell, nullptr) << dlerror();
  return tell(device);
}

// Bytes of the device's memory that were taken at most.
inline std::int64_t peak_bytes(int device) {
  return told_by_card("nbt_cuda_on_host_peak_bytes", device);
}

// To the host.
inline std::int64_t copied_bytes(int device) {
  return told_by_card("nbt_cuda_on_host_copied_bytes", device);
}

// How often memory went while something was under way on any device.
inline std::int64_t freed_under_way() {
  return told_by_card("nbt_cuda_on_host_freed_under_way", 0);
}

struct Canceller {
  nbt_simulation* handle;
  double at;
};

inline void cancel_late(double fraction_done, void* user) {
  const auto& canceller = *static_cast<Canceller*>(user);
  if (fraction_done >= canceller.at) nbt_cancel(canceller.handle);
}

}  // namespace nbt::test
