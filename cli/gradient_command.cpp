#include "gradient_command.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "exit_code.hpp"
#include "fit_arguments.hpp"
#include "interrupt.hpp"
#include "loss_input.hpp"
#include "outputs.hpp"
#include "scene_input.hpp"

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;

struct Derivative {
  std::string name;
  std::string unit;
  double value = 0;
};

struct GradientAnswer {
  std::string loss_name;
  double loss = 0;
  std::int64_t pixels = 0;
  double scale_derivative = 0;
  std::vector<Derivative> derivatives;
};

void require_finite(const GradientAnswer& answer) {
  bool is_finite = std::isfinite(answer.loss) && std::isfinite(answer.scale_derivative);
  for (const Derivative& derivative : answer.derivatives) is_finite = is_finite && std::isfinite(derivative.value);
  if (!is_finite) throw Error(Status::out_of_range, "the loss or one of its derivatives is not finite");
}

GradientAnswer compute(Simulation& simulation, const LossOptions& options, const std::vector<std::string>& parameters,
                       std::int64_t rows_per_chunk) {
  LossInput input(options, simulation.image_size(), rows_per_chunk);
  GradientAnswer answer;
  answer.loss_name = options.loss;
  try {
    std::vector<double> gradient;
    const nbt_gradient_result result = simulation.run_gradient(input.record(), parameters, gradient);
    answer.loss = result.loss;
    answer.pixels = result.pixels;
    answer.scale_derivative = result.scale_derivative;
    const std::vector<Simulation::NamedComponent> components = simulation.components(parameters);
    for (std::size_t i = 0; i < components.size(); ++i) {
      answer.derivatives.push_back({components[i].name, components[i].unit, gradient[i]});
    }
  } catch (const Error&) {
    input.rethrow_failure();
    check_interrupt();
    throw;
  }
  require_finite(answer);
  return answer;
}

std::string text_of(const GradientAnswer& answer) {
  std::string text = formatted("loss %.12g  (%s, %lld pixels)", answer.loss, answer.loss_name.c_str(),
                               static_cast<long long>(answer.pixels));
  for (const Derivative& derivative : answer.derivatives) {
    text += formatted("\n%-34s %19.12g", derivative.name.c_str(), derivative.value);
    if (!derivative.unit.empty()) text += " / " + derivative.unit;
  }
  return text + formatted("\n%-34s %19.12g", "scale", answer.scale_derivative);
}

std::string json_of(const GradientAnswer& answer) {
  Json gradient = Json::array();
  for (const Derivative& derivative : answer.derivatives) {
    gradient.push_back({{"name", derivative.name}, {"unit", derivative.unit}, {"derivative", derivative.value}});
  }
  const Json json = {{"nbt_gradient", 1},    {"loss_name", answer.loss_name},
                     {"loss", answer.loss},  {"pixels", answer.pixels},
                     {"gradient", gradient}, {"scale_derivative", answer.scale_derivative}};
  return json.dump(1);
}

void give_answer(const GradientAnswer& answer, const ProgramOptions& options) {
  if (options.json_file.empty()) {
    Console().answer(options.json ? json_of(answer) : text_of(answer));
    return;
  }
  OutputSet outputs;
  outputs.add("report", options.json_file).write_text(json_of(answer) + "\n");
  outputs.commit();
  Console(options.quiet ? Console::Level::quiet : Console::Level::normal).line(text_of(answer));
}

}  // namespace

int gradient_command(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Prints a loss of the simulated image against data, and its derivatives by the parameters named (all "
      "differentiable ones unless named).",
      "nbt gradient");
  LossOptions loss;
  std::string parameters;
  add_fit_options(app, loss, parameters);
  const ProgramOptions options = parse_fit_arguments(app, arguments);
  if (options.help) {
    Console().answer(fit_help(app));
    return exit_success;
  }
  check_loss_options(app, loss);
  // Standard output is for the answer; warnings go to standard error.
  const Console console(options.quiet ? Console::Level::quiet : Console::Level::normal, true);
  Simulation simulation;
  prepare_simulation(simulation, options, console, NoiseImage::never);
  const InterruptGuard guard(simulation);
  give_answer(compute(simulation, loss, parameter_names(parameters), options.rows_per_chunk), options);
  return exit_success;
}

}  // namespace nbt::program
