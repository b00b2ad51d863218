#include "arguments/input_files.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "formats/fdump.hpp"
#include "formats/file.hpp"
#include "formats/hkl.hpp"
#include "formats/matrix.hpp"
#include "formats/source_file.hpp"
#include "formats/text.hpp"
#include "model/conventions.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

constexpr double source_distance = 10.0;  // only the direction counts (physics.md 4.3)

Vector3 beam_direction(const Parameters& parameters, const Compatibility& compatibility) {
  const Convention convention = convention_by_name(parameters.text(Id::detector_convention));
  const bool vectors_count = convention == Convention::custom || !compatibility.reference(Quirk::custom_convention);
  if (!vectors_count || !parameters.given(Id::beam_direction)) return convention_row(convention).beam;
  return unit(Vector3{parameters.real(Id::beam_direction, 0), parameters.real(Id::beam_direction, 1),
                      parameters.real(Id::beam_direction, 2)});
}

std::vector<GivenSource> read_sources(const std::string& path, const Parameters& parameters,
                                      const Compatibility& compatibility) {
  const auto rows = formats::read_source_file(formats::read_file(path, "the source file"), path);
  const Vector3 straight = -source_distance * beam_direction(parameters, compatibility);
  std::vector<GivenSource> sources;
  sources.reserve(rows.size());
  for (const formats::SourceRow& row : rows) {
    sources.push_back({{row.x.value_or(straight.x), row.y.value_or(straight.y), row.z.value_or(straight.z)},
                       row.weight.value_or(1.0),
                       row.wavelength_m.value_or(0.0)});  // 0: that of the beam
  }
  return sources;
}

SharedStructureFactors read_reflections(const InputFiles& files, const Parameters& parameters,
                                        const Compatibility& compatibility) {
  formats::HklOptions options;
  options.columns = files.reflection_columns;
  options.number_stream = compatibility.reference(Quirk::hkl_stream);
  return formats::read_hkl_box(formats::read_file(*files.reflections, "the reflection list"), options,
                               parameters.real(Id::structure_factors_default_F), *files.reflections);
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return !path.empty() && std::filesystem::exists(path, ignored);
}

SharedStructureFactors read_dump(const std::string& path) {
  try {
    return formats::read_fdump(formats::read_file(path, "the structure-factor dump"), path);
  } catch (const Error& error) {
    throw Error(error.status(),
                std::string(error.what()) + " (it is read because there is no -hkl; --no-dump leaves it alone)");
  }
}

// The reference does not run on an unreadable or empty list, although it does not use it.
void check_form_factors(const std::string& path) {
  if (formats::trimmed(formats::read_file(path, "the list of form factors")).empty()) {
    throw Error(Status::file, path + ": the list of form factors is empty");
  }
}

}  // namespace

ArgumentsOutcome read_input_files(const InputFiles& files, const Compatibility& compatibility, Parameters& parameters,
                                  SceneData& data, Messages& log) {
  if (files.matrix) {
    const auto matrix = formats::read_matrix(formats::read_file(*files.matrix, "the matrix"), *files.matrix);
    parameters.set(Id::crystal_orientation_matrix, matrix);
  }
  if (files.form_factors) check_form_factors(*files.form_factors);
  if (files.sources) data.sources = read_sources(*files.sources, parameters, compatibility);

  ArgumentsOutcome outcome;
  const std::string& dump = parameters.text(Id::program_dump_file);
  if (files.reflections) {
    data.structure_factors = read_reflections(files, parameters, compatibility);
    outcome.read_reflections = true;
  } else if ((files.dump_is_named || !data.structure_factors) && exists(dump)) {
    log.info("reading Fs from " + dump);  // [Q38]
    data.structure_factors = read_dump(dump);
    outcome.read_dump = true;
  }
  return outcome;
}

}  // namespace nbt
