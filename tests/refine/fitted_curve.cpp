#include "fitted_curve.hpp"

#include <cmath>

#include "model/error.hpp"

namespace nbt::refine::tests {
namespace {

struct PixelLoss {
  double loss = 0;
  double slope = 0;
  double weight = 0;
};

PixelLoss least_squares(double model, double data) {
  return {(model - data) * (model - data) / 2, model - data, 1};
}

PixelLoss poisson(double model, double data) {
  if (!(model > 0)) throw Error(Status::out_of_range, "the model is not above 0");
  return {model - data * std::log(model), 1 - data / model, 1 / model};
}

void add(NormalEquations& equations, const CurvePoint& point, const PixelLoss& pixel) {
  const std::size_t size = equations.size();
  equations.loss += pixel.loss;
  for (std::size_t i = 0; i < size; ++i) {
    equations.gradient[i] += pixel.slope * point.derivatives[i];
    for (std::size_t j = 0; j < size; ++j) {
      equations.matrix[i * size + j] += pixel.weight * point.derivatives[i] * point.derivatives[j];
    }
  }
}

}  // namespace

std::vector<double> FittedCurve::model(std::span<const double> values) const {
  std::vector<double> result;
  for (const double place : places_) result.push_back(curve_(place, values).value);
  return result;
}

NormalEquations FittedCurve::evaluate(std::span<const double> values) {
  NormalEquations equations;
  equations.pixels = static_cast<std::int64_t>(places_.size());
  equations.gradient.resize(values.size());
  equations.matrix.resize(values.size() * values.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const CurvePoint point = curve_(places_[i], values);
    add(equations, point,
        loss_ == CurveLoss::poisson ? poisson(point.value, data_[i]) : least_squares(point.value, data_[i]));
  }
  return equations;
}

}  // namespace nbt::refine::tests
