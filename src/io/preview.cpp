#include "io/preview.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "formats/numbers.hpp"
#include "io/colour_map.hpp"
#include "io/magnitude_histogram.hpp"
#include "io/png_image.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

using formats::format_g;

std::int64_t blocks(std::int64_t count, std::int64_t block) {
  return (count + block - 1) / block;
}

void require(bool good, const std::string& what) {
  if (!good) throw Error(Status::out_of_range, "preview: " + what);
}

void require_limit(const std::optional<double>& limit, const char* name) {
  if (!limit) return;
  require(*limit > 0 && std::isfinite(*limit),
          std::string(name) + " = " + format_g(*limit) + ": a logarithmic scale needs a positive number");
}

void require_percentile(double percent, const char* name) {
  require(percent >= 0 && percent <= 100,
          std::string(name) + " = " + format_g(percent) + ": it must lie between 0 and 100");
}

void require_options(const PreviewOptions& options) {
  require(options.largest_edge_pixels >= 1,
          "largest edge = " + std::to_string(options.largest_edge_pixels) + " pixels: it must be at least 1");
  require_limit(options.low, "low");
  require_limit(options.high, "high");
  require(!options.low || !options.high || *options.low < *options.high, "low must be less than high");
  require_percentile(options.low_percentile, "low percentile");
  require_percentile(options.high_percentile, "high percentile");
  require(options.most_decades > 0 && options.most_decades <= 60,
          "decades = " + format_g(options.most_decades) + ": it must be positive and at most 60");
}

struct LogScale {
  double log_low = 0;
  double log_high = 1;

  double operator()(double value) const { return value > 0 ? (std::log(value) - log_low) / (log_high - log_low) : 0; }
};

// A picture of one value only still gets a scale: that value is its white end.
LogScale scale_of(const std::vector<float>& picture, const PreviewOptions& options) {
  MagnitudeHistogram histogram;
  for (const float value : picture) histogram.add(value);
  if (histogram.total() == 0 && !options.high) return {};
  const double high = options.high.value_or(histogram.percentile(options.high_percentile));
  const double lowest = high * std::pow(10, -options.most_decades);
  const double low = options.low.value_or(std::max(histogram.percentile(options.low_percentile), lowest));
  return {std::log(low < high ? low : lowest), std::log(high)};
}

}  // namespace

PreviewWriter::PreviewWriter(std::string path, std::int64_t fast_count, std::int64_t slow_count,
                             const PreviewOptions& options)
    : path_(std::move(path)), options_(options), fast_count_(fast_count), slow_count_(slow_count) {
  require_options(options);
  require(fast_count >= 1 && slow_count >= 1,
          "the image has " + std::to_string(fast_count) + " x " + std::to_string(slow_count) + " pixels");
  block_ = blocks(std::max(fast_count, slow_count), options.largest_edge_pixels);
  width_ = blocks(fast_count, block_);
  height_ = blocks(slow_count, block_);
  picture_.assign(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_),
                  -std::numeric_limits<float>::infinity());
}

void PreviewWriter::add_rows(std::span<const float> rows) {
  const auto row_length = static_cast<std::size_t>(fast_count_);
  const auto left = static_cast<std::size_t>(slow_count_ - rows_added_);
  if (rows.size() % row_length != 0 || rows.size() / row_length > left) {
    throw Error(Status::wrong_length, "preview: " + std::to_string(rows.size()) + " pixels are not one to " +
                                          std::to_string(left) + " whole rows of " + std::to_string(fast_count_));
  }
  for (; !rows.empty(); rows = rows.subspan(row_length)) add_row(rows.first(row_length));
}

void PreviewWriter::add_row(std::span<const float> row) {
  const auto block = static_cast<std::size_t>(block_);
  float* reduced = picture_.data() + static_cast<std::size_t>(rows_added_ / block_ * width_);
  for (std::size_t first = 0; first < row.size(); first += block, ++reduced) {
    const std::size_t count = std::min(block, row.size() - first);
    // Written so that a pixel that is not a number never wins.
    for (const float value : row.subspan(first, count)) {
      if (value > *reduced) *reduced = value;
    }
  }
  ++rows_added_;
}

void PreviewWriter::finish() {
  if (rows_added_ != slow_count_) {
    throw Error(Status::wrong_length,
                "preview: " + std::to_string(rows_added_) + " of " + std::to_string(slow_count_) + " rows were given");
  }
  const LogScale scale = scale_of(picture_, options_);
  const ColourMap colours = intensity_colours();
  PngWriter png(path_, width_, height_, PngColour::rgb);
  std::vector<std::uint8_t> row;
  for (std::size_t first = 0; first < picture_.size(); first += static_cast<std::size_t>(width_)) {
    row.clear();
    for (std::size_t i = first; i < first + static_cast<std::size_t>(width_); ++i) {
      const Rgb& colour = colour_at(colours, scale(static_cast<double>(picture_[i])));
      row.insert(row.end(), colour.begin(), colour.end());
    }
    png.write_row(row);
  }
  png.finish();
}

}  // namespace nbt::io
