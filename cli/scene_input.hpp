// From the command line to a simulation that is ready to run.
#pragma once

#include "console.hpp"
#include "dump_file.hpp"
#include "program_options.hpp"
#include "simulation.hpp"

namespace nbt::program {

struct PreparedScene {
  ReflectionDefaults reflection_defaults;
  nlohmann::ordered_json report;
};

// Noise images need a seed.
enum class NoiseImage { as_asked, never };

// Loads --scene, applies the other arguments, takes seeds that are not given from the clock [Q34], and prints what
// the library has to say. Throws MissingInput where there is nothing to scatter from.
PreparedScene prepare_simulation(Simulation& simulation, const ProgramOptions& options, const Console& console,
                                 NoiseImage noise_image = NoiseImage::as_asked);

bool has_compatibility_token(const Simulation& simulation, std::string_view token);

}  // namespace nbt::program
