// What a block of threads knows of its pixels while derivatives of their values are pulled back (pull_tile.hpp).
#pragma once

#include "cuda/slope_term.hpp"
#include "cuda/tile_pixel.hpp"
#include "cuda/tile_walk.hpp"

namespace nbt::cuda {

inline constexpr int pull_tile_pixels = team_threads;

// Rows of the panel: blocks are tiles of pull_tile_pixels, row by row from first_tile on.
struct PulledRows {
  std::int64_t first_row = 0;      // of the buffers
  std::int64_t first_tile = 0;     // of this launch, counted from the buffers' first
  bool special = false;            // blocks are special pixels, from first_tile on
  const double* values = nullptr;  // rows without gaps, in the device's memory
  bool shape = false;              // derivatives by what makes the shape of the spots
};

// With L for what is differentiated: a loss, or the pixel's own value.
struct PullPixel {
  TilePixel at;
  double slope = 0;               // dL/dv
  double by_scaled = 0;           // slope E: dL/d(scale bracket)
  double by_bracket = 0;          // u
  double by_log_value = 0;        // dL/d ln v
  std::int64_t polarized_in = 0;  // the sweep whose polarization is cached

  // Of the position.
  double direction[3] = {};
  double per_distance = 0;  // 1/R
  double by_direction[3] = {};
  double by_log_solid_angle = 0;
  double by_log_capture = 0;

  // Of the sweep.
  double weight = 0;
  double contribution = 0;  // dL/d ln of what the sweep adds
  double terms = 0;
  double missed = 0;  // of them, those with default_F
  double along[3] = {};
  double shape[most_shape_sums] = {};
  int entry = -1;          // of the table, whose terms are not added to its sum yet
  double entry_terms = 0;  // their sum

  // dL/d(sum of terms)
  NBT_KERNEL_FN double by_terms() const { return by_bracket * weight; }
};

template <class T>
struct PullTerm {
  typename DoublePeel<T>::template Coefficients<3> axis[3];
  T per_wavelength[3][3];  // a, b, c over lambda
};

// `Own`: what the target of the derivatives adds.
template <class T, int batch, class Own>
struct PullShared {
  PullPixel pixel[pull_tile_pixels];
  T r[batch][3][pull_tile_pixels];
  PullTerm<T> term[batch];
  TilePlace place;
  Own own;
};

}  // namespace nbt::cuda
