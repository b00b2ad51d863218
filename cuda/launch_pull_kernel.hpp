// Starts a kernel whose block shares more memory than every card gives without being asked.
#pragma once

#include "cuda/pull_launch.hpp"
#include "cuda/pull_tile.hpp"

#ifdef __CUDACC__
#include "cuda/cuda_check.hpp"
#else
#include "cuda/host/run_blocks.hpp"
#endif

namespace nbt::cuda {

#ifdef __CUDACC__

template <class Kernel>
__global__ void __launch_bounds__(team_threads, Kernel::blocks_at_once)
    run_pull_kernel(const __grid_constant__ FrozenScene scene, const __grid_constant__ typename Kernel::Task task) {
  extern __shared__ double shared[];
  Kernel(scene, task, blockIdx.x, *reinterpret_cast<typename Kernel::Shared*>(shared)).run();
}

template <class Kernel>
void launch_pull_kernel(const FrozenScene& scene, const typename Kernel::Task& task, std::int64_t blocks,
                        const Stream& stream) {
  constexpr std::size_t shared_bytes = sizeof(typename Kernel::Shared);
  static_assert(shared_bytes <= 64 * 1024, "compute capability 7.5 has no more for a block");
  const DeviceScope scope(stream.device());
  check_cuda(cudaFuncSetAttribute(run_pull_kernel<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                  static_cast<int>(shared_bytes)),
             stream.device(), "asking for shared memory");
  run_pull_kernel<Kernel>
      <<<static_cast<unsigned>(blocks), team_threads, shared_bytes, static_cast<cudaStream_t>(stream.handle())>>>(scene,
                                                                                                                  task);
  check_cuda(cudaGetLastError(), stream.device(), "starting a kernel");
}

#else

template <class Kernel>
void launch_pull_kernel(const FrozenScene& scene, const typename Kernel::Task& task, std::int64_t blocks,
                        const Stream&) {
  run_blocks<Kernel>(scene, task, blocks);
}

#endif

// By shape and lookup.
template <class T, class Target>
void launch_pull_to(const FrozenScene& scene, const typename Target::Task& task, std::int64_t blocks,
                    const Stream& stream) {
  const bool square = scene.crystal.shape == Shape::square;
  if (scene.lookup == Lookup::tricubic) {
    if (square) return launch_pull_kernel<PullTile<T, true, Lookup::tricubic, Target>>(scene, task, blocks, stream);
    return launch_pull_kernel<PullTile<T, false, Lookup::tricubic, Target>>(scene, task, blocks, stream);
  }
  if (square) return launch_pull_kernel<PullTile<T, true, Lookup::nearest, Target>>(scene, task, blocks, stream);
  launch_pull_kernel<PullTile<T, false, Lookup::nearest, Target>>(scene, task, blocks, stream);
}

}  // namespace nbt::cuda
