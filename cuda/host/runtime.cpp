// The runtime on the processor: memory is the heap, kernels run where they are launched. For tests; what a GPU may
// refuse can be refused here, too:
//
//   NBT_CUDA_HOST_DEVICES       how many devices there are; 1 unless set
//   NBT_CUDA_HOST_MEMORY_BYTES  how much memory each has
//   NBT_CUDA_HOST_SLOW_DOUBLE   how much slower than float double is said to be; 2 unless set
//   NBT_CUDA_HOST_FAILS         how many calls work before the device is lost; none is unless set
#include "cuda/runtime.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "model/error.hpp"

namespace nbt::cuda {
namespace {

constexpr int most_devices = 8;
constexpr std::int64_t unlimited_bytes = std::int64_t{1} << 40;

std::int64_t number_from(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// Counts calls up to the failure, anew whenever another number is asked for.
void require_working(int device, const char* doing) {
  static std::mutex mutex;
  static std::int64_t counted_limit = -1, calls = 0;
  const std::lock_guard<std::mutex> lock(mutex);
  const std::int64_t limit = number_from("NBT_CUDA_HOST_FAILS", -1);
  if (limit != counted_limit) calls = 0;
  counted_limit = limit;
  if (limit >= 0 && calls++ >= limit) {
    throw Error(Status::device, "device " + device_name(device) + " failed while " + doing + ": lost for a test");
  }
}

std::atomic<std::int64_t> taken_bytes[most_devices];
std::atomic<std::int64_t> peak_bytes[most_devices];
std::atomic<std::int64_t> copied_bytes[most_devices];
std::atomic<int> streams_under_way[most_devices];
std::atomic<int> freed_under_way;

void note_peak(int device, std::int64_t taken) {
  std::int64_t before = peak_bytes[device];
  while (taken > before && !peak_bytes[device].compare_exchange_weak(before, taken)) {
  }
}

// A card would still read or write it.
void note_freed(int device) {
  if (streams_under_way[device] > 0) ++freed_under_way;
}

// A stream with work that nobody has waited for has a handle.
void note_work(int device, void*& handle, void* stream) {
  if (handle == nullptr) ++streams_under_way[device];
  handle = stream;
}
void note_end(int device, void*& handle) {
  if (handle != nullptr) --streams_under_way[device];
  handle = nullptr;
}

}  // namespace

int count_devices(std::string& why_none) noexcept {
  const auto count = static_cast<int>(number_from("NBT_CUDA_HOST_DEVICES", 1));
  if (count > 0 && count <= most_devices) return count;
  try {
    why_none = "NBT_CUDA_HOST_DEVICES says so";
  } catch (...) {
    why_none.clear();
  }
  return 0;
}

DeviceProperties properties_of(int device) {
  DeviceProperties properties;
  properties.model = "kernels of the CUDA device compiled for the host";
  properties.uuid = "GPU-host-" + std::to_string(device);
  properties.pci = "0000:00:0" + std::to_string(device) + ".0";
  properties.double_slower_by = static_cast<int>(number_from("NBT_CUDA_HOST_SLOW_DOUBLE", 2));
  return properties;
}

DeviceMemory::DeviceMemory(int device, std::int64_t bytes) : device_(device), bytes_(bytes) {
  require_working(device, "taking memory of its own");
  const std::int64_t taken = taken_bytes[device] += bytes;
  const bool fits = taken <= number_from("NBT_CUDA_HOST_MEMORY_BYTES", unlimited_bytes);
  if (fits && bytes > 0) address_ = std::malloc(static_cast<std::size_t>(bytes));
  if (bytes == 0 || address_ != nullptr) {
    note_peak(device, taken);
    return;
  }
  taken_bytes[device] -= bytes;
  throw Error(Status::out_of_memory, "device " + device_name(device) + " failed while taking " + std::to_string(bytes) +
                                         " bytes of memory of its own");
}

DeviceMemory::~DeviceMemory() {
  if (address_ == nullptr) return;
  note_freed(device_);
  taken_bytes[device_] -= bytes_;
  std::free(address_);
}

PinnedMemory::PinnedMemory(int device, std::int64_t bytes) : device_(device) {
  require_working(device, "taking pinned memory of the host");
  address_ = std::malloc(static_cast<std::size_t>(bytes));
  if (address_ == nullptr) throw std::bad_alloc();
}

PinnedMemory::~PinnedMemory() {
  if (address_ == nullptr) return;
  note_freed(device_);
  std::free(address_);
}

Stream::Stream(int device) : device_(device) {
  require_working(device, "making a stream");
}

Stream::~Stream() {
  note_end(device_, handle_);
}

void Stream::clear(void* memory, std::int64_t bytes) {
  require_working(device_, "clearing its memory");
  note_work(device_, handle_, this);
  std::memset(memory, 0, static_cast<std::size_t>(bytes));
}

void Stream::copy_to_device(void* to, const void* from, std::int64_t bytes) {
  require_working(device_, "copying tables to it");
  note_work(device_, handle_, this);
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Stream::copy_to_host(void* to, const void* from, std::int64_t bytes) {
  require_working(device_, "copying rows to the host");
  note_work(device_, handle_, this);
  copied_bytes[device_] += bytes;
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Stream::wait() {
  note_end(device_, handle_);
  require_working(device_, "computing");
}

}  // namespace nbt::cuda

// For tests, of one device since the last call: bytes of its memory that were taken at most, and bytes that were copied
// to the host; and of all devices, how often memory went while something was under way.
#define NBT_FOR_TESTS extern "C" __attribute__((visibility("default")))

NBT_FOR_TESTS std::int64_t nbt_cuda_on_host_peak_bytes(int device) {
  return nbt::cuda::peak_bytes[device].exchange(nbt::cuda::taken_bytes[device]);
}

NBT_FOR_TESTS std::int64_t nbt_cuda_on_host_copied_bytes(int device) {
  return nbt::cuda::copied_bytes[device].exchange(0);
}

NBT_FOR_TESTS std::int64_t nbt_cuda_on_host_freed_under_way(int) {
  return nbt::cuda::freed_under_way.exchange(0);
}
