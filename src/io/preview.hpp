// A small colour picture of a float image, made while its rows arrive.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nbt::io {

struct PreviewOptions {
  std::int64_t largest_edge_pixels = 2048;  // larger images are reduced by whole blocks
  // Black and white end of the logarithmic scale. Left out: chosen from the percentiles below.
  std::optional<double> low;
  std::optional<double> high;
  // Of the positive pixels of the picture.
  double low_percentile = 1;
  double high_percentile = 99.9;
  double most_decades = 5;  // low is at least high / 10^most_decades
};

// Holds the reduced picture only (at most largest_edge_pixels^2 floats), whatever the detector's size. A block of
// detector pixels becomes one pixel with the block's maximum, so that no sharp spot disappears.
class PreviewWriter {
 public:
  // Throws Error(Status::out_of_range) for an empty image or an option that makes no sense.
  PreviewWriter(std::string path, std::int64_t fast_count, std::int64_t slow_count, const PreviewOptions& options);

  // Whole rows, in order; any number of them at a time.
  void add_rows(std::span<const float> rows);
  // All rows must have been added. Writes the PNG; the file appears whole or not at all.
  void finish();

  std::int64_t width() const { return width_; }
  std::int64_t height() const { return height_; }

 private:
  void add_row(std::span<const float> row);

  std::string path_;
  PreviewOptions options_;
  std::int64_t fast_count_;
  std::int64_t slow_count_;
  std::int64_t block_;
  std::int64_t width_;
  std::int64_t height_;
  std::int64_t rows_added_ = 0;
  std::vector<float> picture_;
};

}  // namespace nbt::io
