#include "render_command.hpp"

#include "console.hpp"
#include "dry_run.hpp"
#include "exit_code.hpp"
#include "help.hpp"
#include "image_run.hpp"
#include "messages.hpp"
#include "outputs.hpp"
#include "program_options.hpp"
#include "scene_input.hpp"

namespace nbt::program {
namespace {

Console::Level level_of(const ProgramOptions& options) {
  if (options.quiet) return Console::Level::quiet;
  return options.verbose ? Console::Level::verbose : Console::Level::normal;
}

Console console_of(const ProgramOptions& options) {
  const bool answers_in_json = (options.json && options.json_file.empty()) || options.trace_pixel;
  return Console(level_of(options), answers_in_json);
}

void write_scene_file(const Simulation& simulation, const std::string& path) {
  if (path.empty()) return;
  OutputSet outputs;
  outputs.add("scene", path).write_text(simulation.dump_scene());
  outputs.commit();
}

int print_trace(Simulation& simulation, const ProgramOptions& options, const Console& console) {
  const auto [slow, fast] = *options.trace_pixel;
  console.answer(simulation.trace_pixel(slow, fast));
  write_scene_file(simulation, options.dump_scene_file);
  return exit_success;
}

}  // namespace

int render_command(const std::vector<std::string>& arguments) {
  const ProgramOptions options = parse_program_options(arguments);
  const Console console = console_of(options);
  if (options.help || options.version) {
    console.answer(options.help ? help_text() : version_text());
    return exit_success;
  }
  Simulation simulation;
  const PreparedScene scene = prepare_simulation(simulation, options, console);
  if (options.trace_pixel) return print_trace(simulation, options, console);
  print_scene(console, simulation, scene.report);
  if (options.dry_run) {
    dry_run(simulation, options, console, scene.report);
    write_scene_file(simulation, options.dump_scene_file);
    return exit_success;
  }
  run_image(simulation, options, console, scene);
  return exit_success;
}

}  // namespace nbt::program
