#include "arguments/parameter_options.hpp"

#include <algorithm>
#include <optional>

#include "arguments/option_table.hpp"
#include "model/names.hpp"

namespace nbt {
namespace {

bool is_number(const ParameterInfo& info) {
  return info.kind != ParameterKind::text && info.kind != ParameterKind::choice;
}

// One word for each component, or the whole text; nothing where a run decides.
std::vector<std::string> values_of(ParameterId id, const ParameterText& text_of) {
  const ParameterInfo& info = parameter_info(id);
  const std::string text = text_of(info.name);
  std::vector<std::string> values;
  if (!is_number(info)) return {text};
  for (const std::string_view word : split_words(text, ", ")) values.emplace_back(word);
  return values;
}

// One number for one component.
bool is_part(const Effect& effect) {
  const bool is_single = effect.kind == EffectKind::real || effect.kind == EffectKind::integer;
  return is_single && parameter_info(effect.parameter).length > 1;
}

const Effect* effect_on(const OptionInfo& option, ParameterId id) {
  const auto found = std::find_if(std::begin(option.effects), std::end(option.effects),
                                  [id](const Effect& effect) { return effect.parameter == id; });
  return found == std::end(option.effects) ? nullptr : found;
}

class OptionWriter {
 public:
  OptionWriter(const OptionInfo& option, ParameterId id, const ParameterText& text_of)
      : option_(option), id_(id), text_of_(text_of), values_(values_of(id, text_of)) {}

  // Nothing where the option does not lead to the value.
  std::optional<OptionWords> words() const {
    const Effect* effect = effect_on(option_, id_);
    if (!effect || values_.empty()) return std::nullopt;
    switch (effect->kind) {
      case EffectKind::real:
      case EffectKind::integer:
        return single(*effect);
      case EffectKind::real_to_all:
      case EffectKind::integer_to_all:
        return all_equal(values_) ? with({values_[0]}) : std::nullopt;
      case EffectKind::reals:
      case EffectKind::integers:
        return with(values_);
      case EffectKind::text:
      case EffectKind::tokens:
      case EffectKind::memory:
      case EffectKind::attenuation:
      case EffectKind::pivot:
        return values_[0].empty() ? std::nullopt : with({values_[0]});
      case EffectKind::word:
        return option_.most_values == 0 && values_[0] == effect->word ? with({}) : std::nullopt;
      case EffectKind::no_dump:
        return values_[0].empty() ? with({}) : std::nullopt;
      case EffectKind::misset:
        return with(values_);
      case EffectKind::cell:
      case EffectKind::with_previous:
        return together();
      default:
        return std::nullopt;
    }
  }

 private:
  static bool all_equal(const std::vector<std::string>& values) {
    return std::all_of(values.begin(), values.end(), [&](const std::string& value) { return value == values[0]; });
  }

  std::optional<OptionWords> with(const std::vector<std::string>& values) const {
    OptionWords words{std::string(option_.name())};
    words.insert(words.end(), values.begin(), values.end());
    return words;
  }

  // One number that may go to several parameters, as that of -divergence does.
  std::optional<OptionWords> single(const Effect& effect) const {
    for (const Effect& other : option_.effects) {
      if (other.kind == effect.kind && values_of(other.parameter, text_of_) != values_) return std::nullopt;
    }
    return with({values_[static_cast<std::size_t>(effect.component)]});
  }

  // -cell has the numbers of two parameters, -misset a word for the second.
  std::optional<OptionWords> together() const {
    if (option_.effects[0].kind == EffectKind::misset) return values_[0] == "1" ? with({"random"}) : std::nullopt;
    if (option_.effects[0].kind != EffectKind::cell) return std::nullopt;
    std::vector<std::string> cell = values_of(ParameterId::crystal_cell_lengths_A, text_of_);
    if (cell.empty()) return std::nullopt;
    for (std::string& angle : values_of(ParameterId::crystal_cell_angles_deg, text_of_)) cell.push_back(angle);
    return with(cell);
  }

  const OptionInfo& option_;
  ParameterId id_;
  const ParameterText& text_of_;
  std::vector<std::string> values_;
};

OptionWords assignment(ParameterId id, const ParameterText& text_of) {
  std::string text(parameter_info(id).name);
  char separator = '=';
  for (const std::string& value : values_of(id, text_of)) {
    text += separator + value;
    separator = ',';
  }
  return {"--set", text};
}

std::string typed(const OptionWords& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::vector<std::vector<OptionWords>> ways_to_set(ParameterId id, const ParameterText& text_of) {
  std::vector<std::vector<OptionWords>> ways;
  std::vector<OptionWords> parts;
  for (const OptionInfo& option : option_table()) {
    const std::optional<OptionWords> words = OptionWriter(option, id, text_of).words();
    if (!words) continue;
    if (is_part(*effect_on(option, id))) {
      parts.push_back(*words);
    } else {
      ways.push_back({*words});
    }
  }
  if (!parts.empty()) ways.push_back(parts);
  ways.push_back({assignment(id, text_of)});
  return ways;
}

std::vector<std::string> options_that_set(const std::vector<std::string>& parameters, const ParameterText& text_of) {
  std::vector<std::string> texts;
  for (const std::string& parameter : parameters) {
    const auto ways = ways_to_set(find_parameter(parameter).id, text_of);
    for (const OptionWords& words : ways.front()) {
      std::string text = typed(words);
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
  }
  return texts;
}

}  // namespace nbt
