#include "parameter_options.hpp"

#include <algorithm>

#include "arguments/option_table.hpp"
#include "model/names.hpp"

namespace nbt::program {
namespace {

// Kinds that take the parameter's value as it is.
bool takes_value(const Effect& effect) {
  switch (effect.kind) {
    case EffectKind::real:
    case EffectKind::reals:
    case EffectKind::cell:
    case EffectKind::misset:
    case EffectKind::with_previous:
      return true;
    default:
      return false;
  }
}

bool sets(const OptionInfo& option, ParameterId id) {
  return std::any_of(std::begin(option.effects), std::end(option.effects),
                     [id](const Effect& effect) { return effect.parameter == id && takes_value(effect); });
}

std::string blank_separated(const std::string& text) {
  std::string result;
  for (const std::string_view word : split_words(text, ", ")) {
    result += (result.empty() ? "" : " ") + std::string(word);
  }
  return result;
}

std::string value_of(const Simulation& simulation, std::string_view parameter) {
  return blank_separated(simulation.text(std::string(parameter).c_str()));
}

// All values of an option that may set more than one parameter, as -cell does. An option of one component takes its
// part of the parameter.
std::string option_text(const Simulation& simulation, const OptionInfo& option) {
  std::string text(option.name());
  for (const Effect& effect : option.effects) {
    if (effect.parameter == ParameterId::count || !takes_value(effect)) continue;
    const ParameterInfo& info = parameter_info(effect.parameter);
    if (info.kind != ParameterKind::real) continue;  // -misset names crystal.misset_random, too
    const std::string value = value_of(simulation, info.name);
    const bool is_part = effect.kind == EffectKind::real && info.length > 1;
    const std::vector<std::string_view> words = split_words(value, " ");
    text += " " + (is_part ? std::string(words[static_cast<std::size_t>(effect.component)]) : value);
  }
  return text;
}

std::string assignment_text(const Simulation& simulation, const std::string& parameter) {
  std::string value = value_of(simulation, parameter);
  std::replace(value.begin(), value.end(), ' ', ',');
  return "--set " + parameter + "=" + value;
}

std::vector<std::string> options_of(const Simulation& simulation, const std::string& parameter) {
  const ParameterId id = find_parameter(parameter).id;
  std::vector<std::string> texts;
  for (const OptionInfo& option : option_table()) {
    if (!sets(option, id)) continue;
    texts.push_back(option_text(simulation, option));
    const bool is_whole = option.effects[0].kind != EffectKind::real || parameter_info(id).length == 1;
    if (is_whole) break;
  }
  if (texts.empty()) texts.push_back(assignment_text(simulation, parameter));
  return texts;
}

}  // namespace

std::vector<std::string> options_that_set(const Simulation& simulation, const std::vector<std::string>& parameters) {
  std::vector<std::string> texts;
  for (const std::string& parameter : parameters) {
    for (std::string& text : options_of(simulation, parameter)) {
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace nbt::program
