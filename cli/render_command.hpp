// `nbt [options]`: a nanoBragg command line, from arguments to files.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

// Returns the exit status; throws nbt::Error.
int render_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
