#include "structure_factors_command.hpp"

#include <map>

#include "console.hpp"
#include "exit_code.hpp"
#include "io/hkl_file.hpp"
#include "io/structure_factors_from_model.hpp"
#include "io/wilson.hpp"
#include "sub_command.hpp"

namespace nbt::program {
namespace {

struct ReflectionRequest {
  std::string model_file;
  io::ModelOptions model;
  bool wilson = false;
  std::vector<double> cell;
  io::WilsonOptions generator;
  double d_min_A = 0;
  std::string output_file;
  bool quiet = false;
};

void add_model_options(CLI::App& app, ReflectionRequest& request) {
  static const std::map<std::string, io::Summation> summations{{"automatic", io::Summation::automatic},
                                                               {"direct", io::Summation::direct},
                                                               {"density-fft", io::Summation::density_fft}};
  app.add_option("MODEL", request.model_file, "Atomic model: CIF of a small structure, mmCIF or PDB.");
  app.add_option("--b-factor-scale", request.model.b_factor_scale,
                 "Multiplies the displacement parameters of the model; 0: atoms at rest.")
      ->capture_default_str();
  app.add_option("--summation", request.model.summation, "How the model is summed.")
      ->type_name("WORD")
      ->transform(CLI::CheckedTransformer(summations));
}

void add_wilson_options(CLI::App& app, ReflectionRequest& request) {
  app.add_flag("--wilson", request.wilson, "No model: amplitudes drawn with Wilson's statistics.");
  app.add_option("--cell", request.cell, "Unit cell, for --wilson.")->type_name("A B C ALPHA BETA GAMMA")->expected(6);
  app.add_option("--space-group", request.generator.space_group, "Symbol or number, for --wilson.")
      ->capture_default_str();
  app.add_option("--seed", request.generator.seed, "For --wilson.")->capture_default_str();
  app.add_option("--mean-b", request.generator.mean_B_A2, "Mean B factor in A^2, for --wilson.")->capture_default_str();
  app.add_option("--atoms", request.generator.atoms_per_cell,
                 "Carbon atoms in the cell, for --wilson; 0: one in 30 cubic Angstrom.")
      ->capture_default_str();
}

void add_common_options(CLI::App& app, ReflectionRequest& request) {
  app.add_option("--dmin", request.d_min_A, "Smallest spacing, in Angstrom.")->type_name("A")->required();
  app.add_option("-o,--output", request.output_file, "Reflection list: lines of h k l F, for -hkl.")
      ->type_name("FILE")
      ->required();
  app.add_flag("--quiet", request.quiet, "Print nothing but errors.");
}

void require_one_source(const ReflectionRequest& request) {
  if (request.wilson == request.model_file.empty()) {
    if (request.wilson && request.cell.empty()) throw UsageError("--wilson needs --cell A B C ALPHA BETA GAMMA");
    return;
  }
  throw UsageError("nbt structure-factors takes either the name of a model or --wilson");
}

io::CrystalReflections make_reflections(ReflectionRequest request) {
  if (!request.wilson) {
    request.model.d_min_A = request.d_min_A;
    return io::structure_factors_from_model(request.model_file, request.model);
  }
  request.generator.d_min_A = request.d_min_A;
  const std::vector<double>& cell = request.cell;
  request.generator.cell = {cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]};
  return io::wilson_reflections(request.generator);
}

}  // namespace

int structure_factors_command(const std::vector<std::string>& arguments) {
  CLI::App app("Writes a reflection list for -hkl: all of P1, symmetry and Friedel mates included.",
               "nbt structure-factors");
  ReflectionRequest request;
  add_model_options(app, request);
  add_wilson_options(app, request);
  add_common_options(app, request);
  if (!parse_command(app, arguments)) return exit_success;
  require_one_source(request);
  const io::CrystalReflections crystal = make_reflections(request);
  io::write_hkl_file(request.output_file, crystal);
  const Console console(request.quiet ? Console::Level::quiet : Console::Level::normal);
  console.line(formatted("%zu reflections to %g A, space group %s, written to %s", crystal.reflections.size(),
                         crystal.d_min_A, crystal.space_group.c_str(), request.output_file.c_str()));
  return exit_success;
}

}  // namespace nbt::program
