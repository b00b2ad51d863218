#include "measured_image.hpp"

#include <algorithm>
#include <cmath>

#include "model/error.hpp"

namespace nbt {
namespace {

template <class T>
void copy_elements(const void* array, std::int64_t first, int count, double* to) {
  const T* from = static_cast<const T*>(array) + first;
  for (int i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]);
}

void read_elements(const void* array, DataType type, std::int64_t first, int count, double* to) {
  switch (type) {
    case DataType::float32:
      return copy_elements<float>(array, first, count, to);
    case DataType::float64:
      return copy_elements<double>(array, first, count, to);
    case DataType::uint16:
      return copy_elements<std::uint16_t>(array, first, count, to);
    case DataType::int32:
      return copy_elements<std::int32_t>(array, first, count, to);
  }
}

// Sums of this many side by side: one alone would wait for every addition.
constexpr int side_by_side = 8;

// 0 unless some number is not finite.
double excess(const double* values, int count) {
  double sums[side_by_side] = {};
  int i = 0;
  for (; i + side_by_side <= count; i += side_by_side) {
    for (int k = 0; k < side_by_side; ++k) sums[k] += values[i + k] - values[i + k];
  }
  for (; i < count; ++i) sums[0] += values[i] - values[i];
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

double least(const double* values, int count) {
  double least_of[side_by_side];
  std::fill_n(least_of, side_by_side, values[0]);
  int i = 0;
  for (; i + side_by_side <= count; i += side_by_side) {
    for (int k = 0; k < side_by_side; ++k) least_of[k] = values[i + k] < least_of[k] ? values[i + k] : least_of[k];
  }
  for (; i < count; ++i) least_of[0] = std::min(least_of[0], values[i]);
  return *std::min_element(least_of, least_of + side_by_side);
}

std::string pixel_name(std::int64_t slow, std::int64_t fast) {
  return "pixel slow " + std::to_string(slow) + ", fast " + std::to_string(fast);
}

void require(bool holds, const char* what, double value, const char* rule, std::int64_t slow, std::int64_t fast) {
  if (holds) return;
  throw Error(Status::out_of_range,
              pixel_name(slow, fast) + ": " + what + " is " + std::to_string(value) + "; it must be " + rule);
}

}  // namespace

bool MeasuredLoss::counts(std::int64_t slow, std::int64_t fast) const {
  if (rows_.mask != nullptr && rows_.mask[element(slow, fast)] == 0) return false;
  return mask_ == nullptr || mask_->at(slow, fast);
}

std::int64_t MeasuredLoss::element(std::int64_t slow, std::int64_t fast) const {
  return (slow - rows_.first_row) * rows_.row_stride + fast;
}

void MeasuredLoss::read(std::int64_t first_element, int count, Block& block) const {
  read_elements(rows_.data, types_.data, first_element, count, block.data);
  const auto read_or_fill = [&](const void* array, double otherwise, double* to) {
    if (array == nullptr) {
      std::fill_n(to, count, otherwise);
    } else {
      read_elements(array, types_.real, first_element, count, to);
    }
  };
  read_or_fill(rows_.background, 0, block.background);
  read_or_fill(rows_.weights, 1, block.weight);
}

void MeasuredLoss::require_usable(const PixelRun& run, const Block& block) const {
  const bool finite =
      excess(block.data, run.count) == 0 && (rows_.background == nullptr || excess(block.background, run.count) == 0);
  const bool weighted =
      rows_.weights == nullptr || (excess(block.weight, run.count) == 0 && least(block.weight, run.count) >= 0);
  const bool photons = loss_.kind == LossKind::poisson;
  if (finite && weighted && (!photons || least(block.data, run.count) >= 0)) return;
  for (int i = 0; i < run.count; ++i) {
    const std::int64_t fast = run.first_fast + i;
    const double data = block.data[i], background = block.background[i], weight = block.weight[i];
    require(std::isfinite(data), "the data", data, "finite (or mask the pixel)", run.slow, fast);
    require(!photons || data >= 0, "the data", data, "0 or more for a Poisson loss", run.slow, fast);
    require(std::isfinite(background), "the background", background, "finite", run.slow, fast);
    require(std::isfinite(weight) && weight >= 0, "the weight", weight, "finite and 0 or more", run.slow, fast);
  }
}

void MeasuredLoss::require_finite(const PixelRun& run, const Block& block) const {
  for (int i = 0; i < run.count; ++i) {
    const LossAt at = loss_at(loss_, run.value[i], {block.data[i], block.background[i], block.weight[i]});
    if (std::isfinite(at.loss)) continue;
    throw Error(Status::out_of_range,
                pixel_name(run.slow, run.first_fast + i) + ": the model is " +
                    std::to_string(loss_.factor * run.value[i] + block.background[i]) + " where the data are " +
                    std::to_string(block.data[i]) +
                    ", which has no finite loss: give a background, a read-out variance or a mask");
  }
}

// Pixels that all count.
void MeasuredLoss::add_run(const PixelRun& run, double* slope, double* curvature, LossShare& share) const {
  Block block;
  for (int first = 0; first < run.count; first += block_pixels) {
    PixelRun part = run;
    part.first_fast += first;
    part.value += first;
    part.count = std::min(run.count - first, block_pixels);
    read(element(part.slow, part.first_fast), part.count, block);
    require_usable(part, block);
    const LossSums sums = losses_of_row(loss_, part.value, {block.data, block.background, block.weight}, part.count,
                                        slope + first, curvature == nullptr ? nullptr : curvature + first);
    if (!std::isfinite(sums.loss)) require_finite(part, block);
    share.loss += sums.loss;
    share.by_scale += sums.by_factor;
    share.pixels += part.count;
  }
}

LossShare MeasuredLoss::evaluate(const PixelRun& run, double* slope, double* curvature) const {
  LossShare share;
  if (rows_.mask == nullptr && mask_ == nullptr) {
    add_run(run, slope, curvature, share);
    return share;
  }
  std::fill_n(slope, run.count, 0.0);
  if (curvature != nullptr) std::fill_n(curvature, run.count, 0.0);
  for (int first = 0; first < run.count;) {
    int end = first;
    while (end < run.count && counts(run.slow, run.first_fast + end)) ++end;
    if (end > first) {
      PixelRun part = run;
      part.first_fast += first;
      part.value += first;
      part.count = end - first;
      add_run(part, slope + first, curvature == nullptr ? nullptr : curvature + first, share);
    }
    first = end + 1;
  }
  return share;
}

}  // namespace nbt
