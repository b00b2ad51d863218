// The objective as Ceres calls it: in scaled values, each point computed once.
#pragma once

#include <ceres/cost_function.h>

#include <Eigen/Core>
#include <exception>
#include <optional>
#include <span>
#include <vector>

#include "refine/least_squares_form.hpp"
#include "refine/objective.hpp"

namespace nbt::refine {

class Evaluator final : public ceres::CostFunction {
 public:
  // Computes the start. Throws what the objective throws, and as minimise() says.
  Evaluator(Objective& objective, std::span<const FreeValue> values, double loss_floor);

  bool Evaluate(const double* const* parameters, double* residuals, double** jacobians) const override;

  // Bounds of the scaled values.
  double lower_bound(std::size_t index) const;
  double upper_bound(std::size_t index) const;

  // The last point of which Ceres asked for the Jacobian: the best so far.
  const std::vector<double>& best_values() const { return best_.values; }
  const NormalEquations& best_equations() const { return best_.equations; }

  // True when points were refused because their loss lay too far below the start for the floor that was chosen; the
  // floor is deeper from now on.
  bool lower_passed_floor();

  int evaluations() const { return evaluations_; }
  // Failures that are not the point's own, for example a cancelled run. Later evaluations fail at once.
  const std::exception_ptr& failure() const { return failure_; }

 private:
  struct Point {
    std::vector<double> values;
    NormalEquations equations;
  };
  std::vector<double> unscaled(const double* scaled) const;
  bool move_to(const double* scaled) const;
  bool compute(std::vector<double> values) const;

  Objective& objective_;
  std::vector<FreeValue> free_;
  Eigen::VectorXd scales_;
  double depth_ = 0;  // of the floor below the loss
  double floor_ = 0;
  // Ceres declares Evaluate const; what it caches does not change what it gives.
  mutable Point last_;
  mutable Point best_;
  mutable int evaluations_ = 0;
  mutable bool floor_was_passed_ = false;
  mutable std::exception_ptr failure_;
};

}  // namespace nbt::refine
