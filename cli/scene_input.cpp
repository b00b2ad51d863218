#include "scene_input.hpp"

#include <cmath>
#include <ctime>
#include <limits>

#include "exit_code.hpp"
#include "formats/file.hpp"
#include "model/token_list.hpp"

namespace nbt::program {
namespace {

// The library does not know the program's options, so it cannot suggest them.
[[noreturn]] void fail_with_suggestion(const Error& error, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const bool is_meant =
        argument.starts_with("--") && std::string_view(error.what()).find(argument) != std::string::npos;
    const std::string nearest = is_meant ? nearest_program_option(argument) : "";
    if (!nearest.empty()) throw Error(error.status(), std::string(error.what()) + " or '" + nearest + "'?");
  }
  throw error;
}

void apply_arguments(Simulation& simulation, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return;
  try {
    simulation.set_arguments(arguments);
  } catch (const Error& error) {
    if (error.status() == Status::inconsistent_scene) throw MissingInput(error.what());
    if (error.status() == Status::unknown_name) fail_with_suggestion(error, arguments);
    throw;
  }
}

double clock_seed() {
  return static_cast<double>(std::time(nullptr) % std::numeric_limits<std::int32_t>::max());
}

void seed_from_clock(Simulation& simulation, const char* parameter, const Console& console) {
  if (!std::isnan(simulation.number(parameter))) return;
  simulation.set(parameter, clock_seed());
  console.line(std::string("seed from the clock: ") + parameter + " = " + simulation.text(parameter));
}

void fill_seeds(Simulation& simulation, const Console& console, NoiseImage noise_image) {
  const bool random_misset = simulation.flag("crystal.misset_random");
  const bool follows = lists_token(simulation.text("compat.fixes"), "misset-seed-follows");
  const bool makes_noise = noise_image == NoiseImage::as_asked && simulation.flag("program.write_noise");
  if (makes_noise || (random_misset && follows)) {
    seed_from_clock(simulation, "noise.seed", console);
  }
  if (random_misset && !follows) seed_from_clock(simulation, "crystal.misset_seed", console);
}

void require_cell(const Simulation& simulation) {
  const bool has_cell = !std::isnan(simulation.number("crystal.cell_lengths_A", 0, 3));
  const bool has_matrix = !std::isnan(simulation.number("crystal.orientation_matrix", 0, 9));
  if (!has_cell && !has_matrix) throw MissingInput("there is no crystal: give -cell or -mat");
}

void require_amplitudes(const nlohmann::ordered_json& report) {
  const auto& factors = report.at("structure_factors");
  if (!factors.at("sets").empty() || factors.at("default_F").get<double>() != 0) return;
  throw MissingInput("there are no structure factors: give -hkl, -default_F, or a dump file that can be read");
}

}  // namespace

PreparedScene prepare_simulation(Simulation& simulation, const ProgramOptions& options, const Console& console,
                                 NoiseImage noise_image) {
  simulation.on_log([&console](int32_t level, const std::string& message) {
    level == NBT_LOG_WARNING ? console.warning(message) : console.line(message);
  });
  if (!options.scene_file.empty()) simulation.load_scene(formats::read_file(options.scene_file, "the scene"));
  PreparedScene scene;
  scene.reflection_defaults = reflection_defaults(simulation);
  apply_arguments(simulation, options.library_arguments);
  require_cell(simulation);
  fill_seeds(simulation, console, noise_image);
  scene.report = simulation.report();
  require_amplitudes(scene.report);
  return scene;
}

bool has_compatibility_token(const Simulation& simulation, std::string_view token) {
  return lists_token(simulation.text("compat.tokens"), token);
}

}  // namespace nbt::program
