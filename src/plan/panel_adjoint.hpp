// From sums over pixels of the adjoints of their positions to the adjoints of the panel (numerics.md 6 and 8): what
// every device's sums end in.
#pragma once

#include "model/vector.hpp"
#include "plan/plan_adjoint.hpp"

namespace nbt {

// P = fast_m f + slow_m s + layer pitch o + origin: sums over pixels of dL/dP, and of its products with these three.
struct PositionSums {
  Vector3 by_position;  // 1/m
  Vector3 along_fast;
  Vector3 along_slow;
  Vector3 along_layers;  // times the number of the layer
};
void pull_positions(const Panel& panel, const PositionSums& positions, SharedAdjoint& sums);

// The sum of dL/d ln(solid angle) into pixel size and near distance.
void pull_pixel_area(const Panel& panel, double log_solid_angle, SharedAdjoint& sums);

// The two axes and angles about which the straight position of a curved panel's pixel is turned
// (physics/pixel_position-inl.h).
struct Curvature {
  Vector3 axis1, axis2;
};
Curvature curvature_of(const Panel& panel, const Vector3& beam_direction);

// Sums over pixels of adjoints.
struct CurvatureSums {
  Vector3 axis1, axis2, straight;
  double angle1 = 0, angle2 = 0;
  double arcs_m = 0;  // of the angles times the offsets fast_m and slow_m
  double turned = 0;  // of the angles times the angles
};
void pull_curvature(const Panel& panel, const Vector3& beam_direction, const CurvatureSums& curvature,
                    SharedAdjoint& sums);

}  // namespace nbt
