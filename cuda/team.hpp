// The threads of one block, as kernels see them.
//
// A kernel is ordinary code that every thread of the block runs; what differs from thread to thread happens inside
// each_thread() and each_pixel(), and meet() stands where threads read what others wrote to the shared memory. On the
// device each_thread() is this thread's own turn and meet() a barrier; compiled for the host it is a loop over the
// threads and meet() nothing, so that the same code is tested on machines without a GPU. Outside of each_thread() local
// variables hold what is the same for all threads; what a pixel carries along is kept in shared memory.
//
// Compiled with NBT_KERNEL_THREADS a block on the host has threads of its own, as on the device, and a missing or
// divided barrier is found (threads/team_of_threads.hpp).
#pragma once

#include "device/span.hpp"

#ifdef NBT_KERNEL_THREADS
#include "cuda/threads/team_of_threads.hpp"
#endif

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

// ---- What a thread of its own does

#if defined(__CUDACC__) || defined(NBT_KERNEL_THREADS)
#define NBT_OWN_THREADS
#endif

#if defined(__CUDACC__)

NBT_KERNEL_FN constexpr bool has_own_thread() {
  return true;
}
NBT_KERNEL_FN int own_thread() {
  return static_cast<int>(threadIdx.x);
}
NBT_KERNEL_FN void meet() {
  __syncthreads();
}
NBT_KERNEL_FN bool meet_and_tell(bool own) {
  return __syncthreads_or(own) != 0;
}
template <class T>
NBT_KERNEL_FN T from_neighbour(T value, int step) {
  return __shfl_xor_sync(0xffffffffu, value, step);
}

#elif defined(NBT_KERNEL_THREADS)

inline bool has_own_thread() {
  return own::thread() >= 0;
}
inline int own_thread() {
  return own::thread();
}
inline void meet(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (has_own_thread()) own::meet(false, {file, line});
}
inline bool meet_and_tell(bool own, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return own::meet(own, {file, line});
}
template <class T>
T from_neighbour(T value, int step, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return own::from_neighbour(value, step, {file, line});
}

#else

inline void meet() {}

#endif

// ---- What all threads do

// work(thread) for every thread.
template <class Work>
NBT_KERNEL_FN void each_thread(const Work& work) {
#ifdef NBT_OWN_THREADS
  if (has_own_thread()) return work(own_thread());
#endif
#ifndef __CUDACC__
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

// True for all threads when test(thread) is for one; they meet on the way.
template <class Test>
NBT_KERNEL_FN bool any_thread(const Test& test) {
#ifdef NBT_OWN_THREADS
  if (has_own_thread()) return meet_and_tell(test(own_thread()));
#endif
#ifndef __CUDACC__
  bool any = false;
  for (int thread = 0; thread < team_threads; ++thread) any = test(thread) || any;
  return any;
#endif
}

// For groups of `width` neighbouring threads, a power of two up to 32: part(group, member, sums) gives a thread's share
// of `count` sums, take(group, sums) is called with their totals, once for every group. The order of additions is the
// same everywhere: members half a group apart first.
template <int width, int count, class T, class Part, class Take>
NBT_KERNEL_FN void each_group(const Part& part, const Take& take) {
#ifdef NBT_OWN_THREADS
  if (has_own_thread()) {
    const int thread = own_thread();
    T sums[count] = {};
    part(thread / width, thread % width, sums);
#pragma unroll
    for (int k = 0; k < count; ++k) {
#pragma unroll
      for (int step = width / 2; step > 0; step /= 2) sums[k] += from_neighbour(sums[k], step);
    }
    if (thread % width == 0) take(thread / width, sums);
    return;
  }
#endif
#ifndef __CUDACC__
  for (int group = 0; group < team_threads / width; ++group) {
    T sums[width][count] = {};
    for (int member = 0; member < width; ++member) part(group, member, sums[member]);
    for (int step = width / 2; step > 0; step /= 2) {
      for (int member = 0; member < step; ++member) {
        for (int k = 0; k < count; ++k) sums[member][k] += sums[member + step][k];
      }
    }
    take(group, sums[0]);
  }
#endif
}

}  // namespace nbt::cuda
