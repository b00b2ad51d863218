#include "io/difference_png.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "formats/numbers.hpp"
#include "io/colour_map.hpp"
#include "io/magnitude_histogram.hpp"
#include "io/png_image.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

constexpr double full_colour_percentile = 99.9;
constexpr Rgb not_finite_colour = {128, 128, 128};

struct Picture {
  std::int64_t width;
  std::int64_t height;
  std::vector<float> differences;
};

void require_options(const DifferenceOptions& options) {
  if (options.largest_edge_pixels < 1) {
    throw Error(Status::out_of_range, "difference image: largest edge = " +
                                          std::to_string(options.largest_edge_pixels) + ": it must be at least 1");
  }
  if (options.limit && !(*options.limit > 0 && std::isfinite(*options.limit))) {
    throw Error(Status::out_of_range,
                "difference image: limit = " + formats::format_g(*options.limit) + ": it must be positive");
  }
}

// Keeps the larger difference; one that is not a number, the larger of all, must stay visible.
float more_different(float kept, float candidate) {
  if (std::isnan(kept) || std::isnan(candidate)) return kept + candidate;
  return std::abs(candidate) > std::abs(kept) ? candidate : kept;
}

Picture reduced_difference(const FloatImage& a, const FloatImage& b, const ImageRegion& region,
                           std::int64_t largest_edge) {
  const std::int64_t longest = std::max(region.fast_count(), region.slow_count());
  const std::int64_t block = (longest + largest_edge - 1) / largest_edge;
  Picture picture{(region.fast_count() + block - 1) / block, (region.slow_count() + block - 1) / block, {}};
  picture.differences.assign(static_cast<std::size_t>(picture.width * picture.height), 0.0F);
  for (std::int64_t slow = region.slow_first; slow <= region.slow_last; ++slow) {
    const std::span<const float> row_a = region_row(a, region, slow);
    const std::span<const float> row_b = region_row(b, region, slow);
    float* row = picture.differences.data() + (slow - region.slow_first) / block * picture.width;
    for (std::size_t i = 0; i < row_a.size(); ++i) {
      float& kept = row[i / static_cast<std::size_t>(block)];
      kept = more_different(kept, row_b[i] - row_a[i]);
    }
  }
  return picture;
}

double limit_of(const Picture& picture, const DifferenceOptions& options) {
  if (options.limit) return *options.limit;
  MagnitudeHistogram histogram;
  for (const float difference : picture.differences) histogram.add(std::abs(difference));
  const double limit = histogram.percentile(full_colour_percentile);
  return limit > 0 ? limit : 1;  // equal images: white
}

}  // namespace

void write_difference_png(const std::string& path, const FloatImage& a, const FloatImage& b,
                          const DifferenceOptions& options) {
  require_options(options);
  require_same_size(a, b);
  const ImageRegion region = checked_region(a.size, options.region);
  const Picture picture = reduced_difference(a, b, region, options.largest_edge_pixels);
  const double limit = limit_of(picture, options);
  const ColourMap colours = difference_colours();
  std::vector<std::uint8_t> pixels;
  pixels.reserve(picture.differences.size() * 3);
  for (const float difference : picture.differences) {
    const double position = 0.5 + 0.5 * static_cast<double>(difference) / limit;
    const Rgb& colour = std::isfinite(difference) ? colour_at(colours, position) : not_finite_colour;
    pixels.insert(pixels.end(), colour.begin(), colour.end());
  }
  write_png(path, picture.width, picture.height, PngColour::rgb, pixels);
}

}  // namespace nbt::io
