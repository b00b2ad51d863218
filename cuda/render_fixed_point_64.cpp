// Kernels of `single` in 64-bit fixed point.
#include "cuda/launch_kernel.hpp"

namespace nbt::cuda {

void launch_fixed_point_64(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                           std::int64_t blocks, const Stream& stream) {
  launch_square<WidePeel>(choice, scene, task, blocks, stream);
}

}  // namespace nbt::cuda
