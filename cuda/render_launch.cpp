#include "cuda/render_launch.hpp"

namespace nbt::cuda {

void launch_render(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                   const Stream& stream) {
  switch (choice.scheme) {
    case IndexScheme::in_double:
      return launch_in_double(choice, scene, task, blocks, stream);
    case IndexScheme::in_double_then_float:
      return launch_in_double_then_float(choice, scene, task, blocks, stream);
    case IndexScheme::fixed_point_64:
      return launch_fixed_point_64(choice, scene, task, blocks, stream);
    case IndexScheme::fixed_point_32:
      return launch_fixed_point_32(choice, scene, task, blocks, stream);
    case IndexScheme::float_pairs:
      return launch_float_pairs(choice, scene, task, blocks, stream);
  }
}

}  // namespace nbt::cuda
