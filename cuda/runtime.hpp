// The little that this module asks of a GPU's runtime: devices, memory, streams. runtime.cpp has it over the CUDA
// runtime, host/runtime.cpp on the processor, for tests on machines without a GPU.
//
// Every call may throw Error(device), which names the device, the call and what the runtime says; Error(out_of_memory)
// where memory is refused. The calling thread's current device is left as it was found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace nbt::cuda {

// As it is listed, and named in messages.
inline std::string device_name(int device) {
  return "cuda:" + std::to_string(device);
}

struct DeviceProperties {
  std::string model;
  std::string uuid;          // "GPU-..."
  std::string pci;           // "0000:65:00.0"
  int double_slower_by = 2;  // than float, in multiplications per second
};

// None: `why_none` tells why. Never throws.
int count_devices(std::string& why_none) noexcept;
DeviceProperties properties_of(int device);

// A stretch of the device's own memory.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(int device, std::int64_t bytes);
  DeviceMemory(DeviceMemory&& other) noexcept { *this = std::move(other); }
  DeviceMemory& operator=(DeviceMemory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(address_, other.address_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~DeviceMemory();

  void* get() const { return address_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  int device_ = 0;
  void* address_ = nullptr;
  std::int64_t bytes_ = 0;
};

// Memory of the host that a device copies to without a detour.
class PinnedMemory {
 public:
  PinnedMemory() = default;
  PinnedMemory(int device, std::int64_t bytes);
  PinnedMemory(PinnedMemory&& other) noexcept { *this = std::move(other); }
  PinnedMemory& operator=(PinnedMemory&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(address_, other.address_);
    return *this;
  }
  ~PinnedMemory();

  void* get() const { return address_; }

 private:
  int device_ = 0;
  void* address_ = nullptr;
};

// Work that a device does in order.
class Stream {
 public:
  explicit Stream(int device);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int device() const { return device_; }
  void* handle() const { return handle_; }

  void clear(void* memory, std::int64_t bytes);  // to zeros
  void copy_to_device(void* to, const void* from, std::int64_t bytes);
  void copy_to_host(void* to, const void* from, std::int64_t bytes);
  void wait();

 private:
  int device_;
  void* handle_ = nullptr;
};

// A table in the stream's device's memory. Copied at once: the table may go away.
template <class T>
DeviceMemory stored(const T* table, std::size_t count, Stream& stream) {
  DeviceMemory memory(stream.device(), static_cast<std::int64_t>(count * sizeof(T)));
  if (count > 0) {
    stream.copy_to_device(memory.get(), table, memory.bytes());
    stream.wait();
  }
  return memory;
}

}  // namespace nbt::cuda
