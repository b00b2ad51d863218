// What derivative images take from the vector code beside slope_kernels.hpp.
#pragma once

#include "cpu/slope_kernels.hpp"

namespace nbt {

// Adds to each pixel the sum over orientations and axes of r dh, where dh = factors[0] + factors[1] (w_0 - c_0) + ...
// of a moving Miller index.
struct TangentTerms {
  int pixels = 0;
  int orientations = 0;
  int rows = 3;                     // factors of an index: 1 (the same for all pixels), 3 or 4
  const void* slopes = nullptr;     // of SlopeBatch
  const void* coordinates[3] = {};  // T: w_j - c_j
  const double* factors = nullptr;  // [orientation][axis][row]
  double* sums = nullptr;
};
using AddTangents = void (*)(const TangentTerms&);
AddTangents add_tangents_single_for(std::int64_t simd_target);
AddTangents add_tangents_double_for(std::int64_t simd_target);

}  // namespace nbt
