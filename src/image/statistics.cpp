#include "image/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace nbt::image {
namespace {

// Two passes over numbers at hand: the most accurate and the cheapest way.
template <class Values, class Selected>
Moments moments_of(const Values& values, const Region& inside, Selected selected) {
  Moments moments;
  double sum = 0;
  for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
    if (!selected(fast)) continue;
    sum += static_cast<double>(values[static_cast<std::size_t>(fast)]);
    ++moments.count;
  }
  if (moments.count == 0) return moments;
  moments.mean = sum / static_cast<double>(moments.count);
  for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
    if (!selected(fast)) continue;
    const double deviation = static_cast<double>(values[static_cast<std::size_t>(fast)]) - moments.mean;
    moments.squared_deviations += deviation * deviation;
  }
  return moments;
}

// The reference divides by one less than the count, also for the mean square about zero.
double root_of_mean(double sum, std::int64_t count) {
  return std::sqrt(sum / static_cast<double>(std::max<std::int64_t>(count, 2) - 1));
}

}  // namespace

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  const auto total = static_cast<double>(count + other.count);
  const double difference = other.mean - mean;
  squared_deviations += other.squared_deviations +
                        difference * difference * static_cast<double>(count) * static_cast<double>(other.count) / total;
  mean += difference * static_cast<double>(other.count) / total;
  count += other.count;
}

double Moments::squared_deviations_from(double value) const {
  return squared_deviations + static_cast<double>(count) * (mean - value) * (mean - value);
}

void StatisticsStage::next_row(std::span<const float> row) {
  const Region inside = clipped(region_, static_cast<std::int64_t>(row.size()), slow_ + 1);
  if (inside.has_row(slow_)) add_row(row, inside);
  ++slow_;
}

void StatisticsStage::add_row(std::span<const float> row, const Region& inside) {
  in_region_.merge(moments_of(row, inside, [](std::int64_t) { return true; }));
  rendered_.merge(moments_of(row, inside, [this](std::int64_t fast) { return is_rendered(fast); }));
  for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
    if (is_rendered(fast)) add_rendered_pixel(fast, row[static_cast<std::size_t>(fast)]);
  }
}

void StatisticsStage::add_rendered_pixel(std::int64_t fast, float value) {
  const auto exact = static_cast<double>(value);
  totals_.sum += exact;
  sum_of_rounded_squares_ += static_cast<double>(value * value);
  sum_of_squares_ += exact * exact;
  if (exact > totals_.maximum) {
    totals_.maximum = exact;
    totals_.maximum_fast = fast;
    totals_.maximum_slow = slow_;
  }
}

ImageStatistics StatisticsStage::result() const {
  ImageStatistics result = totals_;
  result.rendered_pixels = rendered_.count;
  result.region_pixels = in_region_.count;
  result.mean = totals_.sum / static_cast<double>(std::max<std::int64_t>(rendered_.count, 1));
  result.rms = root_of_mean(sum_of_rounded_squares_, rendered_.count);
  result.rmsd = root_of_mean(in_region_.squared_deviations_from(result.mean), in_region_.count);
  result.true_rms = std::sqrt(sum_of_squares_ / static_cast<double>(std::max<std::int64_t>(rendered_.count, 1)));
  result.true_rmsd = root_of_mean(rendered_.squared_deviations, rendered_.count);
  return result;
}

}  // namespace nbt::image
