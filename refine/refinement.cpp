#include "refine/refinement.hpp"

#include "model/error.hpp"
#include "refine/simulation_objective.hpp"
#include "refine/tied_components.hpp"
#include "refine/uncertainty.hpp"

namespace nbt::refine {
namespace {

void require_minimum(const nbt_loss& loss) {
  if (loss.kind != NBT_LOSS_WEIGHTS) return;
  throw Error(Status::invalid_argument,
              "a sum with weights has no minimum: refine with least squares, the Gaussian or the Poisson loss");
}

void require_values(std::size_t count) {
  if (count == 0) throw Error(Status::invalid_argument, "nothing to refine: name parameters, or refine the scale");
}

// A callback may hand over weights that are not seen here; then their unit decides nothing.
bool has_unit_weights(const nbt_loss& loss, bool callback_gives_weights) {
  return loss.kind == NBT_LOSS_LEAST_SQUARES && !loss.weights && !callback_gives_weights;
}

MinimiserOptions minimiser_options(const RefineOptions& options, const nbt_loss& loss, bool variance_from_loss) {
  MinimiserOptions result;
  result.most_iterations = options.most_iterations;
  result.tolerance = options.tolerance;
  result.variance_from_loss = variance_from_loss;
  if (loss.kind == NBT_LOSS_LEAST_SQUARES) result.loss_floor = 0;
  result.on_iteration = options.on_iteration;
  return result;
}

std::vector<RefinedValue> refined_values(const std::vector<FreeValue>& free, const std::vector<TiedComponents>& tied,
                                         const Minimum& minimum, const Uncertainty& uncertainty) {
  std::vector<RefinedValue> values;
  for (std::size_t i = 0; i < free.size(); ++i) {
    const std::string unit = i < tied.size() ? tied[i].unit : "";
    values.push_back({free[i].name, unit, free[i].start, minimum.values[i], uncertainty.standard_errors[i],
                      minimum.at_bound[i], uncertainty.undetermined[i]});
  }
  return values;
}

RefineReport report_of(const Minimum& minimum) {
  RefineReport report;
  report.ending = minimum.ending;
  report.reason = minimum.reason;
  report.iterations = minimum.iterations;
  report.evaluations = minimum.evaluations;
  report.start_loss = minimum.iterations.front().loss;
  report.loss = minimum.equations.loss;
  report.pixels = minimum.equations.pixels;
  return report;
}

}  // namespace

RefineReport refine(nbt_simulation* simulation, const nbt_loss& loss, const RefineOptions& options) {
  require_minimum(loss);
  const std::vector<TiedComponents> tied = tied_components(simulation, options.parameters);
  SimulationObjective objective(simulation, loss, tied, options.refine_scale);
  const std::vector<FreeValue> free = objective.free_values();
  require_values(free.size());
  try {
    const bool variance_from_loss = has_unit_weights(loss, options.callback_gives_weights);
    const Minimum minimum = minimise(objective, free, minimiser_options(options, loss, variance_from_loss));
    const Uncertainty uncertainty = uncertainty_of(minimum, variance_from_loss);
    objective.apply(minimum.values);
    RefineReport report = report_of(minimum);
    report.values = refined_values(free, tied, minimum, uncertainty);
    report.correlations = uncertainty.correlations;
    return report;
  } catch (...) {
    objective.restore();
    throw;
  }
}

}  // namespace nbt::refine
