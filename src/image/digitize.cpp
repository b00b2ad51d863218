#include "image/digitize.hpp"

#include <algorithm>
#include <limits>

namespace nbt::image {
namespace {

constexpr double largest_count = std::numeric_limits<std::uint16_t>::max();
constexpr double largest_grey = std::numeric_limits<std::uint8_t>::max();

// The brightest pixel of an automatically scaled integer image.
constexpr double target_maximum = 55000;
// The grey of a pixel that many deviations bright.
constexpr double target_grey = 250;
constexpr double target_deviations = 5;

// The order of the two limits is the reference's; both comparisons let NaN (infinity times 0) end as 0.
std::uint16_t rounded_count(double value) {
  value = value > largest_count ? largest_count : value;
  value = value > 0 ? value : 0;
  // The conversion is the floor of a number that is not negative; by way of int, so that it can be a vector's.
  return static_cast<std::uint16_t>(static_cast<int>(static_cast<float>(value + 0.5)));
}

std::uint8_t truncated_grey(double value) {
  value = value > largest_grey ? largest_grey : value;
  return static_cast<std::uint8_t>(value > 0 ? value : 0);
}

template <class Count, class Convert>
void convert_inside(const Region& region, std::int64_t slow, std::span<const float> photons, std::span<Count> out,
                    Convert convert) {
  std::fill(out.begin(), out.end(), Count{0});
  const auto fast_count = static_cast<std::int64_t>(photons.size());
  const Region inside = clipped(region, fast_count, slow + 1);
  if (!inside.has_row(slow)) return;
  const float* const from = photons.data();
  Count* const to = out.data();
  for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
    const float value = from[fast];
    to[fast] = convert(static_cast<double>(value == value ? value : 0.0f));  // NaN counts as 0
  }
}

}  // namespace

double automatic_integer_scale(double maximum) {
  return maximum > 0 ? target_maximum / maximum : 1;
}

double automatic_pgm_scale(double rmsd, double integer_scale) {
  return rmsd > 0 ? target_grey / (target_deviations * rmsd) : integer_scale;
}

void IntegerConversion::convert_row(std::int64_t slow, std::span<const float> photons,
                                    std::span<std::uint16_t> counts) const {
  convert_inside(region, slow, photons, counts,
                 [this](double value) { return rounded_count(value * scale + adc_offset); });
}

void PgmConversion::convert_row(std::int64_t slow, std::span<const float> photons,
                                std::span<std::uint8_t> greys) const {
  convert_inside(region, slow, photons, greys, [this](double value) { return truncated_grey(value * scale); });
}

}  // namespace nbt::image
