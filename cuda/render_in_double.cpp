// Kernels of precision `double`.
#include "cuda/launch_kernel.hpp"

namespace nbt::cuda {

void launch_in_double(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                      const Stream& stream) {
  launch_any<DoublePeel<double>>(choice, scene, task, blocks, stream);
}

}  // namespace nbt::cuda
