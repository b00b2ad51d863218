// The threads of one block, as kernels see them.
//
// A kernel is ordinary code that every thread of the block runs; what differs from thread to thread happens inside
// each_thread() and each_pixel(), and meet() stands where threads read what others wrote to the shared memory. On the
// device each_thread() is this thread's own turn and meet() a barrier; compiled for the host it is a loop over the
// threads and meet() nothing, so that the same code is tested on machines without a GPU. Outside of each_thread() local
// variables hold what is the same for all threads; what a pixel carries along is kept in shared memory.
#pragma once

#include "device/span.hpp"

#ifdef __CUDACC__
#define NBT_KERNEL_FN __device__ __forceinline__
#define NBT_KERNEL_CALL __device__ __noinline__  // a call, where inlining would cost registers in the common loop
#else
#define NBT_KERNEL_FN inline
#define NBT_KERNEL_CALL inline
#endif

namespace nbt::cuda {

// A block renders one tile of tile_pixels; where derivatives are computed, one of team_threads pixels.
inline constexpr int team_threads = 128;
inline constexpr int pixels_per_thread = tile_pixels / team_threads;

// work(thread) for every thread.
template <class Work>
NBT_KERNEL_FN void each_thread(const Work& work) {
#ifdef __CUDACC__
  work(static_cast<int>(threadIdx.x));
#else
  for (int thread = 0; thread < team_threads; ++thread) work(thread);
#endif
}

// work(place in the tile) for every pixel, each by the thread that owns it.
template <class Work>
NBT_KERNEL_FN void each_pixel(const Work& work) {
  each_thread([&](int thread) {
    for (int p = 0; p < pixels_per_thread; ++p) work(thread + p * team_threads);
  });
}

// For groups of `width` neighbouring threads, a power of two up to 32: part(group, member, sums) gives a thread's share
// of `count` sums, take(group, sums) is called with their totals, once for every group.
template <int width, int count, class T, class Part, class Take>
NBT_KERNEL_FN void each_group(const Part& part, const Take& take) {
#ifdef __CUDACC__
  const int thread = static_cast<int>(threadIdx.x);
  T sums[count] = {};
  part(thread / width, thread % width, sums);
#pragma unroll
  for (int k = 0; k < count; ++k) {
#pragma unroll
    for (int step = width / 2; step > 0; step /= 2) sums[k] += __shfl_xor_sync(0xffffffffu, sums[k], step);
  }
  if (thread % width == 0) take(thread / width, sums);
#else
  for (int group = 0; group < team_threads / width; ++group) {
    T totals[count] = {};
    for (int member = 0; member < width; ++member) {
      T sums[count] = {};
      part(group, member, sums);
      for (int k = 0; k < count; ++k) totals[k] += sums[k];
    }
    take(group, totals);
  }
#endif
}

NBT_KERNEL_FN void meet() {
#ifdef __CUDACC__
  __syncthreads();
#endif
}

}  // namespace nbt::cuda
