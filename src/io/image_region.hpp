// A rectangle of pixels, and the checks that everything that looks at two images makes first.
#pragma once

#include <cstdint>
#include <optional>

#include "io/image_file.hpp"

namespace nbt::io {

// Both ends belong to it, as in -roi.
struct ImageRegion {
  std::int64_t fast_first = 0;
  std::int64_t fast_last = 0;
  std::int64_t slow_first = 0;
  std::int64_t slow_last = 0;

  std::int64_t fast_count() const { return fast_last - fast_first + 1; }
  std::int64_t slow_count() const { return slow_last - slow_first + 1; }
};

// The region, or the whole image; throws Error(Status::out_of_range) unless it lies within the image.
ImageRegion checked_region(const ImageSize& size, const std::optional<ImageRegion>& region);

// Throws Error(Status::wrong_length): different sizes, or pixels that do not fill their size.
void require_same_size(const FloatImage& a, const FloatImage& b);

// The pixels of one row from fast_first to fast_last.
std::span<const float> region_row(const FloatImage& image, const ImageRegion& region, std::int64_t slow);

}  // namespace nbt::io
