#include "cpu/panel_pullback.hpp"

#include <cmath>

#include "model/vector_adjoint.hpp"

namespace nbt {
namespace {

// The two axes and angles about which the straight position is turned.
struct Curvature {
  Vector3 axis1, axis2;
};

Curvature curvature_of(const Panel& panel, const Vector3& beam) {
  if (panel.curved_lab_axes) return {panel.slow, panel.fast};
  return {unit(cross(beam, panel.fast)), unit(cross(beam, panel.slow))};
}

void pull_axes(const PlacedRow& row, const Vector3& axis1, const Vector3& axis2, SharedAdjoint& sums) {
  const Panel& panel = *row.panel;
  if (panel.curved_lab_axes) {
    add_to(sums.slow, axis1);
    add_to(sums.fast, axis2);
    return;
  }
  // axis1 = unit(b x f), axis2 = unit(b x s)
  const Vector3 by_fast = unit_adjoint(cross(row.beam_direction, panel.fast), axis1);
  const Vector3 by_slow = unit_adjoint(cross(row.beam_direction, panel.slow), axis2);
  add_to(sums.fast, cross(by_fast, row.beam_direction));
  add_to(sums.slow, cross(by_slow, row.beam_direction));
  add_to(sums.beam_direction, cross(panel.fast, by_fast) + cross(panel.slow, by_slow));
}

// Sums over a row of what the angles depend on.
struct AngleSums {
  Vector3 axis1, axis2, straight;
  double angle1 = 0, angle2 = 0;  // adjoints
  double angle1_along = 0;        // times the offset along fast from the anchor
  double turned = 0;              // adjoint times angle, of both
};

}  // namespace

void pull_anchor(const PlacedRow& row, const Vector3& anchor, SharedAdjoint& sums) {
  const Panel& panel = *row.panel;
  add_to(sums.fast, row.fast_m * anchor);
  add_to(sums.slow, row.slow_m * anchor);
  add_to(sums.normal, row.layer * panel.layer_pitch_m * anchor);
  add_to(sums.origin_m, anchor);
  sums.pixel_size_m += dot(row.fast_m * panel.fast + row.slow_m * panel.slow, anchor) / panel.pixel_size_m;
  sums.layer_pitch_m += row.layer * dot(panel.normal, anchor);
}

void pull_pixel_area(const Panel& panel, double log_solid_angle, SharedAdjoint& sums) {
  if (panel.point_pixel) return;
  sums.pixel_size_m += 2 * log_solid_angle / panel.pixel_size_m;
  sums.close_distance_m += log_solid_angle / panel.close_distance_m;
}

void pull_curved(const PlacedRow& row, const CurvedRow& pixels, SharedAdjoint& sums) {
  const Panel& panel = *row.panel;
  const Curvature axes = curvature_of(panel, row.beam_direction);
  const Vector3 straight = panel.distance_m * row.beam_direction;
  const double power = panel.point_pixel ? 2 : 3;
  AngleSums all;
  for (int i = pixels.first; i < pixels.end; ++i) {
    const auto at = [i](const double* const* rows) { return Vector3{rows[0][i], rows[1][i], rows[2][i]}; };
    const double along_m = (pixels.first_from_anchor + i) * panel.pixel_size_m;
    double angle1 = 0, angle2 = 0;
    if (panel.curved_lab_axes) {
      const Vector3 flat = (row.fast_m + along_m) * panel.fast + row.slow_m * panel.slow +
                           row.layer * panel.layer_pitch_m * panel.normal + panel.origin_m;
      angle1 = flat.y / panel.distance_m;
      angle2 = flat.z / panel.distance_m;
    } else {
      angle1 = (row.fast_m + along_m - panel.true_fast_beam_m) / panel.distance_m;
      angle2 = (row.slow_m - panel.true_slow_beam_m) / panel.distance_m;
    }
    const Vector3 d = at(pixels.direction);
    const Vector3 by_d = at(pixels.direction_adjoint);
    const double distance_m = std::fabs(panel.distance_m);  // rotations keep it
    Vector3 by_P = (1 / distance_m) * (by_d - dot(d, by_d) * d);
    if (pixels.solid_angle_adjoint != nullptr) {
      by_P = by_P - (power * pixels.solid_angle_adjoint[i] / distance_m) * d;
    }
    const Vector3 once = rotate_about(straight, axes.axis1, angle1);
    const RotationAdjoint second = rotation_adjoint(once, axes.axis2, angle2, by_P);
    const RotationAdjoint first = rotation_adjoint(straight, axes.axis1, angle1, second.v);
    all.axis1 = all.axis1 + first.axis;
    all.axis2 = all.axis2 + second.axis;
    all.straight = all.straight + first.v;
    all.angle1 += first.angle;
    all.angle2 += second.angle;
    all.angle1_along += first.angle * along_m;
    all.turned += first.angle * angle1 + second.angle * angle2;
    if (panel.curved_lab_axes) {
      const Vector3 flat = {0, first.angle / panel.distance_m, second.angle / panel.distance_m};
      pull_anchor(row, flat, sums);
      add_to(sums.fast, along_m * flat);
      sums.pixel_size_m += along_m * dot(panel.fast, flat) / panel.pixel_size_m;
    }
  }
  pull_axes(row, all.axis1, all.axis2, sums);
  sums.distance_m += dot(row.beam_direction, all.straight) - all.turned / panel.distance_m;
  add_to(sums.beam_direction, panel.distance_m * all.straight);
  if (panel.curved_lab_axes) return;
  const double per_m = 1 / panel.distance_m;
  sums.true_fast_beam_m -= per_m * all.angle1;
  sums.true_slow_beam_m -= per_m * all.angle2;
  sums.pixel_size_m +=
      per_m * (row.fast_m * all.angle1 + all.angle1_along + row.slow_m * all.angle2) / panel.pixel_size_m;
}

}  // namespace nbt
