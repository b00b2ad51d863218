// Where kernels add derivatives up in a device's memory: exact sums, so that nothing depends on the order.
#pragma once

#include "cuda/exact_sum.hpp"

namespace nbt::cuda {

// Places of what all pixels share; vectors have three. plan/panel_adjoint.hpp and plan/plan_adjoint.hpp say what they
// are.
namespace shared_sum {
inline constexpr int position = 0;
inline constexpr int along_fast = 3;
inline constexpr int along_slow = 6;
inline constexpr int along_layers = 9;
inline constexpr int normal = 12;  // this and the next one: in the capture fraction
inline constexpr int absorption = 15;
inline constexpr int axis1 = 16;
inline constexpr int axis2 = 19;
inline constexpr int straight = 22;
inline constexpr int angle1 = 25;
inline constexpr int angle2 = 26;
inline constexpr int arcs = 27;
inline constexpr int turned = 28;
inline constexpr int shape = 29;  // six
inline constexpr int log_terms = 35;
inline constexpr int log_default = 36;
inline constexpr int scale = 37;
inline constexpr int background = 38;
inline constexpr int log_solid_angle = 39;
inline constexpr int kahn = 40;
inline constexpr int count = 41;
}  // namespace shared_sum

// Of each source.
namespace source_sum {
inline constexpr int incident = 0;
inline constexpr int magnetic = 3;
inline constexpr int wavelength = 6;
inline constexpr int log_weight = 7;
inline constexpr int count = 8;
// Where those of a source begin.
NBT_KERNEL_FN std::int64_t place(std::int64_t source) {
  return shared_sum::count + source * count;
}
}  // namespace source_sum

// Of each orientation: by a, b, c.
inline constexpr int orientation_sums = 9;

// As kernels see them. There are copies, so that not all blocks add to the same numbers: shared, sources, orientations,
// those of the first sweep, one after the other in each.
struct GradientSums {
  ExactSum* copies = nullptr;
  std::int64_t copy_count = 1;
  std::int64_t sums_per_copy = 0;
  std::int64_t first_orientation = 0;
  std::int64_t first_of_first_sweep = 0;
  ExactSum* amplitudes = nullptr;  // null: not wanted
};

}  // namespace nbt::cuda
