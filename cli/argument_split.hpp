// Options of the program among arguments that belong to the library.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nbt::program {

// Takes the app's options by their exact names, wherever they stand, and gives back the other arguments in their order.
// Throws UsageError.
std::vector<std::string> parse_own_arguments(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace nbt::program
