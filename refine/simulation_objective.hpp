// A loss of a simulated image as an objective of its parameters.
#pragma once

#include <nbt/nbt.h>

#include <string>
#include <vector>

#include "refine/objective.hpp"
#include "refine/tied_components.hpp"

namespace nbt::refine {

class SimulationObjective final : public Objective {
 public:
  // With `with_scale` the scale of the loss is the last value. The simulation is the caller's and is changed by
  // evaluate().
  SimulationObjective(nbt_simulation* simulation, const nbt_loss& loss, std::vector<TiedComponents> tied,
                      bool with_scale);

  // Those of the components, and the scale.
  std::vector<FreeValue> free_values() const;

  NormalEquations evaluate(std::span<const double> values) override;
  // Sets the parameters without computing anything.
  void apply(std::span<const double> values);
  // Back to the start.
  void restore();

 private:
  std::size_t size() const { return tied_.size() + (with_scale_ ? 1 : 0); }
  void set_parameter(const std::string& name, std::span<const double> values);

  nbt_simulation* simulation_;
  nbt_loss loss_;
  std::vector<TiedComponents> tied_;
  bool with_scale_;
};

}  // namespace nbt::refine
