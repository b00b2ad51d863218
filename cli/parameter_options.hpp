// Options of the command line that give parameters the values that they have in a simulation.
#pragma once

#include <string>
#include <vector>

#include "simulation.hpp"

namespace nbt::program {

// Each as it would be typed: "-misset 1 2 3", "-cell 50 60 70 90 90 90", "--set name=value" where no option takes the
// value as it is. An option that sets several of the parameters comes once.
std::vector<std::string> options_that_set(const Simulation& simulation, const std::vector<std::string>& parameters);

}  // namespace nbt::program
