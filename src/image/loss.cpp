#include "image/loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "model/error.hpp"

namespace nbt {
namespace {

// By the model.
struct ModelLoss {
  double loss = 0;
  double slope = 0;
  double curvature = 0;
};

ModelLoss least_squares(double model, const Measured& measured) {
  const double rest = model - measured.data;
  return {0.5 * measured.weight * rest * rest, measured.weight * rest, measured.weight};
}

// The variance follows the model, so its derivative counts, too.
ModelLoss gaussian(const Loss& loss, double model, const Measured& measured) {
  const double variance = loss.gain * std::max(model, 0.0) + loss.readout_variance;
  const double by_model = model > 0 ? loss.gain : 0.0;
  const double rest = model - measured.data;
  const double relative = rest / variance;
  const double spread = by_model / variance;
  return {0.5 * (rest * relative + std::log(variance)), relative + 0.5 * spread * (1 - rest * relative),
          1 / variance + 0.5 * spread * spread};
}

ModelLoss poisson(double model, const Measured& measured) {
  if (measured.data == 0) return {model, 1, model > 0 ? 1 / model : 0};
  if (!(model > 0)) return {std::numeric_limits<double>::infinity(), 0, 0};
  return {model - measured.data * std::log(model), 1 - measured.data / model, 1 / model};
}

ModelLoss by_model(const Loss& loss, double model, const Measured& measured) {
  switch (loss.kind) {
    case LossKind::gaussian:
      return gaussian(loss, model, measured);
    case LossKind::poisson:
      return poisson(model, measured);
    default:
      return least_squares(model, measured);
  }
}

// The usual loss in a loop of its own, without choices. Sums side by side: one alone would wait for every addition.
LossSums least_squares_of_row(double factor, const double* value, const MeasuredRow& measured, int count,
                              double* slope) {
  constexpr int side_by_side = 4;
  double loss[side_by_side] = {}, by_factor[side_by_side] = {};
  const auto add = [&](int i, int k) {
    const double rest = factor * value[i] + measured.background[i] - measured.data[i];
    const double by_model = measured.weight[i] * rest;
    slope[i] = factor * by_model;
    loss[k] += by_model * rest;
    by_factor[k] += by_model * value[i];
  };
  int i = 0;
  for (; i + side_by_side <= count; i += side_by_side) {
    for (int k = 0; k < side_by_side; ++k) add(i + k, k);
  }
  for (; i < count; ++i) add(i, 0);
  LossSums sums;
  for (int k = 0; k < side_by_side; ++k) {
    sums.loss += 0.5 * loss[k];
    sums.by_factor += by_factor[k];
  }
  return sums;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(Status::out_of_range, what);
}

}  // namespace

void check(const Loss& loss) {
  require(std::isfinite(loss.factor) && loss.factor != 0,
          "the scale of the loss is " + std::to_string(loss.factor) + ": it must be finite and not 0");
  if (loss.kind != LossKind::gaussian) return;
  require(loss.gain >= 0 && std::isfinite(loss.gain),
          "the gain of the loss is " + std::to_string(loss.gain) + ": it must be 0 or more");
  require(loss.readout_variance >= 0 && std::isfinite(loss.readout_variance),
          "readout_variance of the loss is " + std::to_string(loss.readout_variance) + ": it must be 0 or more");
  require(loss.gain + loss.readout_variance > 0,
          "gain and readout_variance of the loss are both 0: no pixel has noise");
}

LossAt loss_at(const Loss& loss, double value, const Measured& measured) {
  if (loss.kind == LossKind::weights) return {measured.data * value, measured.data, 0, 0};
  const ModelLoss by = by_model(loss, loss.factor * value + measured.background, measured);
  return {by.loss, loss.factor * by.slope, loss.factor * loss.factor * by.curvature, by.slope * value};
}

LossSums losses_of_row(const Loss& loss, const double* value, const MeasuredRow& measured, int count, double* slope,
                       double* curvature) {
  if (loss.kind == LossKind::least_squares && curvature == nullptr) {
    return least_squares_of_row(loss.factor, value, measured, count, slope);
  }
  LossSums sums;
  for (int i = 0; i < count; ++i) {
    const LossAt at = loss_at(loss, value[i], {measured.data[i], measured.background[i], measured.weight[i]});
    slope[i] = at.slope;
    if (curvature != nullptr) curvature[i] = at.curvature;
    sums.loss += at.loss;
    sums.by_factor += at.by_factor;
  }
  return sums;
}

}  // namespace nbt
