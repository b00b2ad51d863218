// `nbt devices`: what nbt can run on.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int devices_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
