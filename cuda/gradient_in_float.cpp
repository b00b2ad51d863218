// Kernels of gradients, terms in float; indices are in double in either case.
#include "cuda/launch_pull_kernel.hpp"

namespace nbt::cuda {

void launch_pull_in_float(const FrozenScene& scene, const GradientTask& task, std::int64_t blocks,
                          const Stream& stream) {
  launch_pull_to<float, GradientTarget<float>>(scene, task, blocks, stream);
}

}  // namespace nbt::cuda
