// Starts a kernel: on the device, or, compiled for the host, block after block.
#pragma once

#include "cuda/render_launch.hpp"
#include "cuda/render_tile.hpp"

#ifdef __CUDACC__
#include "cuda/cuda_check.hpp"
#else
#include "cuda/host/run_blocks.hpp"
#endif

namespace nbt::cuda {

#ifdef __CUDACC__

template <class Kernel>
__global__ void __launch_bounds__(team_threads, Kernel::blocks_at_once)
    run_kernel(const __grid_constant__ FrozenScene scene, const __grid_constant__ RenderTask task) {
  __shared__ typename Kernel::Shared shared;
  Kernel(scene, task, blockIdx.x, shared).run();
}

template <class Kernel>
void launch_kernel(const FrozenScene& scene, const RenderTask& task, std::int64_t blocks, const Stream& stream) {
  const DeviceScope scope(stream.device());
  run_kernel<Kernel>
      <<<static_cast<unsigned>(blocks), team_threads, 0, static_cast<cudaStream_t>(stream.handle())>>>(scene, task);
  check_cuda(cudaGetLastError(), stream.device(), "starting a kernel");
}

#else

template <class Kernel>
void launch_kernel(const FrozenScene& scene, const RenderTask& task, std::int64_t blocks, const Stream&) {
  run_blocks<Kernel>(scene, task, blocks);
}

#endif

template <class Peel, Shape shape, int products>
void launch_lookup(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                   const Stream& stream) {
  switch (choice.lookup) {
    case Lookup::constant:
      return launch_kernel<RenderTile<Peel, shape, Lookup::constant, products>>(scene, task, blocks, stream);
    case Lookup::nearest:
      return launch_kernel<RenderTile<Peel, shape, Lookup::nearest, products>>(scene, task, blocks, stream);
    case Lookup::tricubic:
      return launch_kernel<RenderTile<Peel, shape, Lookup::tricubic, products>>(scene, task, blocks, stream);
  }
}

// Square crystals on flat panels: what the fixed-point and float-pair schemes are for.
template <class Peel>
void launch_square(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                   const Stream& stream) {
  launch_lookup<Peel, Shape::square, 2>(choice, scene, task, blocks, stream);
}

template <class Peel, int products>
void launch_any_shape(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                      const Stream& stream) {
  switch (choice.shape) {
    case Shape::square:
      return launch_lookup<Peel, Shape::square, products>(choice, scene, task, blocks, stream);
    case Shape::round:
      return launch_lookup<Peel, Shape::round, products>(choice, scene, task, blocks, stream);
    case Shape::gauss:
      return launch_lookup<Peel, Shape::gauss, products>(choice, scene, task, blocks, stream);
    case Shape::tophat:
      return launch_lookup<Peel, Shape::tophat, products>(choice, scene, task, blocks, stream);
  }
}

// Of flat panels and curved ones.
template <class Peel>
void launch_any(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                const Stream& stream) {
  if (choice.products == 2) {
    launch_any_shape<Peel, 2>(choice, scene, task, blocks, stream);
  } else {
    launch_any_shape<Peel, 3>(choice, scene, task, blocks, stream);
  }
}

}  // namespace nbt::cuda
