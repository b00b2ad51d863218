#include "program_options.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "argument_split.hpp"
#include "model/names.hpp"

namespace nbt::program {
namespace {

// The values land in `options`, and in `slow_fast` the pair of --trace-pixel.
struct OptionTarget {
  ProgramOptions options;
  std::vector<std::int64_t> slow_fast;
};

void add_file_options(CLI::App& app, ProgramOptions& options) {
  app.add_option("--scene", options.scene_file, "Start from this scene file; the other options change it.")
      ->type_name("FILE");
  app.add_option("--dump-scene", options.dump_scene_file, "Write the scene, data included, as JSON.")
      ->type_name("FILE");
  app.add_option("--preview", options.preview_file, "Write a picture to look at: logarithmic scale, colour map.")
      ->type_name("FILE.png");
  app.add_flag("--no-float", options.no_float, "Keep no float image.");
  app.add_flag("--no-int", options.no_int, "Write no integer image.");
}

void add_run_options(CLI::App& app, OptionTarget& target) {
  app.add_option("--pixel-batch-size", target.options.rows_per_chunk,
                 "Rows of pixels rendered at a time; 0: chosen from the memory limit. Changes no bit of the image.")
      ->type_name("N");
  app.add_flag("--dry-run", target.options.dry_run,
               "Render nothing: tell scene, memory, evaluations and the estimated time.");
  app.add_option("--trace-pixel", target.slow_fast, "Render nothing: every intermediate of one pixel as JSON.")
      ->type_name("SLOW FAST")
      ->expected(2);
}

void add_message_options(CLI::App& app, ProgramOptions& options) {
  app.add_option("--json", options.json_file, "Report as JSON: to the file, or to standard output instead of all text.")
      ->type_name("[FILE]")
      ->expected(0, 1);
  app.add_flag("--quiet", options.quiet, "Print nothing but errors.");
  app.add_flag("--verbose", options.verbose, "Print more: times and memory.");
  app.add_flag("--help", options.help, "Print this text.");
  app.add_flag("--version", options.version, "Print the version.");
}

std::unique_ptr<CLI::App> make_app(OptionTarget& target) {
  auto app = std::make_unique<CLI::App>();
  app->set_help_flag();
  add_file_options(*app, target.options);
  add_run_options(*app, target);
  add_message_options(*app, target.options);
  return app;
}

}  // namespace

ProgramOptions parse_program_options(const std::vector<std::string>& arguments) {
  OptionTarget target;
  const std::unique_ptr<CLI::App> app = make_app(target);
  target.options.library_arguments = parse_own_arguments(*app, arguments);
  target.options.json = app->get_option("--json")->count() > 0;
  if (!target.slow_fast.empty()) target.options.trace_pixel = {target.slow_fast[0], target.slow_fast[1]};
  return target.options;
}

std::vector<ProgramOptionHelp> program_option_help() {
  OptionTarget target;
  const std::unique_ptr<CLI::App> app = make_app(target);
  std::vector<ProgramOptionHelp> help;
  for (const CLI::Option* option : app->get_options()) {
    const bool takes_values = option->get_items_expected_max() > 0;
    help.push_back({option->get_name(), takes_values ? option->get_type_name() : "", option->get_description()});
  }
  return help;
}

std::string nearest_program_option(std::string_view argument) {
  const std::vector<ProgramOptionHelp> help = program_option_help();
  std::vector<std::string_view> names;
  for (const ProgramOptionHelp& option : help) names.push_back(option.name);
  return std::string(nearest_name(argument, names));
}

}  // namespace nbt::program
