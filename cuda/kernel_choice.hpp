// Which kernel renders a scene on a card, and how it computes Miller indices.
#pragma once

#include "cuda/render_launch.hpp"
#include "device/index_arithmetic.hpp"
#include "plan/plan.hpp"

namespace nbt::cuda {

class KernelChooser {
 public:
  // `double_slower_by`: of DeviceProperties.
  KernelChooser(int device, int double_slower_by) : device_(device), double_slower_by_(double_slower_by) {}

  // Both throw Error(unsupported) where the scene does not have the arithmetic that is wanted.
  RenderChoice of_image(const Plan& plan, IndexArithmetic wanted) const;
  // Of the values that derivatives belong to: `fast` scenes are computed in `single`.
  RenderChoice of_values(const Plan& plan, IndexArithmetic wanted) const;

 private:
  RenderChoice choose(const Plan& plan, Precision precision, IndexArithmetic wanted) const;

  int device_;
  int double_slower_by_;
};

// At the start of a run.
Lookup first_lookup(const Plan& plan);

// Never automatic.
IndexArithmetic arithmetic_of(IndexScheme scheme);

}  // namespace nbt::cuda
