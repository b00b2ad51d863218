// `nbt structure-factors`: reflection lists for -hkl, from an atomic model or made up with Wilson's statistics.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int structure_factors_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
