// Binary grey map, 8 bits (files-and-cli.md 4.3).
#pragma once

#include <cstdint>
#include <string>

namespace nbt::formats {

// Everything before the first pixel byte.
std::string pgm_header(std::int64_t fast_count, std::int64_t slow_count, double scale);

}  // namespace nbt::formats
