#include "arguments/scene_arguments.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "arguments/arguments.hpp"
#include "arguments/parameter_options.hpp"
#include "formats/smv.hpp"
#include "model/conventions.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

constexpr const char* reflections_name = "scene.hkl";
constexpr const char* mask_name = "scene-mask.img";
constexpr const char* sources_name = "scene-sources.txt";
constexpr const char* rotations_name = "scene-rotations.json";

// Tokens first, since they decide how the others are read.
std::vector<Id> order_of_parameters() {
  std::vector<Id> order{Id::compat_tokens, Id::compat_fixes};
  for (const ParameterInfo& info : parameter_table()) {
    if (info.id != Id::compat_tokens && info.id != Id::compat_fixes) order.push_back(info.id);
  }
  return order;
}

// What a run would take.
std::string pivot_text(const Parameters& parameters) {
  if (parameters.given(Id::detector_pivot)) return parameters.text(Id::detector_pivot);
  const auto& row = convention_row(convention_by_name(parameters.text(Id::detector_convention)));
  return row.forced_pivot == Pivot::sample ? "sample" : "beam";
}

std::string text_of(const Parameters& parameters, Id id) {
  return id == Id::detector_pivot ? pivot_text(parameters) : parameters.get_text(parameter_info(id).name);
}

// Chooses for each parameter the option that reads best among those that lead to the scene: an option may do more than
// its name says, so each one is tried.
class ParameterArguments {
 public:
  ParameterArguments(const Parameters& target, bool with_mask) : target_(target), with_mask_(with_mask) {}

  std::vector<std::string> find() {
    const std::vector<Id> order = order_of_parameters();
    for (said_ = 0; said_ < order.size(); ++said_) {
      if (must_be_said(order[said_]) && !has_been_said(order[said_])) say(order, order[said_]);
    }
    return arguments_;
  }

  // "name = value" of each parameter that no option gives its value.
  std::vector<std::string> unsaid() const {
    std::vector<std::string> names;
    for (const ParameterInfo& info : parameter_table()) {
      const std::string wanted = text_of(target_, info.id);
      if (text_of(reached_, info.id) != wanted) names.push_back(std::string(info.name) + " = '" + wanted + "'");
    }
    return names;
  }

 private:
  // The header of a mask sets the size.
  bool must_be_said(Id id) const { return target_.given(id) || (with_mask_ && id == Id::detector_pixels); }

  // -cell says two parameters at once.
  bool has_been_said(Id id) const { return reached_.given(id) && text_of(reached_, id) == text_of(target_, id); }

  static Parameters reached_by(const std::vector<std::string>& arguments) {
    Parameters parameters;
    Messages ignored;
    apply_options(arguments, parameters, ignored);
    return parameters;
  }

  void say(const std::vector<Id>& order, Id id) {
    const auto ways = ways_to_set(id, [this](std::string_view name) { return target_.get_text(name); });
    for (const std::vector<OptionWords>& way : ways) {
      std::vector<std::string> longer = arguments_;
      for (const OptionWords& words : way) longer.insert(longer.end(), words.begin(), words.end());
      const bool is_last = &way == &ways.back();
      if (!is_last && !leads_on(order, longer)) continue;
      arguments_ = std::move(longer);
      reached_ = reached_by(arguments_);
      return;
    }
  }

  // What has been said has its value; what is still to come has it, too, or its default.
  bool leads_on(const std::vector<Id>& order, const std::vector<std::string>& arguments) const {
    try {
      const Parameters reached = reached_by(arguments);
      for (std::size_t i = 0; i < order.size(); ++i) {
        const std::string text = text_of(reached, order[i]);
        const bool may_wait = i > said_ && text == text_of(defaults_, order[i]);
        if (text != text_of(target_, order[i]) && !may_wait) return false;
      }
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  const Parameters& target_;
  const Parameters defaults_;
  bool with_mask_;
  Parameters reached_;
  std::vector<std::string> arguments_;
  std::size_t said_ = 0;  // index in the order of parameters
};

// The fewest digits that read back as the same number.
std::string exact(double value) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

// The reader fills holes with default_F, and makes the box of the indices that it finds: both corners are listed.
std::string reflection_lines(const StructureFactors& box, double default_F) {
  std::string text;
  const auto& [h_range, k_range, l_range] = box.range;
  const double fill = kept_amplitude(default_F);
  std::size_t index = 0;
  for (std::int32_t h = h_range.first; h <= h_range.last; ++h) {
    for (std::int32_t k = k_range.first; k <= k_range.last; ++k) {
      for (std::int32_t l = l_range.first; l <= l_range.last; ++l, ++index) {
        const bool is_corner = index == 0 || index + 1 == box.amplitudes.size();
        if (box.amplitudes[index] == fill && !is_corner) continue;
        text += std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l) + " " +
                exact(box.amplitudes[index]) + "\n";
      }
    }
  }
  return text;
}

std::string source_lines(const std::vector<GivenSource>& sources) {
  std::string text;
  for (const GivenSource& source : sources) {
    text += exact(source.position.x) + " " + exact(source.position.y) + " " + exact(source.position.z) + " " +
            exact(source.weight);
    if (source.wavelength_m > 0) text += " " + exact(source.wavelength_m);
    text += "\n";
  }
  return text;
}

void add_file(SceneArguments& line, const char* option, const char* name, std::string bytes) {
  line.arguments.insert(line.arguments.end(), {option, name});
  line.files.push_back({name, std::move(bytes)});
}

// Before the parameters, as the program reads it.
void add_rotations(const SceneData& data, SceneArguments& line) {
  if (data.mosaic_rotations.empty()) return;
  SceneData rotations;
  rotations.mosaic_rotations = data.mosaic_rotations;
  add_file(line, "--scene", rotations_name, formats::write_scene(Parameters(), rotations));
  line.notes.push_back(std::string("the rotations of mosaic domains have no option: they are in ") + rotations_name +
                       ", which only the program nbt reads");
}

void add_data(const formats::SceneFile& scene, SceneArguments& line) {
  const SceneData& data = scene.data;
  if (data.structure_factors) {
    const double default_F = scene.parameters.real(Id::structure_factors_default_F);
    add_file(line, "-hkl", reflections_name, reflection_lines(*data.structure_factors, default_F));
  } else {
    line.arguments.push_back("--no-dump");  // or a file of that name would be read
  }
  if (!data.sources.empty()) add_file(line, "-sourcefile", sources_name, source_lines(data.sources));
  if (data.mask) add_file(line, "-mask", mask_name, formats::smv_mask(*data.mask));
}

}  // namespace

SceneArguments arguments_of(const formats::SceneFile& scene) {
  SceneArguments line;
  add_rotations(scene.data, line);
  ParameterArguments parameters(scene.parameters, scene.data.mask != nullptr);
  for (std::string& argument : parameters.find()) line.arguments.push_back(std::move(argument));
  for (const std::string& missing : parameters.unsaid()) line.notes.push_back("no option sets " + missing);
  add_data(scene, line);
  return line;
}

}  // namespace nbt
