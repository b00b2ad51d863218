// `nbt noise FLOATIMAGE [options]`: the images of counts that a run makes, from a float image that is there already.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int noise_command(const std::vector<std::string>& arguments);

}  // namespace nbt::program
