// Bragg peaks of two images, found as local maxima and paired by place.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "io/image_file.hpp"
#include "io/image_region.hpp"

namespace nbt::io {

struct Peak {
  std::int64_t fast = 0;
  std::int64_t slow = 0;
  float value = 0;
};

struct PeakOptions {
  // A peak is a pixel above the threshold that none of its eight neighbours exceeds; of a flat top, its first
  // pixel. Left out: mean plus three standard deviations, of each image by itself.
  std::optional<double> threshold;
  std::int64_t most_peaks = 50;  // the brightest of A are looked for in B
  double match_radius_pixels = 5;
};

struct PeakMatch {
  std::int64_t sought = 0;                     // the brightest peaks of A, at most most_peaks
  std::int64_t matched = 0;                    // of them, those with a peak of B of their own within the radius
  std::optional<double> mean_distance_pixels;  // of the matched ones
  std::optional<double> largest_distance_pixels;
};

// In the order of the image, row by row. Neighbours outside the region count, pixels outside it are no peaks.
std::vector<Peak> find_peaks(const FloatImage& image, const ImageRegion& region, double threshold);

// Each of the `most` brightest of `a` takes the nearest peak of `b` that no brighter one has taken.
PeakMatch match_peaks(std::vector<Peak> a, const std::vector<Peak>& b, std::int64_t most, double radius_pixels);

}  // namespace nbt::io
