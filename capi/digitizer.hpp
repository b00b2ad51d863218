// 16-bit images from rows of photons: the integer image or the noise image, row after row.
#pragma once

#include <cstdint>
#include <variant>

#include "image/digitize.hpp"
#include "image/noise.hpp"
#include "model/scene.hpp"

namespace nbt {

enum class DigitizeKind { integer, noise };

// Rows of `fast_count` pixels whose starts are `row_stride` elements apart.
struct FloatRows {
  const float* pixels = nullptr;
  std::int64_t row_count = 0;
  std::int64_t fast_count = 0;
  std::int64_t row_stride = 0;

  std::span<const float> row(std::int64_t index) const {
    return {pixels + index * row_stride, static_cast<std::size_t>(fast_count)};
  }
};

// Brightest pixel inside the region; 0 when none is above zero.
double brightest_pixel(const FloatRows& image, const Region& region);

class Digitizer {
 public:
  struct Result {
    double scale = 1;  // counts per photon
    double total_photons = 0;
    std::int64_t overloads = 0;
  };

  // `max_photons` gives the automatic scale of the integer image. Throws Error(inconsistent_scene) for a noise
  // image without noise.seed.
  Digitizer(const Scene& scene, DigitizeKind kind, std::int32_t panel, double max_photons);

  std::int64_t fast_count() const { return fast_count_; }
  // The next rows, from slow 0 on, into `counts` without gaps. Throws Error(out_of_range) past the last row.
  void next_rows(const FloatRows& rows, std::uint16_t* counts);
  Result result() const;

 private:
  void next_row(std::span<const float> photons, std::span<std::uint16_t> counts);

  std::variant<image::IntegerConversion, image::NoiseStage> stage_;
  std::int64_t fast_count_;
  std::int64_t slow_count_;
  std::int64_t slow_ = 0;
};

}  // namespace nbt
