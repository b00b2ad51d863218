// MOSFLM-style orientation matrix (files-and-cli.md 3.3).
#pragma once

#include <array>
#include <string_view>

namespace nbt::formats {

// The first nine numbers, row by row: rows x, y, z; columns a*, b*, c*; dimensionless (wavelength times a*).
// The rest of the text is not looked at. Throws Error(Status::file) when there are fewer or they are singular [Q50].
std::array<double, 9> read_matrix(std::string_view text, std::string_view name);

}  // namespace nbt::formats
