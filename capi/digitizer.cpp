#include "digitizer.hpp"

#include <algorithm>
#include <string>

#include "model/error.hpp"

namespace nbt {
namespace {

image::IntegerConversion integer_conversion(const Scene& scene, const Region& region, double max_photons) {
  const double scale = scene.int_scale > 0 ? scene.int_scale : image::automatic_integer_scale(max_photons);
  return {scale, scene.adc_offset, region};
}

image::NoiseStage noise_stage(const Scene& scene, const Region& region) {
  if (!scene.noise_seed) {
    throw Error(Status::inconsistent_scene, "noise.seed is not set: a noise image needs a seed, for example 1");
  }
  const image::PoissonGenerator poisson(*scene.noise_seed, scene.generator_after_mosaic);
  return {poisson, scene.adc_offset, region};
}

std::variant<image::IntegerConversion, image::NoiseStage> make_stage(const Scene& scene, DigitizeKind kind,
                                                                     const Region& region, double max_photons) {
  if (kind == DigitizeKind::integer) return integer_conversion(scene, region, max_photons);
  return noise_stage(scene, region);
}

}  // namespace

double brightest_pixel(const FloatRows& image, const Region& region) {
  const Region inside = clipped(region, image.fast_count, image.row_count);
  float brightest = 0;
  for (std::int64_t slow = inside.slow_first; slow <= inside.slow_last; ++slow) {
    const std::span<const float> row = image.row(slow);
    for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
      brightest = std::max(brightest, row[static_cast<std::size_t>(fast)]);  // NaN is never the larger
    }
  }
  return static_cast<double>(brightest);
}

Digitizer::Digitizer(const Scene& scene, DigitizeKind kind, std::int32_t panel, double max_photons)
    : stage_(make_stage(scene, kind, scene.panels[static_cast<std::size_t>(panel)].region, max_photons)),
      fast_count_(scene.panels[static_cast<std::size_t>(panel)].fast_count),
      slow_count_(scene.panels[static_cast<std::size_t>(panel)].slow_count) {}

void Digitizer::next_rows(const FloatRows& rows, std::uint16_t* counts) {
  if (rows.row_count > slow_count_ - slow_) {
    throw Error(Status::out_of_range, std::to_string(rows.row_count) + " rows after the first " +
                                          std::to_string(slow_) + " are more than the image's " +
                                          std::to_string(slow_count_));
  }
  const auto width = static_cast<std::size_t>(fast_count_);
  for (std::int64_t row = 0; row < rows.row_count; ++row, counts += fast_count_)
    next_row(rows.row(row), {counts, width});
}

void Digitizer::next_row(std::span<const float> photons, std::span<std::uint16_t> counts) {
  if (const auto* integer = std::get_if<image::IntegerConversion>(&stage_)) {
    integer->convert_row(slow_, photons, counts);
  } else {
    std::get<image::NoiseStage>(stage_).next_row(photons, counts);
  }
  ++slow_;
}

Digitizer::Result Digitizer::result() const {
  if (const auto* integer = std::get_if<image::IntegerConversion>(&stage_)) return {integer->scale, 0, 0};
  const auto& noise = std::get<image::NoiseStage>(stage_);
  return {1, noise.total_photons(), noise.overloads()};
}

}  // namespace nbt
