#include "image/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nbt::image {
namespace {

// Sums over a part of a row. `shift` lies near the values, so that the sum of squared deviations follows from the
// shifted sums without losing digits.
struct RowSums {
  std::int64_t count = 0;
  double shift = 0;
  double shifted = 0;          // sum of v - shift
  double shifted_squares = 0;  // sum of (v - shift)^2
  double rounded_squares = 0;  // sum of v^2, each rounded to float32 [Q43]
  float maximum = 0;

  void add(float value) {
    const double deviation = static_cast<double>(value) - shift;
    shifted += deviation;
    shifted_squares += deviation * deviation;
    rounded_squares += static_cast<double>(value * value);
    maximum = std::max(maximum, value);
  }
  double n() const { return static_cast<double>(count); }
  double sum() const { return shifted + n() * shift; }
  double squares() const { return shifted_squares + 2 * shift * shifted + n() * shift * shift; }
  Moments moments() const {
    if (count == 0) return {};
    const double off = shifted / n();
    return {count, shift + off, std::max(0.0, shifted_squares - n() * off * off)};
  }
};

// Four values side by side, in vectors of the baseline's width: wider ones would be taken apart into single numbers.
constexpr std::size_t lanes = 4;
using Floats = float __attribute__((vector_size(16)));
using Doubles = double __attribute__((vector_size(16)));

// Sums over every fourth value; the order of additions never changes.
struct LaneSums {
  Doubles shifted[2] = {};
  Doubles squares[2] = {};
  Doubles rounded[2] = {};
  Floats maximum = {};

  void add(const Floats& values, double shift) {
    const Floats rounded_squares = values * values;
    for (std::size_t half = 0; half < 2; ++half) {
      const Doubles deviation = in_double(values, half) - shift;
      shifted[half] += deviation;
      squares[half] += deviation * deviation;
      rounded[half] += in_double(rounded_squares, half);
    }
    maximum = values > maximum ? values : maximum;
  }

  static Doubles in_double(const Floats& values, std::size_t half) {
    return Doubles{static_cast<double>(values[2 * half]), static_cast<double>(values[2 * half + 1])};
  }
};

double total(const Doubles (&parts)[2]) {
  return (parts[0][0] + parts[0][1]) + (parts[1][0] + parts[1][1]);
}

RowSums sums_of(std::span<const float> values, double shift) {
  LaneSums even, odd;
  std::size_t i = 0;
  for (; i + 2 * lanes <= values.size(); i += 2 * lanes) {
    Floats eight[2];
    std::memcpy(eight, values.data() + i, sizeof eight);
    even.add(eight[0], shift);
    odd.add(eight[1], shift);
  }
  RowSums sums{static_cast<std::int64_t>(values.size()), shift,
               total(even.shifted) + total(odd.shifted), total(even.squares) + total(odd.squares),
               total(even.rounded) + total(odd.rounded), 0};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    sums.maximum = std::max({sums.maximum, even.maximum[lane], odd.maximum[lane]});
  }
  for (; i < values.size(); ++i) sums.add(values[i]);
  return sums;
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
  if (inside.fast_first > inside.fast_last) return;
  const auto first = static_cast<std::size_t>(inside.fast_first);
  const auto count = static_cast<std::size_t>(inside.fast_last - inside.fast_first + 1);
  const std::span<const float> region_part = row.subspan(first, count);
  const double shift = in_region_.count > 0 ? in_region_.mean : static_cast<double>(region_part.front());
  const RowSums in_region = sums_of(region_part, shift);
  in_region_.merge(in_region.moments());

  std::span<const float> rendered_part = region_part;
  if (mask_) {
    unmasked_.clear();
    for (std::int64_t fast = inside.fast_first; fast <= inside.fast_last; ++fast) {
      if (mask_->at(slow_, fast)) unmasked_.push_back(row[static_cast<std::size_t>(fast)]);
    }
    rendered_part = unmasked_;
  }
  const RowSums rendered = mask_ ? sums_of(rendered_part, shift) : in_region;
  rendered_.merge(rendered.moments());
  totals_.sum += rendered.sum();
  sum_of_squares_ += rendered.squares();
  sum_of_rounded_squares_ += rendered.rounded_squares;
  if (static_cast<double>(rendered.maximum) > totals_.maximum) find_maximum(row, inside, rendered.maximum);
}

void StatisticsStage::find_maximum(std::span<const float> row, const Region& inside, float value) {
  totals_.maximum = static_cast<double>(value);
  totals_.maximum_slow = slow_;
  totals_.maximum_fast = inside.fast_first;
  const auto is_there = [&](std::int64_t fast) {
    return row[static_cast<std::size_t>(fast)] == value && (!mask_ || mask_->at(slow_, fast));
  };
  while (!is_there(totals_.maximum_fast)) ++totals_.maximum_fast;
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
