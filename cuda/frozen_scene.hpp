// A plan as kernels read it: plain numbers, and tables in the device's memory.
#pragma once

#include <cstdint>

#include "device/render_tables.hpp"
#include "device/span.hpp"
#include "physics/fixed_point.hpp"
#include "plan/plan.hpp"

namespace nbt::cuda {

struct FrozenPanel {
  std::int64_t fast_count = 0;
  double pixel_size_m = 0;
  double fast[3] = {};
  double slow[3] = {};
  double normal[3] = {};
  double origin_m[3] = {};
  double close_distance_m = 0;
  int layers = 1;
  double layer_pitch_m = 0;
  double absorption = 0;  // layer pitch times mu
  bool point_pixel = false;

  // src/physics/pixel_position-inl.h
  bool curved = false;
  bool lab_axes = false;
  double distance_m = 0;
  double straight_m[3] = {};
  double axis1[3] = {};
  double axis2[3] = {};
  double true_fast_beam_m = 0;
  double true_slow_beam_m = 0;

  Region region;
};

// The table of amplitudes, with its box in whole numbers.
struct FrozenTable {
  int first[3] = {};
  int count[3] = {};
  int plane_stride = 0;
  int row_stride = 0;
  IndexBox box;
  const double* in_double = nullptr;
  const float* in_float = nullptr;  // over `unit`
  double default_F = 0;             // over `unit`
  double unit = 1;
};

struct FrozenSource {
  double incident[3];
  double magnetic[3];  // B of physics.md 4.5
  double per_wavelength_m;
  double resolution_limit;  // wavelength over dmin
  double weight;
};

// A pixel with a rule of its own (src/device/span.hpp): it is rendered once more, alone.
struct SpecialPixel {
  std::int64_t slow;
  std::int64_t fast;
  Lookup lookup;
  bool first_sweep;
  bool latched;              // lookups are nearest from the next two on
  std::int64_t latch_sweep;  // of InterpolationLatch
  std::int64_t latch_orientation;
};

struct FrozenScene {
  FrozenPanel panel;
  CrystalConstants crystal;
  WideFixedPoint fixed_point{least_fraction_bits};  // of the crystal's fraction_bits
  FrozenTable table;
  const FrozenSource* sources = nullptr;
  std::int64_t source_count = 0;
  const Orientation* orientations = nullptr;
  const Orientation* first_sweep = nullptr;
  std::int64_t orientation_count = 0;
  const std::uint64_t* mask = nullptr;  // bits, slow-major; null: every pixel
  const SpecialPixel* special_pixels = nullptr;

  FactorRule solid_angle = FactorRule::cached;
  FactorRule polarization = FactorRule::cached;
  FactorRule capture = FactorRule::off;
  bool capture_is_zero = false;
  bool running_product = false;
  bool water = false;    // terms whose F_latt is exactly 0 count for the running product
  bool limited = false;  // by dmin
  bool keep_background_beyond_dmin = false;
  bool sources_together = false;  // their terms differ by their indices alone
  double kahn = 0;
  double scale = 1;
  double background = 0;
  double unit = 1;        // of the kernels' terms
  double slope_unit = 1;  // of those that come with their derivatives
  int oversample = 1;

  // Pixels from the latch on look up the nearest reflection; none when negative.
  Lookup lookup = Lookup::constant;
  std::int64_t latch_slow = -1;
  std::int64_t latch_fast = -1;
};

// Rows of the panel: blocks are tiles, row by row from first_tile on.
struct RenderTask {
  std::int64_t first_row = 0;   // of the buffer
  std::int64_t first_tile = 0;  // of this launch, counted from the buffer's first
  bool special = false;         // blocks are special pixels, from first_tile on
  bool in_double = false;       // elements of `pixels`, else float
  void* pixels = nullptr;       // in the device's memory
  std::int64_t row_stride = 0;  // of them, in elements
};

}  // namespace nbt::cuda
