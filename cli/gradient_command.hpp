// `nbt gradient`: a loss of the simulated image against data, and its derivatives.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int gradient_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
