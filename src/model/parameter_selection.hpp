// Which numbers of the parameter table derivatives are taken by, as texts: "detector.distance_mm" for every component
// of a parameter, "crystal.cell_lengths_A[0]" for one, "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]" for
// components that move together.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/parameters.hpp"

namespace nbt {

// Components that move together, by the same amount in their units. One value of a gradient.
struct Movement {
  std::string name;
  std::vector<ParameterComponent> components;
};

// One or more movements per text, in order. Throws Error: unknown_name with the nearest name, out_of_range for a
// component that does not exist, invalid_argument for a parameter that is not differentiable.
std::vector<Movement> select_movements(std::span<const std::string> texts);

// Every component of every differentiable parameter, in the order of the table.
std::vector<Movement> all_movements();

}  // namespace nbt
