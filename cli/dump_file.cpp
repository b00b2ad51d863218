#include "dump_file.hpp"

#include <algorithm>

#include "arguments/arguments.hpp"
#include "formats/fdump.hpp"
#include "model/error.hpp"

namespace nbt::program {
namespace {

bool may_name_reflections(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& argument) { return argument.find("-hkl") != std::string::npos; });
}

// The library keeps its structure factors to itself, so they are read once more, and freed before the run.
SharedStructureFactors read_reflections(const ReflectionDefaults& defaults, const std::vector<std::string>& arguments) {
  Parameters parameters;
  parameters.set_text(ParameterId::structure_factors_default_F, defaults.default_F);
  parameters.set_text(ParameterId::compat_tokens, defaults.compat_tokens);
  SceneData data;
  Messages said_before;
  const ArgumentsOutcome outcome = apply_arguments(arguments, parameters, data, said_before, {});
  return outcome.read_reflections ? data.structure_factors : nullptr;
}

void warn(const Console& console, const std::string& path, const Error& error) {
  console.warning("unable to open dump file: " + path + " (" + error.what() + ")");
}

}  // namespace

ReflectionDefaults reflection_defaults(const Simulation& simulation) {
  return {simulation.text("structure_factors.default_F"), simulation.text("compat.tokens")};
}

std::unique_ptr<formats::AtomicFile> write_dump(const Simulation& simulation, const ReflectionDefaults& defaults,
                                                const ProgramOptions& options, const Console& console) {
  const std::string path = simulation.text("program.dump_file");
  if (path.empty() || !may_name_reflections(options.library_arguments)) return nullptr;
  const SharedStructureFactors factors = read_reflections(defaults, options.library_arguments);
  if (!factors) return nullptr;
  try {
    auto file = std::make_unique<formats::AtomicFile>(path);
    console.line("writing dump file for next time: " + path);
    formats::write_fdump(*factors, *file);
    return file;
  } catch (const Error& error) {
    warn(console, path, error);
    return nullptr;
  }
}

void commit_dump(formats::AtomicFile* dump, const Console& console) {
  if (!dump) return;
  try {
    dump->commit();
  } catch (const Error& error) {
    warn(console, dump->path(), error);
  }
}

}  // namespace nbt::program
