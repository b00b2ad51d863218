// Kernels of `single` and `fast` where indices are peeled in double.
#include "cuda/launch_kernel.hpp"

namespace nbt::cuda {

void launch_in_double_then_float(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                                 std::int64_t blocks, const Stream& stream) {
  launch_any<DoublePeel<float>>(choice, scene, task, blocks, stream);
}

}  // namespace nbt::cuda
