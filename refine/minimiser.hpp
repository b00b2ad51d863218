// Levenberg-Marquardt with bounds: Ceres, given normal equations (least_squares_form.hpp).
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "refine/objective.hpp"

namespace nbt::refine {

struct Iteration {
  int number = 0;  // 0: the start
  double loss = 0;
  bool accepted = true;  // false: the step made the loss larger and was taken back
  // Distance to the minimum that the quadratic model promises, in standard errors; no value is farther away from it.
  double distance = 0;
  std::vector<double> values;
};

enum class Ending {
  converged,
  stalled,          // no step lowers the loss, although the model promises one: rounding, or a kink
  iterations_spent  // the most that were allowed
};

struct MinimiserOptions {
  int most_iterations = 50;
  // Converged when the minimum is nearer than this, in standard errors.
  double tolerance = 1e-3;
  // The loss is a sum of squares whose common variance is not known but taken from what is left of it at the end.
  bool variance_from_loss = false;
  // A bound below which the loss cannot fall; NaN: none is known.
  double loss_floor = std::numeric_limits<double>::quiet_NaN();
  std::function<void(const Iteration&)> on_iteration;  // its exceptions end the minimisation and come out of it
};

struct Minimum {
  Ending ending = Ending::converged;
  std::string reason;  // a sentence
  std::vector<double> values;
  std::vector<bool> at_bound;  // held there: the loss would fall outside
  NormalEquations equations;   // at the values
  std::vector<Iteration> iterations;
  int evaluations = 0;
};

// 1, or with `variance_from_loss` twice the loss per degree of freedom.
double variance_factor(const NormalEquations& equations, bool variance_from_loss);

// Throws Error(inconsistent_scene) when a value has no effect at the start or no more pixels count than there are
// values, and Error(out_of_range) when
// loss or derivatives are not finite there.
Minimum minimise(Objective& objective, std::span<const FreeValue> values, const MinimiserOptions& options);

}  // namespace nbt::refine
