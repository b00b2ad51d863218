// The detector in the lab frame (physics.md 3).
#pragma once

#include "arguments.hpp"
#include "motion.hpp"

namespace nbt::oracle {

template <class Real>
struct GeometryOf {
  int fast = 0, slow = 0;
  Real pixel_size = 0.0;
  Convention convention = Convention::mosflm;
  Pivot pivot = Pivot::beam;
  VectorOf<Real> fast_axis, slow_axis, normal_axis, origin;
  VectorOf<Real> beam_axis, polar_axis, spindle_axis, twotheta_axis, vertical_axis;
  Real distance = 0.0, close_distance = 0.0;
  Real fast_beam = 0.0, slow_beam = 0.0, fast_close = 0.0, slow_close = 0.0;
  // Where the direct beam really meets the plane, with two-theta; equal to the above two where two-theta is 0.
  Real true_fast_beam = 0.0, true_slow_beam = 0.0;
  Real x_beam = 0.0, y_beam = 0.0;
  bool curved = false, curved_lab_axes = false, point_pixel = false;
};

using Geometry = GeometryOf<double>;

Geometry value_of(const GeometryOf<Dual>& geometry);

GeometryOf<Dual> resolve_geometry(const Request& request, const Semantics& semantics, const Motion& motion);

// Offsets in metres from the origin along the three detector axes.
template <class Real>
VectorOf<Real> pixel_position(const GeometryOf<Real>& geometry, const Real& fast_m, const Real& slow_m, double depth_m);

template <class Real>
Real solid_angle(const GeometryOf<Real>& geometry, const Real& airpath_m);

}  // namespace nbt::oracle
