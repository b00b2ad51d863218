#include "plan/contraction.hpp"

#include <numeric>

#include "model/dual_vector.hpp"
#include "model/vector_adjoint.hpp"
#include "plan/beam_tangent.hpp"
#include "plan/orientations.hpp"
#include "plan/shape_tangent.hpp"

namespace nbt {
namespace {

double along(const double (&adjoint)[3], const VectorOf<Dual>& v) {
  return dot(vector_of(adjoint), tangent_of(v));
}

std::vector<std::int64_t> own_steps(const Plan& plan) {
  std::vector<std::int64_t> steps(plan.scene.crystal.phi_rad.size());
  std::iota(steps.begin(), steps.end(), std::int64_t{0});
  return steps;
}

}  // namespace

Contraction::Contraction(const Plan& plan, const PlanAdjoint& adjoint)
    : plan_(plan), adjoint_(adjoint), phi_(plan.scene.crystal.phi_rad.size(), 0.0) {
  const std::vector<double>& phi = plan.scene.crystal.phi_rad;
  const bool carryover = plan.scene.carryover;
  pull_orientations(adjoint.orientations, carryover ? carried_over_steps(phi, false) : own_steps(plan));
  if (!adjoint.first_sweep.empty()) pull_orientations(adjoint.first_sweep, carried_over_steps(phi, true));
  pull_sources();
}

void Contraction::pull_orientations(const std::vector<Orientation>& adjoints, const std::vector<std::int64_t>& steps) {
  const Crystal& crystal = plan_.scene.crystal;
  const Vector3 base[3] = {crystal.a_m, crystal.b_m, crystal.c_m};
  Vector3* const by_base[3] = {&a_, &b_, &c_};
  const std::size_t domains = crystal.mosaic_rotations.size();
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const bool turned = steps[k] >= 0;
    const double phi = turned ? crystal.phi_rad[static_cast<std::size_t>(steps[k])] : 0;
    Vector3 by_rotated[3];
    Vector3 rotated[3];
    for (int axis = 0; axis < 3; ++axis)
      rotated[axis] = phi != 0 ? rotate_about(base[axis], crystal.spindle, phi) : base[axis];
    for (std::size_t m = 0; m < domains; ++m) {
      const Orientation& by = adjoints[k * domains + m];
      const Vector3 x[3] = {vector_of(by.a), vector_of(by.b), vector_of(by.c)};
      const Matrix3& domain = crystal.mosaic_rotations[m];
      Vector3 torque;
      for (int axis = 0; axis < 3; ++axis) {
        by_rotated[axis] = by_rotated[axis] + (crystal.rotate_domains ? multiply_transposed(domain, x[axis]) : x[axis]);
        if (crystal.rotate_domains) torque = torque + cross(multiply(domain, rotated[axis]), x[axis]);
      }
      // The drawn angle is in proportion to the spread.
      if (crystal.mosaic_spread_rad > 0) {
        mosaic_spread_ += dot(rotation_vector(domain), torque) / crystal.mosaic_spread_rad;
      }
    }
    for (int axis = 0; axis < 3; ++axis) {
      if (!turned) {
        *by_base[axis] = *by_base[axis] + by_rotated[axis];
        continue;
      }
      const RotationAdjoint by = rotation_adjoint(base[axis], crystal.spindle, phi, by_rotated[axis]);
      *by_base[axis] = *by_base[axis] + by.v;
      spindle_ = spindle_ + by.axis;
      phi_[static_cast<std::size_t>(steps[k])] += by.angle;
    }
  }
}

void Contraction::pull_sources() {
  const Vector3& axis = plan_.scene.polarization_axis;
  incident_.reserve(adjoint_.sources.size());
  for (std::size_t s = 0; s < adjoint_.sources.size(); ++s) {
    const Vector3 incident = vector_of(plan_.sources[s].incident);
    const Vector3 by_cross = unit_adjoint(cross(axis, incident), vector_of(adjoint_.sources[s].magnetic));
    polarization_axis_ = polarization_axis_ + cross(incident, by_cross);
    incident_.push_back(vector_of(adjoint_.sources[s].incident) + cross(by_cross, axis));
  }
}

double Contraction::derivative(const SceneOf<Dual>& scene) const {
  return by_panel(scene) + by_crystal(scene) + by_shape(scene.crystal) + by_beam(scene);
}

std::array<double, 5> Contraction::by_source(std::size_t source) const {
  const Vector3 incident = vector_of(plan_.sources[source].incident);
  const Vector3& by = incident_[source];
  const Vector3 direction = dot(incident, by) * incident - by;  // i = -direction, of fixed length
  return {adjoint_.sources[source].wavelength_m * 1e-10, adjoint_.sources[source].weight, direction.x, direction.y,
          direction.z};
}

double Contraction::by_panel(const SceneOf<Dual>& scene) const {
  const PanelOf<Dual>& panel = scene.panels.front();
  const SharedAdjoint& by = adjoint_.shared;
  double sum = along(by.fast, panel.fast) + along(by.slow, panel.slow) + along(by.normal, panel.normal) +
               along(by.origin_m, panel.origin_m);
  sum += by.pixel_size_m * panel.pixel_size_m.tangent + by.close_distance_m * panel.close_distance_m.tangent +
         by.layer_pitch_m * panel.layer_pitch_m.tangent;
  sum += by.absorption * (panel.layer_pitch_m * panel.attenuation_per_m).tangent;
  sum += by.distance_m * panel.distance_m.tangent + by.true_fast_beam_m * panel.true_fast_beam_m.tangent +
         by.true_slow_beam_m * panel.true_slow_beam_m.tangent + along(by.beam_direction, scene.beam_direction);
  return sum;
}

double Contraction::by_crystal(const SceneOf<Dual>& scene) const {
  const CrystalOf<Dual>& crystal = scene.crystal;
  double sum = dot(a_, tangent_of(crystal.a_m)) + dot(b_, tangent_of(crystal.b_m)) + dot(c_, tangent_of(crystal.c_m));
  sum += dot(spindle_, tangent_of(crystal.spindle)) + mosaic_spread_ * crystal.mosaic_spread_rad.tangent;
  for (std::size_t k = 0; k < phi_.size(); ++k) sum += phi_[k] * crystal.phi_rad[k].tangent;
  return sum;
}

double Contraction::by_shape(const CrystalOf<Dual>& crystal) const {
  const ShapeTangent shape = shape_tangent(crystal);
  double sum = adjoint_.shared.log_terms * shape.log_volume;
  for (int k = 0; k < 6; ++k) sum += adjoint_.shared.shape[k] * shape.factor[k];
  return sum;
}

double Contraction::by_beam(const SceneOf<Dual>& scene) const {
  const SharedAdjoint& by = adjoint_.shared;
  double sum = by.polarization_factor * scene.polarization_factor.tangent +
               dot(polarization_axis_, tangent_of(scene.polarization_axis));
  for (std::size_t s = 0; s < scene.sources.size(); ++s) {
    sum += dot(incident_[s], tangent_of(scene.sources[s].incident)) +
           adjoint_.sources[s].wavelength_m * scene.sources[s].wavelength_m.tangent;
  }
  const Dual scale = moving_scale(plan_, scene);
  const Dual background = moving_background(plan_, scene);
  sum += by.scale * scale.tangent + by.background * background.tangent;
  const bool everywhere = !plan_.scene.structure_factor_sets.front();
  sum += (everywhere ? by.log_terms : by.log_default) * log_default_tangent(plan_, scene);
  return sum;
}

}  // namespace nbt
