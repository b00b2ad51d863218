// What a render computes once: the kernels of the plan and the constants that they take.
#pragma once

#include "cpu/kernels.hpp"

namespace nbt {

struct RenderConstants {
  RenderConstants(const Plan& the_plan, std::int64_t simd_target);

  const Plan& plan;
  Kernels kernels;
  CrystalConstants crystal;
  AmplitudeTable table;
  Skipping skipping;
  double bend;        // of TermBatch
  double unit;        // of the kernels' sums
  double slope_unit;  // of those of slope_kernels.hpp
};

}  // namespace nbt
