#include "refine/simulation_objective.hpp"

#include <limits>
#include <map>

#include "refine/parameter_table.hpp"

namespace nbt::refine {
namespace {

constexpr double least_scale = std::numeric_limits<double>::min();
constexpr double largest_scale = 1e30;

}  // namespace

SimulationObjective::SimulationObjective(nbt_simulation* simulation, const nbt_loss& loss,
                                         std::vector<TiedComponents> tied, bool with_scale)
    : simulation_(simulation), loss_(loss), tied_(std::move(tied)), with_scale_(with_scale) {
  if (loss_.scale == 0) loss_.scale = 1;
}

std::vector<FreeValue> SimulationObjective::free_values() const {
  std::vector<FreeValue> values;
  for (const TiedComponents& tied : tied_) values.push_back(tied.free);
  if (with_scale_) values.push_back({"scale", loss_.scale, least_scale, largest_scale});
  return values;
}

void SimulationObjective::set_parameter(const std::string& name, std::span<const double> values) {
  check(nbt_set(simulation_, name.c_str(), values.data(), values.size()), simulation_);
}

// Parameters are set whole, so that components that are not refined stay as they are.
void SimulationObjective::apply(std::span<const double> values) {
  std::map<std::string, std::vector<double>> settings;
  for (std::size_t i = 0; i < tied_.size(); ++i) {
    for (const Component& component : tied_[i].components) {
      std::vector<double>& setting = settings[component.parameter];
      if (setting.empty()) {
        setting.resize(static_cast<std::size_t>(find_parameter(component.parameter).length));
        check(nbt_get(simulation_, component.parameter.c_str(), setting.data(), setting.size()), simulation_);
      }
      setting[component.index] = values[i] + (component.start - tied_[i].free.start);
    }
  }
  for (const auto& [name, setting] : settings) set_parameter(name, setting);
}

void SimulationObjective::restore() {
  std::vector<double> start;
  for (const FreeValue& value : free_values()) start.push_back(value.start);
  apply(start);
}

NormalEquations SimulationObjective::evaluate(std::span<const double> values) {
  apply(values);
  nbt_loss loss = loss_;
  if (with_scale_) loss.scale = values.back();
  std::vector<const char*> names;
  for (const TiedComponents& tied : tied_) names.push_back(tied.name.c_str());
  NormalEquations equations;
  equations.gradient.resize(size());
  equations.matrix.resize(size() * size());
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  check(nbt_run_normal_equations(simulation_, &loss, names.data(), names.size(), with_scale_, equations.matrix.data(),
                                 equations.gradient.data(), size(), &result),
        simulation_);
  equations.loss = result.loss;
  equations.pixels = result.pixels;
  return equations;
}

}  // namespace nbt::refine
