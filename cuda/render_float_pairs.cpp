// Kernels of `single` and `fast` in float pairs.
#include "cuda/launch_kernel.hpp"
#include "cuda/pair_peel.hpp"

namespace nbt::cuda {

void launch_float_pairs(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                        std::int64_t blocks, const Stream& stream) {
  launch_square<PairPeel>(choice, scene, task, blocks, stream);
}

}  // namespace nbt::cuda
