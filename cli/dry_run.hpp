// --dry-run: what a run would take.
#pragma once

#include <nlohmann/json.hpp>

#include "console.hpp"
#include "program_options.hpp"
#include "simulation.hpp"

namespace nbt::program {

// Prints memory, evaluations and the estimated time, or the same with the report as JSON. Renders a few rows to see
// how fast this machine is.
void dry_run(Simulation& simulation, const ProgramOptions& options, const Console& console,
             const nlohmann::ordered_json& report);

}  // namespace nbt::program
