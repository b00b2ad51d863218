// Everything that one thread needs while it renders: one allocation, the same size for every scene.
#pragma once

#include "cpu/kernels.hpp"

namespace nbt {

struct alignas(64) Scratch {
  using Row = double[tile_pixels];

  // Of the current layer and sub-pixel.
  alignas(64) Row coordinate[3];  // of Directions
  alignas(64) Row solid_angle;    // or of the first sub-pixel, where it is cached
  alignas(64) Row capture;        // or of the first sub-pixel of the layer, where it is cached

  // Of the current source.
  alignas(64) Row polarization;
  alignas(64) Row kept;     // 1, or 0 beyond dmin
  alignas(64) Row factors;  // product of the factors that are evaluated for every term
  alignas(64) Row weight;   // of the sweep's terms in `total`
  alignas(64) Row terms;    // sum of the sweep's F_cell^2 F_latt^2
  alignas(64) Row counted;  // 0 where the term is skipped because F_latt is exactly 0

  // Of the pixel.
  alignas(64) Row first_polarization;    // cached; 0 until a source is kept
  alignas(64) Row sweep_0_polarization;  // of the first sweep, kept or not
  alignas(64) Row background;            // sum of factors, for the mean that multiplies the background
  alignas(64) Row total;                 // I, in units of the kernels
  alignas(64) Row value;                 // the result

  IndexBlock block;
  TermWork<double> work;  // or TermWork<float>, which is smaller
};

}  // namespace nbt
