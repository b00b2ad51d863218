#include "cuda/adjoint_of_sums.hpp"

#include "cuda/gradient_sums.hpp"
#include "plan/panel_adjoint.hpp"

namespace nbt::cuda {
namespace {

Vector3 vector_at(const double* values) {
  return {values[0], values[1], values[2]};
}

}  // namespace

void add_shared(const Plan& plan, const Panel& panel, const double* values, SharedAdjoint& to) {
  const auto vector = [&](int place) { return vector_at(values + place); };
  pull_positions(panel,
                 {vector(shared_sum::position), vector(shared_sum::along_fast), vector(shared_sum::along_slow),
                  vector(shared_sum::along_layers)},
                 to);
  pull_pixel_area(panel, values[shared_sum::log_solid_angle], to);
  if (panel.curved) {
    CurvatureSums curvature;
    curvature.axis1 = vector(shared_sum::axis1);
    curvature.axis2 = vector(shared_sum::axis2);
    curvature.straight = vector(shared_sum::straight);
    curvature.angle1 = values[shared_sum::angle1];
    curvature.angle2 = values[shared_sum::angle2];
    curvature.arcs_m = values[shared_sum::arcs];
    curvature.turned = values[shared_sum::turned];
    pull_curvature(panel, plan.scene.beam_direction, curvature, to);
  }
  add_to(to.normal, vector(shared_sum::normal));
  to.absorption += values[shared_sum::absorption];
  to.polarization_factor += values[shared_sum::kahn];
  to.scale += values[shared_sum::scale];
  to.background += values[shared_sum::background];
  to.log_terms += values[shared_sum::log_terms];
  to.log_default += values[shared_sum::log_default];
  for (int k = 0; k < 6; ++k) to.shape[k] += values[shared_sum::shape + k];
}

void add_source(const double* values, double weight, SourceAdjoint& to) {
  add_to(to.incident, vector_at(values + source_sum::incident));
  add_to(to.magnetic, vector_at(values + source_sum::magnetic));
  to.wavelength_m += values[source_sum::wavelength];
  if (weight != 0) to.weight += values[source_sum::log_weight] / weight;
}

void add_orientations(const double* values, std::vector<Orientation>& to) {
  for (Orientation& o : to) {
    add_to(o.a, vector_at(values));
    add_to(o.b, vector_at(values + 3));
    add_to(o.c, vector_at(values + 6));
    values += orientation_sums;
  }
}

}  // namespace nbt::cuda
