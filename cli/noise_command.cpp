#include "noise_command.hpp"

#include <array>
#include <cmath>

#include "console.hpp"
#include "count_images.hpp"
#include "exit_code.hpp"
#include "float_file.hpp"
#include "image/statistics.hpp"
#include "interrupt.hpp"
#include "outputs.hpp"
#include "program_options.hpp"
#include "scene_input.hpp"

namespace nbt::program {
namespace {

constexpr const char* help = R"(Usage: nbt noise FLOATIMAGE [nanoBragg options]

Makes the integer, PGM and noise images from a float image (float32, fast axis first, no header). The options mean what
they mean when rendering: -detpixels gives the size, -seed, -adc, -scale, -pgmscale and -roi act, -intfile, -pgmfile,
-noisefile, -nopgm, -nonoise and --no-int say what is written, and the geometry goes into the headers. The command line
of the run that made the float image can be given unchanged; its crystal is not looked at.

Example:
  nbt noise floatimage.bin -detpixels 512 -seed 7 -noisefile noise7.img -nopgm --no-int)";

// A crystal is not needed here, but a scene has one. The command line may replace it.
void set_any_crystal(Simulation& simulation) {
  constexpr std::array cell_A{100.0, 100.0, 100.0};
  simulation.set("crystal.cell_lengths_A", cell_A);
  simulation.set("structure_factors.default_F", 1);
  simulation.set("sampling.oversample", 1);
}

PhotonStatistics statistics_of(const PhotonRows& photons, const nlohmann::ordered_json& report) {
  const auto region = report.at("detector").at("panels").at(0).at("region").get<std::array<std::int64_t, 4>>();
  image::StatisticsStage stage({region[0], region[1], region[2], region[3]});
  photons.for_each_row([&](std::int64_t, std::span<const float> row) { stage.next_row(row); });
  const image::ImageStatistics result = stage.result();
  if (!std::isfinite(result.maximum)) {
    throw Error(Status::out_of_range, "the float image has an infinite pixel: no scale fits it");
  }
  return {result.maximum, result.rmsd};
}

}  // namespace

int noise_command(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0].starts_with("-")) {
    if (arguments.empty() || arguments[0] != "--help")
      throw UsageError("nbt noise needs the name of a float image first");
    Console().answer(help);
    return exit_success;
  }
  const ProgramOptions options = parse_program_options({arguments.begin() + 1, arguments.end()});
  if (options.help) {
    Console().answer(help);
    return exit_success;
  }
  const Console console(options.quiet ? Console::Level::quiet : Console::Level::normal);
  Simulation simulation;
  set_any_crystal(simulation);
  const nlohmann::ordered_json report = prepare_simulation(simulation, options, console).report;
  const InterruptGuard guard(simulation);
  const FloatFile file(arguments[0], simulation.image_size());
  OutputSet outputs;
  const CountFiles files = open_count_files(simulation, !options.no_int, outputs);
  write_count_images(simulation, console, report, file.rows(), statistics_of(file.rows(), report), files);
  check_interrupt();
  outputs.commit();
  return exit_success;
}

}  // namespace nbt::program
