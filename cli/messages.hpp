// The lines that the reference prints and scripts read (files-and-cli.md 5), from the library's report.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "simulation.hpp"

namespace nbt::program {

using Json = nlohmann::ordered_json;

// Before the run: what was decided and what will be rendered.
void print_scene(const Console& console, const Simulation& simulation, const Json& report);

// After it.
void print_solid_angle(const Console& console, const Json& report);
void print_statistics(const Console& console, const Json& report);

}  // namespace nbt::program
