#include "refine/minimiser.hpp"

#include <ceres/iteration_callback.h>
#include <ceres/manifold.h>
#include <ceres/problem.h>
#include <ceres/solver.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "refine/evaluator.hpp"

namespace nbt::refine {
namespace {

// Of Ceres's trust region, in standard errors of single values. A step shorter than the least one changes nothing.
constexpr double least_radius = 1e-10;
constexpr double least_relative_step = 1e-9;

// In standard errors. Where no step changes the loss any more, the minimum is as good as reached at this distance.
constexpr double distance_hidden_by_rounding = 0.1;

bool is_held(const FreeValue& free, double value, double slope) {
  return (value <= free.minimum && slope > 0) || (value >= free.maximum && slope < 0);
}

std::vector<bool> held_values(std::span<const FreeValue> free, const std::vector<double>& values,
                              const NormalEquations& equations) {
  std::vector<bool> held(free.size());
  for (std::size_t i = 0; i < free.size(); ++i) held[i] = is_held(free[i], values[i], equations.gradient[i]);
  return held;
}

// Of the values that are not held; `variance` is that of the data in units of the loss.
double distance_to_minimum(const NormalEquations& equations, const std::vector<bool>& held, double variance) {
  std::vector<Eigen::Index> moving;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (!held[i] && equations.element(i, i) > 0) moving.push_back(static_cast<Eigen::Index>(i));
  }
  Eigen::VectorXd gradient = gradient_vector(equations)(moving);
  Eigen::MatrixXd matrix = matrix_of(equations)(moving, moving);
  const Eigen::VectorXd scales = matrix.diagonal().cwiseSqrt().cwiseInverse();
  gradient = scales.cwiseProduct(gradient).eval();
  matrix = (scales.asDiagonal() * matrix * scales.asDiagonal()).eval();
  const double promised = promised_decrease(gradient, matrix);
  return promised == 0 ? 0 : std::sqrt(promised / variance);
}

// Keeps the record and decides when to stop: at convergence, and when other values than at the start are to be held.
class Watch final : public ceres::IterationCallback {
 public:
  Watch(const Evaluator& evaluator, std::span<const FreeValue> free, const MinimiserOptions& options)
      : evaluator_(evaluator), free_(free), options_(options) {}

  std::vector<bool> held_now() const {
    return held_values(free_, evaluator_.best_values(), evaluator_.best_equations());
  }

  void begin(const std::vector<bool>& held) { held_ = held; }

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (evaluator_.failure()) return ceres::SOLVER_ABORT;
    try {
      if (summary.iteration > 0 || iterations_.empty()) record(summary);
    } catch (...) {
      failure_ = std::current_exception();
      return ceres::SOLVER_ABORT;
    }
    rejections_ = summary.step_is_successful ? 0 : rejections_ + 1;
    return is_near() || is_in_rounding() || is_held_otherwise() ? ceres::SOLVER_TERMINATE_SUCCESSFULLY
                                                                : ceres::SOLVER_CONTINUE;
  }

  void rethrow_failure() const {
    if (evaluator_.failure()) std::rethrow_exception(evaluator_.failure());
    if (failure_) std::rethrow_exception(failure_);
  }
  double distance() const { return iterations_.back().distance; }
  bool is_near() const { return distance() <= options_.tolerance; }
  // So near to the minimum a good model does not fail twice.
  bool is_in_rounding() const { return rejections_ >= 2 && distance() <= distance_hidden_by_rounding; }
  bool is_held_otherwise() const { return held_now() != held_; }
  int iterations_left() const {
    const std::size_t done = iterations_.empty() ? 0 : iterations_.size() - 1;  // the start is no iteration
    return options_.most_iterations - static_cast<int>(done);
  }
  std::vector<Iteration> take_iterations() { return std::move(iterations_); }

 private:
  // Data without noise leave no variance to measure distances by; there a millionth of the deviation at the start takes
  // its place.
  double variance() const {
    constexpr double least_part = 1e-12;
    const NormalEquations& equations = evaluator_.best_equations();
    const double variance = variance_factor(equations, options_.variance_from_loss);
    if (!options_.variance_from_loss || iterations_.empty()) return variance;
    return std::max(variance, least_part * iterations_.front().loss / static_cast<double>(equations.pixels));
  }

  void record(const ceres::IterationSummary& summary) {
    const NormalEquations& equations = evaluator_.best_equations();
    const double distance = distance_to_minimum(equations, held_now(), variance());
    iterations_.push_back({static_cast<int>(iterations_.size()), equations.loss, summary.step_is_successful, distance,
                           evaluator_.best_values()});
    if (options_.on_iteration) options_.on_iteration(iterations_.back());
  }

  const Evaluator& evaluator_;
  std::span<const FreeValue> free_;
  const MinimiserOptions& options_;
  std::vector<Iteration> iterations_;
  std::vector<bool> held_;
  std::exception_ptr failure_;
  int rejections_ = 0;  // in a row
};

ceres::Solver::Options solver_options(Watch& watch) {
  ceres::Solver::Options solver;
  solver.linear_solver_type = ceres::DENSE_QR;
  solver.logging_type = ceres::SILENT;
  solver.num_threads = 1;
  // Interpolation without the gradient of trial points, which would make them look accepted to the evaluator.
  solver.line_search_interpolation_type = ceres::QUADRATIC;
  // The watch decides; a relative change of the cost means nothing where the cost has a floor of its own.
  solver.function_tolerance = 0;
  solver.gradient_tolerance = 0;
  solver.parameter_tolerance = least_relative_step;
  solver.min_trust_region_radius = least_radius;
  solver.max_num_iterations = watch.iterations_left();
  solver.callbacks.push_back(&watch);
  return solver;
}

std::vector<int> indices_of(const std::vector<bool>& held) {
  std::vector<int> indices;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i]) indices.push_back(static_cast<int>(i));
  }
  return indices;
}

// Ceres clips its steps at the bounds but computes them as if there were none, and near a value that is pressed against
// its bound it stops moving the others. So such values are taken out of the problem for as long as they are pressed.
void set_bounds(ceres::Problem& problem, const Evaluator& evaluator, std::vector<double>& scaled,
                const std::vector<bool>& held) {
  const std::vector<int> constant = indices_of(held);
  if (constant.size() == scaled.size()) {
    problem.SetParameterBlockConstant(scaled.data());
    return;
  }
  if (!constant.empty()) {
    problem.SetManifold(scaled.data(), new ceres::SubsetManifold(static_cast<int>(scaled.size()), constant));
  }
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    problem.SetParameterLowerBound(scaled.data(), static_cast<int>(i), evaluator.lower_bound(i));
    problem.SetParameterUpperBound(scaled.data(), static_cast<int>(i), evaluator.upper_bound(i));
  }
}

void solve(Evaluator& evaluator, std::vector<double>& scaled, Watch& watch) {
  const std::vector<bool> held = watch.held_now();
  watch.begin(held);
  ceres::Problem::Options ownership;
  ownership.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  ceres::Problem problem(ownership);
  problem.AddResidualBlock(&evaluator, nullptr, scaled.data());
  set_bounds(problem, evaluator, scaled, held);
  ceres::Solver::Summary summary;
  ceres::Solve(solver_options(watch), &problem, &summary);
  watch.rethrow_failure();
}

void solve_in_turns(Evaluator& evaluator, std::size_t size, Watch& watch) {
  std::vector<double> scaled(size, 0);
  solve(evaluator, scaled, watch);
  while (!watch.is_near() && watch.iterations_left() > 0) {
    const bool has_deeper_floor = evaluator.lower_passed_floor();
    if (!has_deeper_floor && !watch.is_held_otherwise()) return;
    solve(evaluator, scaled, watch);
  }
}

Ending ending_of(const Watch& watch) {
  if (watch.is_near()) return Ending::converged;
  if (watch.iterations_left() <= 0) return Ending::iterations_spent;
  return watch.distance() <= distance_hidden_by_rounding ? Ending::converged : Ending::stalled;
}

std::string reason_of(Ending ending, const Watch& watch, const MinimiserOptions& options) {
  switch (ending) {
    case Ending::converged:
      return watch.is_near() ? "the minimum is nearer than the tolerance"
                             : "rounding of the loss hides the rest of the way";
    case Ending::iterations_spent:
      return "all " + std::to_string(options.most_iterations) + " iterations are spent";
    case Ending::stalled:
      break;
  }
  return "no step lowers the loss any more, although the minimum is not reached";
}

}  // namespace

double variance_factor(const NormalEquations& equations, bool variance_from_loss) {
  if (!variance_from_loss) return 1;
  const double freedom = static_cast<double>(equations.pixels) - static_cast<double>(equations.size());
  return 2 * equations.loss / freedom;
}

Minimum minimise(Objective& objective, std::span<const FreeValue> values, const MinimiserOptions& options) {
  Evaluator evaluator(objective, values, options.loss_floor);
  Watch watch(evaluator, values, options);
  solve_in_turns(evaluator, values.size(), watch);
  Minimum minimum;
  minimum.ending = ending_of(watch);
  minimum.reason = reason_of(minimum.ending, watch, options);
  minimum.values = evaluator.best_values();
  minimum.equations = evaluator.best_equations();
  minimum.at_bound = held_values(values, minimum.values, minimum.equations);
  minimum.iterations = watch.take_iterations();
  minimum.evaluations = evaluator.evaluations();
  return minimum;
}

}  // namespace nbt::refine
