// Kernels of `fast` in 32-bit fixed point.
#include "cuda/launch_kernel.hpp"

namespace nbt::cuda {

void launch_fixed_point_32(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                           std::int64_t blocks, const Stream& stream) {
  launch_square<FixedPeel>(choice, scene, task, blocks, stream);
}

}  // namespace nbt::cuda
