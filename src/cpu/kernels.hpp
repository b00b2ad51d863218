// What the loops over tiles hand to the vector code, which is compiled once per SIMD target.
//
// All arrays hold one span: up to tile_pixels pixels of one row, filled to a multiple of lane_padding so that vectors
// need no remainder. Every pixel is computed by the same operations wherever it stands in a span, so results do not
// depend on where spans begin and end.
#pragma once

#include <cstdint>

#include "cpu/index_block.hpp"
#include "device/render_tables.hpp"
#include "device/span.hpp"
#include "plan/plan.hpp"

namespace nbt {

inline constexpr int least_segment_pixels = 16;  // at least the lanes of the widest vector of floats
inline constexpr int lane_padding = 64;          // of rows, which begin and end on this grid; the longest segment

// Directions to pixels are d = sum_j w_j e_j: e = (P0, f) and w = (1, y)/R on a flat panel, P0 the anchor in the tile's
// middle; the laboratory axes and the direction's components on a curved one. So v.d of any vector v is sum_j w_j
// v.e_j.
struct Directions {
  int products = 2;  // how many w_j there are
  double basis[3][3] = {};
  const double* coordinate[3] = {};  // w_j, per pixel
};

// The same sub-pixel, in one sensor layer, of every pixel of a span. Lengths are in units of `unit_m`, a power of two
// in metres that makes distances about 1: no digit is lost, and estimates in float have the range they need.
struct PlaceJob {
  int pixels = 0;
  double unit_m = 1;
  double first_from_anchor = 0;  // whole pixels from the tile's anchor to the first pixel
  double pixel_size = 0;
  double anchor[3] = {};  // on the flat panel
  double fast[3] = {};

  bool curved = false;
  bool lab_axes = false;
  double straight[3] = {};  // distance times beam direction
  double axis1[3] = {};
  double axis2[3] = {};
  double distance = 0;
  double anchor_arc = 0;  // anchor to direct beam, along fast
  double slow_arc = 0;    // row to direct beam, along slow

  double close_distance = 0;
  bool point_pixel = false;

  double* coordinate[3] = {};     // of Directions; the third on curved panels only
  double* solid_angle = nullptr;  // null: not wanted
};
using PlacePixels = void (*)(const PlaceJob&);

// What depends on the direction to a pixel alone: one source and one sensor layer.
struct AimJob {
  int pixels = 0;
  Directions directions;
  double incident[3] = {};
  double resolution_limit = 0;  // wavelength over dmin
  double magnetic[3] = {};      // B of physics.md 4.5
  double kahn = 0;
  double normal[3] = {};
  double layer = 0;
  double absorption = 0;  // layer pitch times mu

  // Null: not wanted.
  double* kept = nullptr;  // 1, or 0 beyond dmin
  double* polarization = nullptr;
  double* capture = nullptr;
};
using AimPixels = void (*)(const AimJob&);

// The values of a span's pixels from their sums.
struct FinishJob {
  int pixels = 0;
  double scale = 1;
  const double* sum = nullptr;
  const double* factor[2] = {};  // null: 1
  double* value = nullptr;
};
using FinishPixels = void (*)(const FinishJob&);

// Which parts of a span an orientation may be left out of (docs/performance.md). Segments lie on a grid fixed to the
// detector, so what is skipped does not depend on where spans begin and end.
struct Skipping {
  int segment_pixels = 0;   // 0: nothing is skipped
  double window[3] = {};    // gauss, tophat: terms are exactly 0 where an index is farther from a whole one
  double least_square = 0;  // square, round: terms are skipped where (F_latt/peak)^2 is provably below; 0: none
};

// Coordinates of the first and the last pixel of every segment of a span.
struct SegmentEnds {
  static constexpr int most = tile_pixels / least_segment_pixels;
  alignas(64) double first[3][most];
  alignas(64) double last[3][most];
};

// What a kernel needs beside its arguments, for one block of orientations. T is the kernel's type.
template <class T>
struct TermWork {
  // Sums of the block; beyond the pixels, where a pipelined loop puts what it computes before its first result.
  alignas(64) T block[tile_pixels + lane_padding];
  alignas(64) T amplitude[tile_pixels];      // of one orientation
  alignas(64) double index[3][tile_pixels];  // Miller indices of one orientation, for tricubic
  alignas(64) T found[lane_padding];         // amplitudes of one vector
  alignas(64) double radius[tile_pixels];    // of one orientation, for all shapes but square
  IndexIntervals intervals;
  SegmentEnds ends;
  std::uint8_t orientation[largest_orientation_block];  // 0, 1, 2, ...: the list of all
};

// A block of orientations over the pixels of a span, for one (layer, sub-pixel).
struct TermBatch {
  int pixels = 0;
  Directions directions;
  const IndexBlock* block = nullptr;
  double bend = 0;  // an index is off its chord over n pixels by at most |a|/lambda bend n^2; negative: unknown
  Lookup lookup = Lookup::constant;
  const CrystalConstants* crystal = nullptr;
  const AmplitudeTable* table = nullptr;
  Skipping skipping;
  void* work = nullptr;       // TermWork of the kernel's type
  double weight = 1;          // of the terms in the sums
  double* sums = nullptr;     // F_cell^2 F_latt^2 is added, in the units of table and crystal (F_cell = 1 for constant)
  double* counted = nullptr;  // 0 where F_latt is exactly 0, else 1; for single orientations; null: not wanted
};
using AddTerms = void (*)(const TermBatch&);

// The functions of one SIMD target, precision and shape.
struct Kernels {
  PlacePixels place = nullptr;
  AimPixels aim = nullptr;
  FinishPixels finish = nullptr;
  AddTerms add = nullptr;
};

PlacePixels place_pixels_for(std::int64_t simd_target);
AimPixels aim_pixels_for(std::int64_t simd_target);
FinishPixels finish_pixels_for(std::int64_t simd_target);
AddTerms add_terms_single_for(std::int64_t simd_target, Shape shape);
AddTerms add_terms_double_for(std::int64_t simd_target, Shape shape);
// Null for shapes that precision `fast` does not know.
AddTerms add_terms_fast_for(std::int64_t simd_target, Shape shape);

}  // namespace nbt
