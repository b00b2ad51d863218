#include "fit_arguments.hpp"

#include "argument_split.hpp"
#include "exit_code.hpp"

namespace nbt::program {
namespace {

void refuse(bool given, const char* option, const CLI::App& app) {
  if (given) throw UsageError(app.get_name() + ": " + option + " has no meaning here, no image is written");
}

void refuse_render_options(const ProgramOptions& options, const CLI::App& app) {
  refuse(!options.dump_scene_file.empty(), "--dump-scene", app);
  refuse(!options.preview_file.empty(), "--preview", app);
  refuse(options.dry_run, "--dry-run", app);
  refuse(options.trace_pixel.has_value(), "--trace-pixel", app);
  refuse(options.no_float, "--no-float", app);
  refuse(options.no_int, "--no-int", app);
}

}  // namespace

void add_fit_options(CLI::App& app, LossOptions& loss, std::string& parameters) {
  app.set_help_flag();  // --help is among the program's options
  add_loss_options(app, loss);
  app.add_option("--parameters", parameters,
                 "Names separated by commas: of a parameter, of one component (name[0]), or of components that move "
                 "together (name[0]+name[1]).")
      ->type_name("NAMES");
}

ProgramOptions parse_fit_arguments(CLI::App& app, const std::vector<std::string>& arguments) {
  const ProgramOptions options = parse_program_options(parse_own_arguments(app, arguments));
  if (!options.help) refuse_render_options(options, app);
  return options;
}

std::string fit_help(const CLI::App& app) {
  return app.help() + R"(
The scene comes from nanoBragg's options or from --scene FILE, as in rendering; --pixel-batch-size, --json [FILE],
--quiet and the library's options in two dashes act as there (`nbt --help`). docs/refinement.md has examples.)";
}

}  // namespace nbt::program
