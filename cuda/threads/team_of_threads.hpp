// The threads of one block as threads of their own, for tests: what a kernel does to be right on the device it must do
// here, too.
//
// They take turns on the thread that launches; a turn ends where a thread waits for others. For ThreadSanitizer each is
// a thread, and only what orders threads on the device orders them: meetings of the block, its start and its end.
// Neither turns nor shuffles do, so a race between two meetings is seen whichever thread comes first. When threads wait
// for each other at different places, which is undefined on the device, the launch fails and says where.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>

namespace nbt::cuda {

// Where a thread waits for others, in a kernel's source.
struct KernelPlace {
  const char* file = "";
  int line = 0;
};

// What a thread of a running block calls.
namespace own {

int thread();  // -1: none is running
// Of all threads of the block; true for all when `own` is for one.
bool meet(bool own, KernelPlace place);
// What the thread `step` away in the same 32 threads gives, all of which must come here with the same step, a power
// of two below 32.
std::uint64_t exchange(std::uint64_t own, int step, KernelPlace place);

template <class T>
T from_neighbour(T value, int step, KernelPlace place) {
  static_assert(sizeof(T) == 8 || sizeof(T) == 4);
  if constexpr (sizeof(T) == 8) {
    return std::bit_cast<T>(exchange(std::bit_cast<std::uint64_t>(value), step, place));
  } else {
    return std::bit_cast<T>(static_cast<std::uint32_t>(exchange(std::bit_cast<std::uint32_t>(value), step, place)));
  }
}

}  // namespace own

// Calls kernel() on every thread of a block, after all that was done before and before all that comes. One block at a
// time; others wait. Throws Error(device) when threads wait for each other at different places.
void run_on_threads(const std::function<void()>& kernel);

// False where launches run each block as a loop over its threads, as in libnbt_cuda_on_host.
bool launches_on_threads();

}  // namespace nbt::cuda

// For tests. On threads unless told otherwise.
extern "C" __attribute__((visibility("default"))) void nbt_cuda_in_threads_use(bool on_threads);
