// One run of the program: render, digitise, and leave files.
#pragma once

#include "console.hpp"
#include "program_options.hpp"
#include "scene_input.hpp"
#include "simulation.hpp"

namespace nbt::program {

void run_image(Simulation& simulation, const ProgramOptions& options, const Console& console,
               const PreparedScene& scene);

}  // namespace nbt::program
