// Writes reflections as the text that the HKL reader takes (files-and-cli.md 3.1): h k l F per line.
#pragma once

#include <string>

#include "io/crystal_reflections.hpp"

namespace nbt::io {

// Begins with '#' lines that name source, space group, cell and d_min. The file appears whole or not at all.
void write_hkl_file(const std::string& path, const CrystalReflections& crystal);

}  // namespace nbt::io
