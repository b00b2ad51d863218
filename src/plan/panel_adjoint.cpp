#include "plan/panel_adjoint.hpp"

#include "model/vector_adjoint.hpp"

namespace nbt {
namespace {

void pull_axes(const Panel& panel, const Vector3& beam, const CurvatureSums& by, SharedAdjoint& sums) {
  if (panel.curved_lab_axes) {
    add_to(sums.slow, by.axis1);
    add_to(sums.fast, by.axis2);
    return;
  }
  // axis1 = unit(b x f), axis2 = unit(b x s)
  const Vector3 by_fast = unit_adjoint(cross(beam, panel.fast), by.axis1);
  const Vector3 by_slow = unit_adjoint(cross(beam, panel.slow), by.axis2);
  add_to(sums.fast, cross(by_fast, beam));
  add_to(sums.slow, cross(by_slow, beam));
  add_to(sums.beam_direction, cross(panel.fast, by_fast) + cross(panel.slow, by_slow));
}

}  // namespace

void pull_positions(const Panel& panel, const PositionSums& positions, SharedAdjoint& sums) {
  add_to(sums.fast, positions.along_fast);
  add_to(sums.slow, positions.along_slow);
  add_to(sums.normal, panel.layer_pitch_m * positions.along_layers);
  add_to(sums.origin_m, positions.by_position);
  sums.pixel_size_m +=
      (dot(panel.fast, positions.along_fast) + dot(panel.slow, positions.along_slow)) / panel.pixel_size_m;
  sums.layer_pitch_m += dot(panel.normal, positions.along_layers);
}

void pull_pixel_area(const Panel& panel, double log_solid_angle, SharedAdjoint& sums) {
  if (panel.point_pixel) return;
  sums.pixel_size_m += 2 * log_solid_angle / panel.pixel_size_m;
  sums.close_distance_m += log_solid_angle / panel.close_distance_m;
}

Curvature curvature_of(const Panel& panel, const Vector3& beam_direction) {
  if (panel.curved_lab_axes) return {panel.slow, panel.fast};
  return {unit(cross(beam_direction, panel.fast)), unit(cross(beam_direction, panel.slow))};
}

void pull_curvature(const Panel& panel, const Vector3& beam_direction, const CurvatureSums& by, SharedAdjoint& sums) {
  pull_axes(panel, beam_direction, by, sums);
  sums.distance_m += dot(beam_direction, by.straight) - by.turned / panel.distance_m;
  add_to(sums.beam_direction, panel.distance_m * by.straight);
  if (panel.curved_lab_axes) return;
  const double per_m = 1 / panel.distance_m;
  sums.true_fast_beam_m -= per_m * by.angle1;
  sums.true_slow_beam_m -= per_m * by.angle2;
  sums.pixel_size_m += per_m * by.arcs_m / panel.pixel_size_m;
}

}  // namespace nbt
