// Kernels of derivative images, terms in double; indices are in double in either case.
#include "cuda/launch_pull_kernel.hpp"

namespace nbt::cuda {

void launch_pull_in_double(const FrozenScene& scene, const ImageTask& task, std::int64_t blocks, const Stream& stream) {
  launch_pull_to<double, ImageTarget<double>>(scene, task, blocks, stream);
}

}  // namespace nbt::cuda
