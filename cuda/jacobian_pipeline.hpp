// Derivative images and normal equations of rows: values and images are computed slab after slab; on the host values
// become the loss's slopes and curvatures, which go back for the sums.
#pragma once

#include "cuda/jacobian_state.hpp"

namespace nbt::cuda {

// `threads` of the host compute the loss; 0: as many as it has. Throws as render_rows() does, and what the loss throws.
void find_derivatives_of_rows(const Plan& plan, const FrozenPlan& frozen, JacobianState& state,
                              const JacobianRequest& request, int threads, const RunControl& control);

}  // namespace nbt::cuda
