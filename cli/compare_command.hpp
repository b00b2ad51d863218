// `nbt compare A B`: how much two images differ.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int compare_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
