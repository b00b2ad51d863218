// Loss and derivatives of rows: while the host makes dL/dvalue of one slab of values, the device renders the next one
// or pulls the last one back.
#pragma once

#include "cuda/gradient_state.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

// `threads`: of the host, at most; 0: as many as it has. Throws Error(cancelled), what the loss throws and what Stream
// throws; nothing is under way in either case.
void add_gradient_of_rows(const Plan& plan, const FrozenPlan& frozen, GradientState& state,
                          const GradientRequest& request, int threads, const RunControl& control);

}  // namespace nbt::cuda
