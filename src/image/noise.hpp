// Noise image: photon counts drawn pixel by pixel in raster order (files-and-cli.md 4.4).
#pragma once

#include <cstdint>
#include <span>

#include "image/poisson.hpp"
#include "model/region.hpp"

namespace nbt::image {

class NoiseStage {
 public:
  // `seed` as RandomGenerator wants it: an option value n is the seed -n.
  NoiseStage(std::int64_t seed, double adc_offset, const Region& region)
      : NoiseStage(PoissonGenerator(seed), adc_offset, region) {}
  NoiseStage(const PoissonGenerator& poisson, double adc_offset, const Region& region)
      : poisson_(poisson), adc_offset_(adc_offset), region_(region) {}

  // The next row, from slow = 0 on; every pixel depends on all before it. Masked pixels draw like others, with 0
  // photons expected. Outside the region counts are 0. Negative values and NaN count as 0 photons [Q47].
  // `counts` is as long as `photons`.
  void next_row(std::span<const float> photons, std::span<std::uint16_t> counts);

  double total_photons() const { return total_photons_; }
  std::int64_t overloads() const { return overloads_; }

 private:
  std::uint16_t count_pixel(float photons);

  PoissonGenerator poisson_;
  double adc_offset_;
  Region region_;
  std::int64_t slow_ = 0;
  double total_photons_ = 0;
  std::int64_t overloads_ = 0;
};

}  // namespace nbt::image
