#include "io/image_compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "formats/numbers.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

using formats::format_g;

constexpr double sigmas_above_mean = 3;

// Calls visit(a, b, fast, slow) for every pixel of the region that is finite in both images. Sums are taken per
// row by the callers' end_row, which keeps their rounding small on large images.
template <class Visit, class EndRow>
void for_each_pair(const FloatImage& a, const FloatImage& b, const ImageRegion& region, Visit visit, EndRow end_row) {
  for (std::int64_t slow = region.slow_first; slow <= region.slow_last; ++slow) {
    const std::span<const float> row_a = region_row(a, region, slow);
    const std::span<const float> row_b = region_row(b, region, slow);
    for (std::size_t i = 0; i < row_a.size(); ++i) {
      if (!std::isfinite(row_a[i]) || !std::isfinite(row_b[i])) continue;
      visit(static_cast<double>(row_a[i]), static_cast<double>(row_b[i]),
            region.fast_first + static_cast<std::int64_t>(i), slow);
    }
    end_row();
  }
}

// A sum in two steps: within a row, then over rows.
class RowSum {
 public:
  void add(double value) { row_ += value; }
  void end_row() {
    total_ += row_;
    row_ = 0;
  }
  double total() const { return total_; }

 private:
  double row_ = 0;
  double total_ = 0;
};

void require_options(const PeakOptions& options) {
  if (options.threshold && !std::isfinite(*options.threshold)) {
    throw Error(Status::out_of_range, "peak threshold = " + format_g(*options.threshold) + ": it must be a number");
  }
  if (options.most_peaks < 0) {
    throw Error(Status::out_of_range,
                "number of peaks = " + std::to_string(options.most_peaks) + ": it must not be negative");
  }
  if (!(options.match_radius_pixels >= 0 && options.match_radius_pixels <= 1e6)) {
    throw Error(Status::out_of_range,
                "match radius = " + format_g(options.match_radius_pixels) + " pixels: it must lie between 0 and 1e6");
  }
}

std::optional<double> ratio(double numerator, double denominator) {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

// First sweep: what needs no mean.
void add_sums(ImageComparison& result, const FloatImage& a, const FloatImage& b) {
  RowSum sum_a, sum_b, squares;
  result.max_a = result.max_b = -std::numeric_limits<double>::infinity();
  result.largest_difference.value = -1;
  const auto visit = [&](double value_a, double value_b, std::int64_t fast, std::int64_t slow) {
    const double difference = std::abs(value_b - value_a);
    ++result.compared_pixels;
    result.differing_pixels += difference != 0;
    sum_a.add(value_a);
    sum_b.add(value_b);
    squares.add(difference * difference);
    result.max_a = std::max(result.max_a, value_a);
    result.max_b = std::max(result.max_b, value_b);
    if (difference > result.largest_difference.value) {
      result.largest_difference = {difference, fast, slow, value_a, value_b};
    }
  };
  const auto end_row = [&] {
    for (RowSum* sum : {&sum_a, &sum_b, &squares}) sum->end_row();
  };
  for_each_pair(a, b, result.region, visit, end_row);
  result.skipped_pixels = result.region.fast_count() * result.region.slow_count() - result.compared_pixels;
  if (result.compared_pixels == 0) {
    throw Error(Status::inconsistent_scene, "no pixel of the region is a finite number in both images");
  }
  result.sum_a = sum_a.total();
  result.sum_b = sum_b.total();
  result.rmse = std::sqrt(squares.total() / static_cast<double>(result.compared_pixels));
  result.sum_ratio = ratio(result.sum_b, result.sum_a);
  result.max_ratio = ratio(result.max_b, result.max_a);
}

struct Moments {
  double mean_a = 0;
  double mean_b = 0;
  double variance_a = 0;
  double variance_b = 0;
  double covariance = 0;
};

// Second sweep: deviations from the means, free of the cancellation that a single sweep would have.
Moments moments(const ImageComparison& result, const FloatImage& a, const FloatImage& b) {
  const auto count = static_cast<double>(result.compared_pixels);
  Moments m{result.sum_a / count, result.sum_b / count, 0, 0, 0};
  RowSum aa, bb, ab;
  const auto visit = [&](double value_a, double value_b, std::int64_t, std::int64_t) {
    const double deviation_a = value_a - m.mean_a;
    const double deviation_b = value_b - m.mean_b;
    aa.add(deviation_a * deviation_a);
    bb.add(deviation_b * deviation_b);
    ab.add(deviation_a * deviation_b);
  };
  const auto end_row = [&] {
    for (RowSum* sum : {&aa, &bb, &ab}) sum->end_row();
  };
  for_each_pair(a, b, result.region, visit, end_row);
  m.variance_a = aa.total() / count;
  m.variance_b = bb.total() / count;
  m.covariance = ab.total() / count;
  return m;
}

std::optional<double> correlation(const Moments& m) {
  const double scale = std::sqrt(m.variance_a) * std::sqrt(m.variance_b);
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(m.covariance / scale, -1.0, 1.0);
}

PeakMatch compared_peaks(const ImageComparison& result, const FloatImage& a, const FloatImage& b, const Moments& m,
                         const PeakOptions& options) {
  const double threshold_a = options.threshold.value_or(m.mean_a + sigmas_above_mean * std::sqrt(m.variance_a));
  const double threshold_b = options.threshold.value_or(m.mean_b + sigmas_above_mean * std::sqrt(m.variance_b));
  return match_peaks(find_peaks(a, result.region, threshold_a), find_peaks(b, result.region, threshold_b),
                     options.most_peaks, options.match_radius_pixels);
}

}  // namespace

ImageComparison compare_images(const FloatImage& a, const FloatImage& b, const CompareOptions& options) {
  require_same_size(a, b);
  require_options(options.peaks);
  ImageComparison result;
  result.region = checked_region(a.size, options.region);
  add_sums(result, a, b);
  const Moments m = moments(result, a, b);
  result.correlation = correlation(m);
  result.peaks = compared_peaks(result, a, b, m, options.peaks);
  return result;
}

}  // namespace nbt::io
