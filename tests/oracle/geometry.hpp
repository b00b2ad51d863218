// The detector in the lab frame (physics.md 3).
#pragma once

#include "arguments.hpp"

namespace nbt::oracle {

struct Geometry {
  int fast = 0, slow = 0;
  double pixel_size = 0.0;
  Convention convention = Convention::mosflm;
  Pivot pivot = Pivot::beam;
  Vector fast_axis, slow_axis, normal_axis, origin;
  Vector beam_axis, polar_axis, spindle_axis, twotheta_axis, vertical_axis;
  double distance = 0.0, close_distance = 0.0;
  double fast_beam = 0.0, slow_beam = 0.0, fast_close = 0.0, slow_close = 0.0;
  // Where the direct beam really meets the plane, with two-theta; equal to the above two where two-theta is 0.
  double true_fast_beam = 0.0, true_slow_beam = 0.0;
  double x_beam = 0.0, y_beam = 0.0;
  bool curved = false, curved_lab_axes = false, point_pixel = false;
};

Geometry resolve_geometry(const Request& request, const Semantics& semantics);

// Offsets in metres from the origin along the three detector axes.
Vector pixel_position(const Geometry& geometry, double fast_m, double slow_m, double depth_m);

double solid_angle(const Geometry& geometry, double airpath_m);

}  // namespace nbt::oracle
