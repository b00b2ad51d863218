// From adjoints of the positions of a row of pixels to those of the panel (plan/panel_adjoint.hpp).
#pragma once

#include "cpu/kernels.hpp"
#include "plan/panel_adjoint.hpp"

namespace nbt {

// One sub-pixel in one layer of a row, as PlaceJob has it.
struct PlacedRow {
  const Panel* panel = nullptr;
  Vector3 beam_direction;
  double unit_m = 1;
  double fast_m = 0;  // of the anchor
  double slow_m = 0;
  int layer = 0;
};

// P0 = fast_m f + slow_m s + depth o + origin of the row's anchor: `anchor` is dL/dP0, per metre.
void pull_anchor(const PlacedRow& row, const Vector3& anchor, SharedAdjoint& sums);

// Pixels of a curved panel: dL/dd (per pixel, three rows) and dL/d ln(solid angle) (null: 0).
struct CurvedRow {
  int first = 0;
  int end = 0;
  double first_from_anchor = 0;  // pixels from the anchor to that of index 0
  const double* const* direction = nullptr;
  const double* const* direction_adjoint = nullptr;
  const double* solid_angle_adjoint = nullptr;
};
void pull_curved(const PlacedRow& row, const CurvedRow& pixels, SharedAdjoint& sums);

}  // namespace nbt
