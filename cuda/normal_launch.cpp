#include "cuda/launch_pull_kernel.hpp"

namespace nbt::cuda {

void launch_normal(const FrozenScene& scene, const NormalTask& task, std::int64_t blocks, const Stream& stream) {
  launch_pull_kernel<NormalTile>(scene, task, blocks, stream);
}

}  // namespace nbt::cuda
