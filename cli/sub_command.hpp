// What the sub-commands with options of their own share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nbt::program {

// False when --help was asked for and printed. Throws UsageError.
bool parse_command(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace nbt::program
