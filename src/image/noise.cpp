#include "image/noise.hpp"

#include <algorithm>
#include <limits>

namespace nbt::image {
namespace {

constexpr double largest_count = std::numeric_limits<std::uint16_t>::max();

}  // namespace

std::uint16_t NoiseStage::count_pixel(float photons) {
  const auto drawn = static_cast<double>(poisson_.draw(photons > 0 ? photons : 0));
  total_photons_ += drawn;
  const double count = drawn + adc_offset_;
  const bool fits = count <= largest_count;  // false for NaN, which infinitely many photons can give
  if (!fits) {
    ++overloads_;
    return std::numeric_limits<std::uint16_t>::max();
  }
  return static_cast<std::uint16_t>(count > 0 ? count : 0);
}

void NoiseStage::next_row(std::span<const float> photons, std::span<std::uint16_t> counts) {
  std::fill(counts.begin(), counts.end(), std::uint16_t{0});
  const std::int64_t slow = slow_++;
  const Region inside = clipped(region_, static_cast<std::int64_t>(photons.size()), slow + 1);
  if (!inside.has_row(slow)) return;
  for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
    const auto i = static_cast<std::size_t>(fast);
    counts[i] = count_pixel(photons[i]);
  }
}

}  // namespace nbt::image
