// Starts the kernel that a plan needs.
#pragma once

#include "cuda/frozen_scene.hpp"
#include "cuda/runtime.hpp"

namespace nbt::cuda {

// How Miller indices are peeled (cuda/peel.hpp, cuda/pair_peel.hpp).
enum class IndexScheme { in_double, in_double_then_float, fixed_point_64, fixed_point_32, float_pairs };

struct RenderChoice {
  IndexScheme scheme = IndexScheme::in_double;
  Shape shape = Shape::square;
  Lookup lookup = Lookup::constant;  // at the start of the run: none goes beyond it
  int products = 2;
};

// Throws Error(device) when the launch fails.
void launch_render(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                   const Stream& stream);

// One scheme each, in a file of its own.
void launch_in_double(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task, std::int64_t blocks,
                      const Stream& stream);
void launch_in_double_then_float(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                                 std::int64_t blocks, const Stream& stream);
void launch_fixed_point_64(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                           std::int64_t blocks, const Stream& stream);
void launch_fixed_point_32(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                           std::int64_t blocks, const Stream& stream);
void launch_float_pairs(const RenderChoice& choice, const FrozenScene& scene, const RenderTask& task,
                        std::int64_t blocks, const Stream& stream);

}  // namespace nbt::cuda
