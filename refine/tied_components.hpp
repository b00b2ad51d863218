// Components of parameters that move together as one free value: "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]".
#pragma once

#include <nbt/nbt.h>

#include <string>
#include <vector>

#include "refine/objective.hpp"

namespace nbt::refine {

struct Component {
  std::string parameter;
  std::size_t index = 0;
  double start = 0;
};

struct TiedComponents {
  std::string name;  // as the library names it
  std::string unit;
  std::vector<Component> components;
  FreeValue free;  // of the first component; its range is one in which all stay within theirs
};

// What a list of names as of nbt_run_gradient stands for, starting where the simulation stands. Errors name what cannot
// be refined: unknown or not differentiable, a whole number, automatic, named twice.
std::vector<TiedComponents> tied_components(nbt_simulation* simulation, const std::vector<std::string>& names);

}  // namespace nbt::refine
