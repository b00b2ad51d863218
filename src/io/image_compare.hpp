// How alike two images of the same detector are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/image_file.hpp"
#include "io/image_region.hpp"
#include "io/peaks.hpp"

namespace nbt::io {

struct CompareOptions {
  std::optional<ImageRegion> region;  // all pixels otherwise
  PeakOptions peaks;
};

struct LargestDifference {
  double value = 0;  // |B - A|
  std::int64_t fast = 0;
  std::int64_t slow = 0;
  double a = 0;
  double b = 0;
};

// Values that do not exist are absent: a correlation with a constant image, a ratio to zero.
struct ImageComparison {
  ImageRegion region;
  std::int64_t compared_pixels = 0;
  std::int64_t skipped_pixels = 0;  // NaN or infinite in A or in B
  std::int64_t differing_pixels = 0;
  std::optional<double> correlation;  // Pearson's
  double rmse = 0;
  LargestDifference largest_difference;
  double sum_a = 0;
  double sum_b = 0;
  double max_a = 0;
  double max_b = 0;
  std::optional<double> sum_ratio;  // B / A
  std::optional<double> max_ratio;  // B / A
  PeakMatch peaks;
};

// Throws Error: wrong_length (different sizes; pixels that do not fill their size), out_of_range (region or
// options), inconsistent_scene (no pixel is finite in both).
ImageComparison compare_images(const FloatImage& a, const FloatImage& b, const CompareOptions& options = {});

// For people, a few lines; and a JSON object, absent values null.
std::string comparison_text(const ImageComparison& comparison);
std::string comparison_json(const ImageComparison& comparison);

}  // namespace nbt::io
