// How the shape of the spots moves, in the terms of the sums over pixels of src/cpu/slope_kernels.hpp.
#pragma once

#include "model/dual.hpp"
#include "model/scene.hpp"

namespace nbt {

struct ShapeTangent {
  double factor[6] = {};  // of each sum
  double log_volume = 0;  // of N_t^2 where the sums do not have it
};
ShapeTangent shape_tangent(const CrystalOf<Dual>& crystal);

}  // namespace nbt
