// Plan::scale, Plan::background and the amplitudes at default_F, as they move with a scene.
#pragma once

#include "model/dual.hpp"
#include "plan/plan.hpp"

namespace nbt {

Dual moving_scale(const Plan& plan, const SceneOf<Dual>& scene);
Dual moving_background(const Plan& plan, const SceneOf<Dual>& scene);

// Of the square of default_F; 0 where that is 0, its least value.
double log_default_tangent(const Plan& plan, const SceneOf<Dual>& scene);

}  // namespace nbt
