// What the command lines of `nbt gradient` and `nbt refine` have in common: a scene, and a loss.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "loss_options.hpp"
#include "program_options.hpp"

namespace nbt::program {

// Adds the options of the loss and --parameters to the command's own.
void add_fit_options(CLI::App& app, LossOptions& loss, std::string& parameters);

// The command's own options go to the app, the others describe the scene. Options of rendering that mean nothing here
// are refused. Throws UsageError.
ProgramOptions parse_fit_arguments(CLI::App& app, const std::vector<std::string>& arguments);

// The command's own help and where the rest is.
std::string fit_help(const CLI::App& app);

}  // namespace nbt::program
