// What the loops over tiles hand to the vector code, which is compiled once per SIMD target.
//
// All arrays hold one span: up to tile_pixels pixels of one row, filled to a multiple of lane_padding so that vectors
// need no remainder. Every pixel is computed by the same operations wherever it stands in a span, so results do not
// depend on where spans begin and end.
#pragma once

#include <cstdint>

#include "physics/index_box.hpp"
#include "plan/plan.hpp"

namespace nbt {

inline constexpr int tile_pixels = 256;
inline constexpr int lane_padding = 64;               // at least the lanes of the widest vector of floats
inline constexpr int largest_orientation_block = 64;  // float sums stay good to 1e-6 (numerics.md 4)

enum class Lookup { constant, nearest, tricubic };

// The same sub-pixel, in one sensor layer, of every pixel of a span.
struct PlaceJob {
  int pixels = 0;
  double first_from_anchor = 0;  // whole pixels from the tile's anchor to the first pixel
  double pixel_size_m = 0;
  double anchor_m[3] = {};  // on the flat panel
  double fast[3] = {};

  bool curved = false;
  bool lab_axes = false;
  double straight_m[3] = {};  // distance times beam direction
  double axis1[3] = {};
  double axis2[3] = {};
  double distance_m = 0;
  double anchor_arc_m = 0;  // anchor to direct beam, along fast
  double slow_arc_m = 0;    // row to direct beam, along slow

  double close_distance_m = 0;
  bool point_pixel = false;
  double normal[3] = {};
  double layer = 0;
  double absorption = 0;  // layer pitch times mu

  double* along_fast_m = nullptr;
  double* inverse_distance_per_m = nullptr;
  double* direction[3] = {};
  double* solid_angle = nullptr;  // null: not wanted
  double* capture = nullptr;      // null: not wanted
};
using PlacePixels = void (*)(const PlaceJob&);

// One source seen from the pixels that a PlaceJob placed.
struct AimJob {
  int pixels = 0;
  bool curved = false;
  const double* along_fast_m = nullptr;
  const double* inverse_distance_per_m = nullptr;
  const double* direction[3] = {};
  double wavelength_m = 0;
  double incident[3] = {};
  double resolution_limit = 0;  // wavelength over dmin
  double magnetic[3] = {};      // B of physics.md 4.5
  double kahn = 0;

  double* coordinate[3] = {};      // d/lambda in terms of TermBatch::basis
  double* kept = nullptr;          // 1, or 0 beyond dmin; null: no limit
  double* polarization = nullptr;  // null: not wanted
};
using AimSource = void (*)(const AimJob&);

struct CrystalConstants {
  Shape shape = Shape::square;
  double cells[3] = {1, 1, 1};
  double sphere_cells[3] = {1, 1, 1};  // N_i sqrt(fudge), for round
  double spot_metric[6] = {};          // for gauss in units where (F_latt/N_t)^2 = 2^-r, for tophat fudge r
  double peak = 1;                     // F_latt that the kernels' 1 stands for
};

struct AmplitudeTable {
  IndexBox box;
  const double* in_double = nullptr;
  double default_F = 0;
  const float* in_float = nullptr;  // over `unit`
  double default_in_float = 0;      // over `unit`
  double unit = 1;                  // amplitude that the kernels' 1 stands for
};

// Part of a work array: what the double half of an evaluation leaves for the other half.
template <class T>
struct TermWork {
  alignas(64) T part[6][tile_pixels];
  alignas(64) double fraction[3][tile_pixels];
  alignas(64) T amplitude[tile_pixels];
  alignas(64) T block[tile_pixels];
  alignas(64) std::int32_t index[2][tile_pixels];
};

// A block of orientations over the pixels of a span, for one (layer, sub-pixel, source).
struct TermBatch {
  int pixels = 0;
  int products = 2;  // of MillerIndex2 or MillerIndex3
  const double* coordinate[3] = {};
  double basis[3][3] = {};
  double incident_per_m[3] = {};  // over the wavelength
  const Orientation* orientations = nullptr;
  int orientation_count = 0;  // at most largest_orientation_block
  Lookup lookup = Lookup::constant;
  const CrystalConstants* crystal = nullptr;
  const AmplitudeTable* table = nullptr;
  void* work = nullptr;       // TermWork of the kernel's type
  double* sums = nullptr;     // F_cell^2 F_latt^2 is added, in the units of table and crystal (F_cell = 1 for constant)
  double* counted = nullptr;  // 0 where F_latt is exactly 0, else 1; for single orientations; null: not wanted
};
using AddTerms = void (*)(const TermBatch&);

// The functions of one SIMD target, precision and shape.
struct Kernels {
  PlacePixels place = nullptr;
  AimSource aim = nullptr;
  AddTerms add = nullptr;
};

PlacePixels place_pixels_for(std::int64_t simd_target);
AimSource aim_source_for(std::int64_t simd_target);
AddTerms add_terms_single_for(std::int64_t simd_target, Shape shape);
AddTerms add_terms_double_for(std::int64_t simd_target, Shape shape);

}  // namespace nbt
