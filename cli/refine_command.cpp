#include "refine_command.hpp"

#include <algorithm>
#include <cstdio>

#include "arguments/parameter_options.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "fit_arguments.hpp"
#include "interrupt.hpp"
#include "io/line_plot.hpp"
#include "loss_input.hpp"
#include "model/names.hpp"
#include "outputs.hpp"
#include "refine/cell_symmetry.hpp"
#include "refine/refinement.hpp"
#include "refine_report.hpp"
#include "scene_input.hpp"

namespace nbt::program {
namespace {

struct RefineRequest {
  LossOptions loss;
  std::string parameters;
  std::string symmetry;
  bool refine_scale = false;
  int most_iterations = 50;
  std::string scene_file;
  std::string plot_file;
  ProgramOptions program;
};

void add_options(CLI::App& app, RefineRequest& request) {
  add_fit_options(app, request.loss, request.parameters);
  app.add_option("--symmetry", request.symmetry, "Ties the cell as this crystal system does.")
      ->type_name("cubic|tetragonal|hexagonal|rhombohedral|orthorhombic|monoclinic|triclinic");
  app.add_flag("--refine-scale", request.refine_scale, "The scale is a value to refine, too.");
  app.add_option("--iterations", request.most_iterations, "The most that are made.")->capture_default_str();
  app.add_option("--write-scene", request.scene_file, "Write the refined scene, data included, as JSON.")
      ->type_name("FILE");
  app.add_option("--plot", request.plot_file, "Write a picture of the loss at each iteration.")->type_name("FILE.png");
}

void check_request(const CLI::App& app, const RefineRequest& request) {
  check_loss_options(app, request.loss);
  if (request.loss.loss == "weights") throw UsageError("--loss weights has no minimum to look for");
  if (request.parameters.empty() && !request.refine_scale) {
    throw UsageError("nbt refine needs --parameters NAMES or --refine-scale, or it has nothing to refine");
  }
  if (request.most_iterations < 1) throw UsageError("--iterations must be 1 or more");
}

io::LinePlot convergence_plot(const refine::RefineReport& report) {
  io::LinePlot plot{"iteration", "loss", {}, false};
  for (const refine::Iteration& iteration : report.iterations) plot.y.push_back(iteration.loss);
  const double least = *std::min_element(plot.y.begin(), plot.y.end());
  if (!(plot.y.front() > least)) return plot;
  for (double& loss : plot.y) loss -= least;
  plot.y_label = "loss above the least";
  plot.logarithmic = true;
  return plot;
}

class RefineRun {
 public:
  RefineRun(Simulation& simulation, const RefineRequest& request, const Console& console)
      : simulation_(simulation), request_(request), console_(console) {}

  int execute();

 private:
  void open_outputs();
  refine::RefineReport refine();
  void show(const refine::Iteration& iteration) const;
  std::vector<std::string> refined_parameters() const;
  std::vector<std::string> refined_options() const;
  void write_outputs();

  Simulation& simulation_;
  const RefineRequest& request_;
  const Console& console_;
  OutputSet outputs_;
  formats::AtomicFile* scene_ = nullptr;
  formats::AtomicFile* report_ = nullptr;
  RefineFacts facts_;
};

// Before anything is computed, so that a path that cannot be written costs no time.
void RefineRun::open_outputs() {
  if (!request_.scene_file.empty()) scene_ = &outputs_.add("scene", request_.scene_file);
  if (!request_.program.json_file.empty()) report_ = &outputs_.add("report", request_.program.json_file);
  if (request_.plot_file.empty()) return;
  outputs_.add_self_written("plot", request_.plot_file,
                            [this] { io::write_line_plot(request_.plot_file, convergence_plot(facts_.report)); });
}

void RefineRun::show(const refine::Iteration& iteration) const {
  if (console_.is_quiet() || !simulation_.flag("program.progress")) return;
  std::fprintf(stderr, "%s\n", iteration_text(iteration).c_str());
}

refine::RefineReport RefineRun::refine() {
  simulation_.on_log({});  // each iteration would repeat what the scene has said already
  LossInput input(request_.loss, simulation_.image_size(), request_.program.rows_per_chunk);
  refine::RefineOptions options;
  options.parameters = parameter_names(request_.parameters);
  if (!request_.symmetry.empty()) {
    options.parameters = refine::apply_crystal_system(simulation_.handle(), request_.symmetry, options.parameters);
  }
  options.refine_scale = request_.refine_scale;
  options.callback_gives_weights = input.has_weights();
  options.most_iterations = request_.most_iterations;
  options.on_iteration = [this](const refine::Iteration& iteration) { show(iteration); };
  try {
    return refine::refine(simulation_.handle(), input.record(), options);
  } catch (const Error&) {
    input.rethrow_failure();
    check_interrupt();
    throw;
  }
}

// Of "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]" the names without components; the scale is no parameter.
std::vector<std::string> RefineRun::refined_parameters() const {
  std::vector<std::string> names;
  for (const refine::RefinedValue& value : facts_.report.values) {
    if (value.name == "scale") continue;
    for (const std::string_view part : split_words(value.name, "+ ")) {
      const std::string name(part.substr(0, part.find('[')));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> RefineRun::refined_options() const {
  std::vector<std::string> options = options_that_set(
      refined_parameters(), [this](std::string_view name) { return simulation_.text(std::string(name).c_str()); });
  if (request_.refine_scale) options.push_back(formatted("--scale %.17g", facts_.report.values.back().found));
  return options;
}

void RefineRun::write_outputs() {
  if (scene_) scene_->write_text(simulation_.dump_scene());
  const std::string json = refine_json(facts_, outputs_.written());
  if (report_) report_->write_text(json + "\n");
  check_interrupt();
  outputs_.commit();
  console_.line(refine_text(facts_));
  if (console_.keeps_output_for_json()) console_.answer(json);
}

int RefineRun::execute() {
  open_outputs();
  facts_.loss_name = request_.loss.loss;
  facts_.report = refine();
  facts_.options = refined_options();
  write_outputs();
  return facts_.report.ending == refine::Ending::converged ? exit_success : exit_difference;
}

Console console_of(const ProgramOptions& options) {
  const bool answers_in_json = options.json && options.json_file.empty();
  return Console(options.quiet ? Console::Level::quiet : Console::Level::normal, answers_in_json);
}

}  // namespace

int refine_command(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Moves parameters of the scene to where the image fits the data best, and tells how well they are known.",
      "nbt refine");
  RefineRequest request;
  add_options(app, request);
  request.program = parse_fit_arguments(app, arguments);
  if (request.program.help) {
    Console().answer(fit_help(app));
    return exit_success;
  }
  check_request(app, request);
  const Console console = console_of(request.program);
  Simulation simulation;
  prepare_simulation(simulation, request.program, console, NoiseImage::never);
  const InterruptGuard guard(simulation);
  return RefineRun(simulation, request, console).execute();
}

}  // namespace nbt::program
