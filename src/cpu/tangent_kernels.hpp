// What derivative images take from the vector code beside slope_kernels.hpp.
#pragma once

#include "cpu/slope_kernels.hpp"

namespace nbt {

// A block of terms whose slopes r are known, and where sums over its orientations go: weighted, pixel by pixel.
struct TangentBlock {
  int pixels = 0;
  int orientations = 0;
  int rows = 3;                     // products + 1: factors of an index, which is f_0 + f_1 (w_0 - c_0) + ...
  const void* slopes = nullptr;     // of SlopeBatch
  const void* coordinates[3] = {};  // T: w_j - c_j
  const double* weight = nullptr;
};

// Adds the sum over axes of r dh for a movement with a table of its own.
struct TangentTerms {
  TangentBlock block;
  const double* factors = nullptr;  // of dh: [orientation][axis][row]
  double* sum = nullptr;
};

// Adds the sums of r_i h_k: with them every movement that combines the axes is known.
struct CombinedTerms {
  TangentBlock block;
  const double* factors = nullptr;  // of h: [orientation][axis][row]
  double* sums[3][3] = {};          // [i][k]
};

// Adds the sums over axes of r x/lambda, x being the axis.
struct VectorTerms {
  TangentBlock block;
  const double* vectors = nullptr;  // x/lambda: [orientation][axis][component]
  double* sums[3] = {};
};

// dd = (dP - d (d.dP))/R and d ln R of pixels that move by dP.
struct MoveDirections {
  int pixels = 0;
  Directions directions;
  double per_length_m = 0;  // flat panel: 1/R over w_0; curved: 1/R
  bool curved = false;      // dP is in the rows of dd; otherwise it is anchor + y fast, y along the row from the anchor
  double anchor[3] = {};
  double fast[3] = {};
  double first_from_anchor = 0;
  double pixel_size_m = 0;
  double* moved[3] = {};           // dd
  double* log_distance = nullptr;  // d ln R
};

// Adds by (still.d + moving.dd).
struct MovedProjection {
  int pixels = 0;
  Directions directions;
  const double* moved[3] = {};  // dd; null: 0
  const double* by = nullptr;
  double still[3] = {};
  double moving[3] = {};
  double* sum = nullptr;
};

// Adds v.(dd + by_direction d + constant), v being the sums of VectorTerms.
struct MovedIndices {
  int pixels = 0;
  Directions directions;
  const double* moved[3] = {};  // dd; null: 0
  const double* vectors[3] = {};
  double by_direction = 0;
  double constant[3] = {};
  double* sum = nullptr;
};

// out = factor (sum of rows with coefficients) + value (sum of the logarithms' derivatives).
struct FinishMovement {
  void add(double coefficient, const double* row) {
    if (coefficient == 0) return;
    coefficients[count] = coefficient;
    rows[count++] = row;
  }

  int pixels = 0;
  int count = 0;
  double coefficients[24] = {};
  const double* rows[24] = {};
  const double* factor = nullptr;
  const double* value = nullptr;
  const double* logarithms[3] = {};  // null: 0
  double* out = nullptr;
};

// The functions of one SIMD target and precision.
struct TangentKernels {
  void (*add_tangents)(const TangentTerms&) = nullptr;
  void (*add_combined)(const CombinedTerms&) = nullptr;
  void (*add_vectors)(const VectorTerms&) = nullptr;
  void (*move_directions)(const MoveDirections&) = nullptr;
  void (*add_projection)(const MovedProjection&) = nullptr;
  void (*add_indices)(const MovedIndices&) = nullptr;
  void (*finish)(const FinishMovement&) = nullptr;
};
TangentKernels tangent_kernels_for(const Plan& plan, std::int64_t simd_target);
// Sets those that work on rows of double.
void set_row_kernels(std::int64_t simd_target, TangentKernels& kernels);

}  // namespace nbt
