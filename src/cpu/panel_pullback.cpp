#include "cpu/panel_pullback.hpp"

#include <cmath>

#include "model/vector_adjoint.hpp"

namespace nbt {

void pull_anchor(const PlacedRow& row, const Vector3& anchor, SharedAdjoint& sums) {
  const PositionSums positions = {anchor, row.fast_m * anchor, row.slow_m * anchor, row.layer * anchor};
  pull_positions(*row.panel, positions, sums);
}

void pull_curved(const PlacedRow& row, const CurvedRow& pixels, SharedAdjoint& sums) {
  const Panel& panel = *row.panel;
  const Curvature axes = curvature_of(panel, row.beam_direction);
  const Vector3 straight = panel.distance_m * row.beam_direction;
  const double power = panel.point_pixel ? 2 : 3;
  CurvatureSums all;
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
    all.arcs_m += (row.fast_m + along_m) * first.angle + row.slow_m * second.angle;
    all.turned += first.angle * angle1 + second.angle * angle2;
    if (panel.curved_lab_axes) {
      const Vector3 flat = {0, first.angle / panel.distance_m, second.angle / panel.distance_m};
      pull_anchor(row, flat, sums);
      add_to(sums.fast, along_m * flat);
      sums.pixel_size_m += along_m * dot(panel.fast, flat) / panel.pixel_size_m;
    }
  }
  pull_curvature(panel, row.beam_direction, all, sums);
}

}  // namespace nbt
