// The oracle's random scenes as the library takes them.
#pragma once

#include <string>
#include <vector>

#include "oracle.hpp"

namespace nbt::test {

std::vector<std::string> command_line(const oracle::RandomScene& scene, const std::string& precision);

}  // namespace nbt::test
