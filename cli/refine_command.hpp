// `nbt refine`: parameters of the scene for which the image fits the data best.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int refine_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
