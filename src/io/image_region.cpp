#include "io/image_region.hpp"

#include <cstddef>
#include <string>

#include "model/error.hpp"

namespace nbt::io {
namespace {

std::string text_of(const ImageSize& size) {
  return std::to_string(size.fast_count) + " x " + std::to_string(size.slow_count);
}

void require_within(std::int64_t first, std::int64_t last, std::int64_t count, const std::string& axis) {
  if (first >= 0 && first <= last && last < count) return;
  throw Error(Status::out_of_range, "region along " + axis + " from " + std::to_string(first) + " to " +
                                        std::to_string(last) + ": it must lie within 0 to " +
                                        std::to_string(count - 1));
}

void require_filled(const FloatImage& image) {
  const ImageSize& size = image.size;
  const bool positive = size.fast_count >= 1 && size.slow_count >= 1;
  const std::size_t pixels = image.pixels.size();
  if (positive && pixels % static_cast<std::size_t>(size.fast_count) == 0 &&
      pixels / static_cast<std::size_t>(size.fast_count) == static_cast<std::size_t>(size.slow_count)) {
    return;
  }
  throw Error(Status::wrong_length, std::to_string(pixels) + " pixels are no image of " + text_of(size));
}

}  // namespace

ImageRegion checked_region(const ImageSize& size, const std::optional<ImageRegion>& region) {
  if (!region) return {0, size.fast_count - 1, 0, size.slow_count - 1};
  require_within(region->fast_first, region->fast_last, size.fast_count, "fast");
  require_within(region->slow_first, region->slow_last, size.slow_count, "slow");
  return *region;
}

void require_same_size(const FloatImage& a, const FloatImage& b) {
  require_filled(a);
  require_filled(b);
  if (a.size == b.size) return;
  throw Error(Status::wrong_length, "the images have different sizes: " + text_of(a.size) + " and " + text_of(b.size) +
                                        " pixels (fast x slow)");
}

std::span<const float> region_row(const FloatImage& image, const ImageRegion& region, std::int64_t slow) {
  const std::int64_t start = slow * image.size.fast_count + region.fast_first;
  return std::span(image.pixels)
      .subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(region.fast_count()));
}

}  // namespace nbt::io
