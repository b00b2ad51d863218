// Over the CUDA runtime.
#include "cuda/runtime.hpp"

#include <algorithm>
#include <cstdio>

#include "cuda/cuda_check.hpp"

namespace nbt::cuda {
namespace {

std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU";
  for (int i = 0; i < 16; ++i) {
    char byte[4];
    const bool dash = i == 0 || i == 4 || i == 6 || i == 8 || i == 10;
    std::snprintf(byte, sizeof byte, dash ? "-%02x" : "%02x", static_cast<unsigned char>(uuid.bytes[i]));
    text += byte;
  }
  return text;
}

}  // namespace

int count_devices(std::string& why_none) noexcept {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  if (result == cudaSuccess && count > 0) return count;
  try {
    why_none = result == cudaSuccess ? "there is no CUDA device" : cudaGetErrorString(result);
  } catch (...) {
    why_none.clear();
  }
  return 0;
}

DeviceProperties properties_of(int device) {
  cudaDeviceProp found;
  check_cuda(cudaGetDeviceProperties(&found, device), device, "asking for its properties");
  int slower = 2;
  check_cuda(cudaDeviceGetAttribute(&slower, cudaDevAttrSingleToDoublePrecisionPerfRatio, device), device,
             "asking for its speed in double precision");
  char pci[32];
  check_cuda(cudaDeviceGetPCIBusId(pci, sizeof pci, device), device, "asking for its PCI id");
  DeviceProperties properties;
  properties.model = found.name;
  properties.uuid = uuid_text(found.uuid);
  properties.pci = pci;
  std::transform(properties.pci.begin(), properties.pci.end(), properties.pci.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  properties.double_slower_by = slower;
  return properties;
}

MemoryPlace place_of(int device, const void* address) {
  const DeviceScope scope(device);
  cudaPointerAttributes found{};
  check_cuda(cudaPointerGetAttributes(&found, address), device, "asking where the image is");
  if (found.type == cudaMemoryTypeManaged) return {MemoryKind::managed, found.device};
  return {found.type == cudaMemoryTypeDevice ? MemoryKind::device : MemoryKind::host, found.device};
}

int device_of_stream(int device, const void* stream) {
#if CUDART_VERSION >= 12080
  const DeviceScope scope(device);
  int found = device;
  check_cuda(cudaStreamGetDevice(static_cast<cudaStream_t>(const_cast<void*>(stream)), &found), device,
             "asking whose stream it was given");
  return found;
#else  // a stream of another device fails when a kernel is started in it
  return device;
#endif
}

DeviceMemory::DeviceMemory(int device, std::int64_t bytes) : device_(device), bytes_(bytes) {
  if (bytes == 0) return;
  const DeviceScope scope(device);
  check_cuda(cudaMalloc(&address_, static_cast<std::size_t>(bytes)), device, "taking memory of its own");
}

// What fails here, after a lost device, has no one to tell.
DeviceMemory::~DeviceMemory() {
  cudaFree(address_);
}

PinnedMemory::PinnedMemory(int device, std::int64_t bytes) : device_(device) {
  const DeviceScope scope(device);
  check_cuda(cudaHostAlloc(&address_, static_cast<std::size_t>(bytes), cudaHostAllocPortable), device,
             "taking pinned memory of the host");
}

PinnedMemory::~PinnedMemory() {
  cudaFreeHost(address_);
}

Stream::Stream(int device) : device_(device) {
  const DeviceScope scope(device);
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), device, "making a stream");
  handle_ = stream;
}

Stream::~Stream() {
  if (!borrowed_) cudaStreamDestroy(static_cast<cudaStream_t>(handle_));
}

// The default stream is that of the current device.
void Stream::clear(void* memory, std::int64_t bytes) {
  const DeviceScope scope(device_);
  check_cuda(cudaMemsetAsync(memory, 0, static_cast<std::size_t>(bytes), static_cast<cudaStream_t>(handle_)), device_,
             "clearing its memory");
}

void Stream::copy_to_device(void* to, const void* from, std::int64_t bytes) {
  const DeviceScope scope(device_);
  check_cuda(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice,
                             static_cast<cudaStream_t>(handle_)),
             device_, "copying tables to it");
}

void Stream::copy_to_host(void* to, const void* from, std::int64_t bytes) {
  const DeviceScope scope(device_);
  check_cuda(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost,
                             static_cast<cudaStream_t>(handle_)),
             device_, "copying rows to the host");
}

void Stream::wait() {
  const DeviceScope scope(device_);
  check_cuda(cudaStreamSynchronize(static_cast<cudaStream_t>(handle_)), device_, "computing");
}

}  // namespace nbt::cuda
