// `nbt compare-traces A B`: where two computations of a pixel part.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int compare_traces_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
