// What a gradient hands to the vector code beside kernels.hpp: the terms with their derivatives, and the sums that pull
// adjoints back through them.
#pragma once

#include <type_traits>

#include "cpu/kernels.hpp"

namespace nbt {

// Sums over the pixels by what changes the shape of the spots. square and round: one per axis; gauss: the products of
// the distances a a, a b, a c, b b, b c, c c.
inline constexpr int most_shape_sums = 6;
int shape_sum_count(Shape shape);

// What a slope kernel needs beside its arguments. T is the kernel's type.
template <class T>
struct SlopeWork : TermWork<T> {
  alignas(64) T along[3][tile_pixels];
  alignas(64) T shape[most_shape_sums][tile_pixels];
  alignas(64) T outside[tile_pixels];
  alignas(64) T amplitude_slope[3][tile_pixels];         // of one orientation, for tricubic
  alignas(64) T by_default[tile_pixels];                 // 1 where that has default_F, else 0
  alignas(64) double arranged[3][tile_pixels];           // coordinates in the order that the kernel wants
  alignas(64) std::int32_t found_entries[lane_padding];  // of a vector
};

// A block of orientations as in TermBatch, in units of CrystalConstants::volume. Adds to `terms.sums` x = F_cell^2
// F_latt^2, and, with r = dx/dh of the three indices:
struct SlopeBatch {
  TermBatch terms;
  void* slopes = nullptr;               // r of every term: T [orientation][axis][pixel], rows of terms.pixels
  double* along[3] = {};                // sum of r along_j (src/cpu/index_block.hpp), as many as there are products
  double* shape[most_shape_sums] = {};  // null: not wanted
  double* outside = nullptr;            // sum of the terms that have default_F; null: not wanted
  bool first = false;                   // sums of terms, along and shape are written instead of added to
  void* kept_terms = nullptr;           // x of every term: T [orientation][pixel]; null: not wanted
  std::int32_t* entries = nullptr;      // the table entry of every term; -1: default_F; null: not wanted
};
using AddSlopes = void (*)(const SlopeBatch&);
AddSlopes add_slopes_single_for(std::int64_t simd_target, Shape shape);
AddSlopes add_slopes_double_for(std::int64_t simd_target, Shape shape);

// Weights of the terms' adjoints, prepared for one sweep: m, m (w_0 - c_0), m (w_1 - c_1), m (w_2 - c_2), over `unit`.
// Taking w_j from near c_j keeps what the sums have in common with the source's direction from cancelling later.
struct PullWeights {
  int pixels = 0;
  Directions directions;
  double centre[3] = {};           // c_j
  const double* weight = nullptr;  // m
  double unit = 1;
  void* rows[4] = {};  // T; products + 1 of them
};
using PreparePull = void (*)(const PullWeights&);
PreparePull prepare_pull_single_for(std::int64_t simd_target);
PreparePull prepare_pull_double_for(std::int64_t simd_target);

// Sums over the pixels of the weights with r, for each orientation and axis: [orientation][axis][row].
struct PullTerms {
  int pixels = 0;
  int orientations = 0;
  int rows = 3;  // products + 1
  const void* slopes = nullptr;
  const void* const* weights = nullptr;
  double unit = 1;
  double* sums = nullptr;
};
using PullSlopes = void (*)(const PullTerms&);
PullSlopes pull_slopes_single_for(std::int64_t simd_target);
PullSlopes pull_slopes_double_for(std::int64_t simd_target);

// Terms by table entry, pixel by pixel: neighbouring orientations mostly share a reflection. Of every pixel the sums of
// the terms with each of up to `slots` entries, in the order in which they occur, without the negative ones.
struct TermsByEntry {
  static constexpr int slots = 4;
  int pixels = 0;
  int orientations = 0;
  const void* terms = nullptr;      // T [orientation][pixel]
  std::int32_t* entries = nullptr;  // what is taken is made -1 if anything is left
  void* sums = nullptr;             // out, T [slot][pixel]
  std::int32_t* found = nullptr;    // out, entries [slot][pixel]; negative: none
};
// False: terms are left, for another call.
using SumByEntry = bool (*)(const TermsByEntry&);
SumByEntry sum_by_entry_single_for(std::int64_t simd_target);
SumByEntry sum_by_entry_double_for(std::int64_t simd_target);

// A span's values v = scale E (sum + weight background), E the product of the factors; adds to `sum` in place.
struct ValueRows {
  int pixels = 0;
  double scale = 1;
  double background_weight = 0;
  const double* background = nullptr;
  const double* factor[3] = {};  // null: 1
  double* sum = nullptr;
  double* factors = nullptr;  // out, E
  double* value = nullptr;    // out
};

// From dL/dv: by the sum, by ln v, and sums over the pixels of what scale and background weight are multiplied with.
struct BracketRows {
  int pixels = 0;
  double scale = 1;
  const double* slope = nullptr;
  const double* factors = nullptr;
  const double* sum = nullptr;
  const double* background = nullptr;
  double* by_sum = nullptr;  // out
  double* by_log = nullptr;  // out
  double by_scale = 0;       // out
  double by_background = 0;  // out
  double largest_slope = 0;  // out
};

// out_i += weight_i row_i, in double.
struct WeightedRow {
  int pixels = 0;
  const double* weight = nullptr;
  const double* row = nullptr;
  double* out = nullptr;  // null: not wanted
};
// Pulls the adjoint of v.d back: sums p w_j, and adds p along_j to the adjoint of w_j.
struct PullProjection {
  int pixels = 0;
  Directions directions;
  const double* adjoint = nullptr;  // p
  double along[3] = {};
  double* coordinate_adjoint[3] = {};
  double sums[3] = {};  // out
};

// The adjoints of w = (1, y)/R and of ln Omega of a flat panel's pixels to those of P = P0 + y f:
//   dR = -w0 (dw0 w0 + dw1 w1) - n w0 dlnOmega,  n = 3 or 2 (point pixels)
// radial[j] = sum dR w0, dR w1, dR w1 y;  along = sum dw1 w1.
struct PullPositions {
  int pixels = 0;
  const double* coordinate[2] = {};
  const double* coordinate_adjoint[2] = {};
  const double* solid_angle_adjoint = nullptr;  // of ln Omega; null: 0
  double solid_angle_power = 3;
  double radial[3] = {};     // out
  double along = 0;          // out
  double by_anchor[2] = {};  // out: sums of coordinate_adjoint[0] times each coordinate
};

// Polarization: adjoints of i.d, B.d and K from that of ln P.
struct PullPolarization {
  int pixels = 0;
  Directions directions;
  double incident[3] = {};
  double magnetic[3] = {};
  double kahn = 0;
  const double* polarization = nullptr;
  const double* adjoint = nullptr;     // of ln P
  double* cosine_adjoint = nullptr;    // out
  double* magnetic_adjoint = nullptr;  // out
  double* kahn_adjoints = nullptr;     // out, per pixel; null: not wanted
  double kahn_adjoint = 0;             // out, their sum
};

// Capture fraction: adjoint of the obliquity, and of pitch * mu, from that of ln C.
struct PullCapture {
  int pixels = 0;
  Directions directions;
  double normal[3] = {};
  double layer = 0;
  double absorption = 0;
  const double* adjoint = nullptr;      // of ln C
  double* obliquity_adjoint = nullptr;  // out
  double absorption_adjoint = 0;        // out
};

// The functions of one SIMD target and precision.
struct SlopeKernels {
  AddSlopes add = nullptr;
  PreparePull prepare = nullptr;
  PullSlopes pull = nullptr;
  SumByEntry by_entry = nullptr;
  void (*values)(const ValueRows&) = nullptr;
  void (*bracket)(BracketRows&) = nullptr;
  double (*multiply)(int pixels, const double* by, double* row) = nullptr;  // in place; returns the largest size
  double (*sum)(int pixels, const double* row) = nullptr;
  double (*add_weighted)(const WeightedRow&) = nullptr;  // returns the sum
  void (*project)(PullProjection&) = nullptr;
  void (*positions)(PullPositions&) = nullptr;
  void (*polarization)(PullPolarization&) = nullptr;
  void (*capture)(PullCapture&) = nullptr;
};
SlopeKernels slope_kernels_for(const Plan& plan, std::int64_t simd_target);

}  // namespace nbt
