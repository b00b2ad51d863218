#include "plan/beam_tangent.hpp"

#include "model/constants.hpp"

namespace nbt {

Dual moving_scale(const Plan& plan, const SceneOf<Dual>& scene) {
  return thomson_radius_squared_m2 * scene.fluence_per_m2 / static_cast<double>(plan.steps);
}

Dual moving_background(const Plan& plan, const SceneOf<Dual>& scene) {
  const bool twice = plan.scene.compatibility.reference(Quirk::water_scaled_twice);
  return twice || plan.scale == 0 ? scene.background : scene.background / moving_scale(plan, scene);
}

double log_default_tangent(const Plan& plan, const SceneOf<Dual>& scene) {
  const double F = plan.scene.default_F;
  return F == 0 ? 0 : 2 * scene.default_F.tangent / F;
}

}  // namespace nbt
