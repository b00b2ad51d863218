// Refinement of a simulation's parameters against a measured image.
//
//     nbt_loss loss{};
//     loss.struct_size = sizeof loss;
//     loss.kind = NBT_LOSS_POISSON;
//     ...                                                     // data, as for nbt_run_gradient
//     RefineOptions options;
//     options.parameters = {"crystal.misset_deg", "detector.distance_mm"};
//     const RefineReport report = refine(simulation, loss, options);
//
// docs/refinement.md explains the method and how to read the report.
#pragma once

#include <nbt/nbt.h>

#include <string>
#include <vector>

#include "refine/minimiser.hpp"

namespace nbt::refine {

struct RefineOptions {
  std::vector<std::string> parameters;  // named as for nbt_run_gradient; ties are free values of their own
  bool refine_scale = false;            // the scale of the loss as the last value
  bool callback_gives_weights = false;  // the loss's callback sets weights (1 / variance)
  int most_iterations = 50;
  double tolerance = 1e-3;                             // distance to the minimum, in standard errors
  std::function<void(const Iteration&)> on_iteration;  // its exceptions end the refinement and come out of it
};

struct RefinedValue {
  std::string name;
  std::string unit;
  double start = 0;
  double found = 0;
  double standard_error = 0;  // NaN where at_bound or undetermined
  bool at_bound = false;      // held at the end of its range: the loss would fall outside
  bool undetermined = false;  // others make up for it; it was moved as little as possible
};

struct RefineReport {
  Ending ending = Ending::converged;
  std::string reason;  // a sentence
  std::vector<Iteration> iterations;
  int evaluations = 0;
  double start_loss = 0;
  double loss = 0;
  std::int64_t pixels = 0;
  std::vector<RefinedValue> values;
  std::vector<double> correlations;  // row after row; NaN where a standard error is
};

// On return the simulation has the values found, also when it did not converge. Standard errors are those of the
// inverse of the normal equations; of least squares without weights, times sqrt(2 loss / (pixels - values)). Throws
// nbt::Error, for NBT_LOSS_WEIGHTS, too; the simulation then has the values it had.
RefineReport refine(nbt_simulation* simulation, const nbt_loss& loss, const RefineOptions& options);

}  // namespace nbt::refine
