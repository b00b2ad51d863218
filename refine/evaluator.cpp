#include "refine/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "model/error.hpp"

namespace nbt::refine {
namespace {

bool is_finite(const NormalEquations& equations) {
  const auto finite = [](double value) { return std::isfinite(value); };
  return std::isfinite(equations.loss) && std::all_of(equations.gradient.begin(), equations.gradient.end(), finite) &&
         std::all_of(equations.matrix.begin(), equations.matrix.end(), finite);
}

void require_finite(const NormalEquations& equations) {
  if (is_finite(equations)) return;
  throw Error(Status::out_of_range, "loss or derivatives are not finite at the start");
}

void require_pixels(const NormalEquations& equations) {
  if (equations.pixels > static_cast<std::int64_t>(equations.size())) return;
  throw Error(Status::inconsistent_scene, std::to_string(equations.pixels) + " pixels count, which is too few for " +
                                              std::to_string(equations.size()) + " values: leave out fewer pixels");
}

// The unit of each value is its standard error with all others held: edges, degrees and millimetres become comparable.
Eigen::VectorXd standard_scales(const NormalEquations& equations, const std::vector<FreeValue>& values) {
  Eigen::VectorXd scales(static_cast<Eigen::Index>(equations.size()));
  for (std::size_t i = 0; i < equations.size(); ++i) {
    const double curvature = equations.element(i, i);
    if (!(curvature > 0)) {
      throw Error(Status::inconsistent_scene,
                  values[i].name +
                      " has no effect on the pixels that count, so nothing can be found out about it: leave it out");
    }
    scales[static_cast<Eigen::Index>(i)] = 1 / std::sqrt(curvature);
  }
  return scales;
}

// How far the loss may be expected to fall, with room to spare. The deeper the floor, the more digits of differences of
// the loss are lost.
double expected_depth(const NormalEquations& start, const Eigen::VectorXd& scales) {
  constexpr double room = 10;
  const Eigen::MatrixXd scaled = scales.asDiagonal() * matrix_of(start) * scales.asDiagonal();
  const Eigen::VectorXd gradient = scales.cwiseProduct(gradient_vector(start));
  return room * std::max(promised_decrease(gradient, scaled), static_cast<double>(start.pixels));
}

// The point's own fault: a shorter step may mend it.
bool is_bad_point(const Error& error) {
  return error.status() == Status::out_of_range || error.status() == Status::inconsistent_scene;
}

}  // namespace

Evaluator::Evaluator(Objective& objective, std::span<const FreeValue> values, double loss_floor)
    : objective_(objective), free_(values.begin(), values.end()) {
  for (const FreeValue& value : free_) last_.values.push_back(value.start);
  last_.equations = objective_.evaluate(last_.values);
  evaluations_ = 1;
  require_pixels(last_.equations);
  require_finite(last_.equations);
  scales_ = standard_scales(last_.equations, free_);
  depth_ = expected_depth(last_.equations, scales_);
  floor_ = std::isnan(loss_floor) ? last_.equations.loss - depth_ : loss_floor;
  best_ = last_;
  mutable_parameter_block_sizes()->push_back(static_cast<int>(free_.size()));
  set_num_residuals(static_cast<int>(free_.size()) + 1);
}

double Evaluator::lower_bound(std::size_t index) const {
  return (free_[index].minimum - free_[index].start) / scales_[static_cast<Eigen::Index>(index)];
}

double Evaluator::upper_bound(std::size_t index) const {
  return (free_[index].maximum - free_[index].start) / scales_[static_cast<Eigen::Index>(index)];
}

// Clamped, because rounding may carry a value that stands on its bound across it.
std::vector<double> Evaluator::unscaled(const double* scaled) const {
  std::vector<double> values(free_.size());
  for (std::size_t i = 0; i < free_.size(); ++i) {
    const double value = free_[i].start + scales_[static_cast<Eigen::Index>(i)] * scaled[i];
    values[i] = std::clamp(value, free_[i].minimum, free_[i].maximum);
  }
  return values;
}

bool Evaluator::lower_passed_floor() {
  if (!floor_was_passed_) return false;
  floor_was_passed_ = false;
  constexpr double deeper = 100;
  depth_ *= deeper;
  floor_ = best_.equations.loss - depth_;
  return true;
}

bool Evaluator::compute(std::vector<double> values) const {
  try {
    ++evaluations_;
    NormalEquations equations = objective_.evaluate(values);
    if (!is_finite(equations)) return false;
    last_ = {std::move(values), std::move(equations)};
    return true;
  } catch (const Error& error) {
    if (!is_bad_point(error)) failure_ = std::current_exception();
  } catch (...) {
    failure_ = std::current_exception();
  }
  return false;
}

// Ceres asks for the cost of a step first and for the Jacobian of an accepted one later: both are in one evaluation.
bool Evaluator::move_to(const double* scaled) const {
  if (failure_) return false;
  std::vector<double> values = unscaled(scaled);
  if (values == last_.values) return true;
  if (values == best_.values) {
    last_ = best_;
    return true;
  }
  return compute(std::move(values));
}

bool Evaluator::Evaluate(const double* const* parameters, double* residuals, double** jacobians) const {
  if (!move_to(parameters[0])) return false;
  const auto form = least_squares_form(last_.equations, scales_, floor_);
  if (!form) {
    floor_was_passed_ = true;
    return false;
  }
  std::copy(form->residuals.begin(), form->residuals.end(), residuals);
  if (!jacobians || !jacobians[0]) return true;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<RowMajor>(jacobians[0], form->jacobian.rows(), form->jacobian.cols()) = form->jacobian;
  best_ = last_;
  return true;
}

}  // namespace nbt::refine
