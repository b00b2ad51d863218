// From photons to the numbers that detectors store: integer image and grey map (files-and-cli.md 4.2, 4.3).
#pragma once

#include <cstdint>
#include <span>

#include "model/region.hpp"

namespace nbt::image {

// 55000 / maximum; 1 for an image without positive pixels.
double automatic_integer_scale(double maximum);

// 250 / (5 rmsd); the integer image's scale where rmsd is 0.
double automatic_pgm_scale(double rmsd, double integer_scale);

// One row of the integer image: value * scale + adc_offset, clipped and rounded as the reference does; 0 outside
// the region. NaN counts as 0 photons. `counts` is as long as `photons`.
struct IntegerConversion {
  double scale = 1;
  double adc_offset = 0;
  Region region;

  void convert_row(std::int64_t slow, std::span<const float> photons, std::span<std::uint16_t> counts) const;
};

// One row of the grey map: value * scale, clipped and truncated; 0 outside the region. Negative values and NaN
// give 0 [Q47].
struct PgmConversion {
  double scale = 1;
  Region region;

  void convert_row(std::int64_t slow, std::span<const float> photons, std::span<std::uint8_t> greys) const;
};

}  // namespace nbt::image
