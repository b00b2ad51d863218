// Every row of the option table does what it says, and nothing else.
#include "arguments/option_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "../formats/scratch_folder.hpp"
#include "applied.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

// Values that suit an option, and what its parameters must hold afterwards ("" = not looked at here).
struct Sample {
  std::vector<std::string> values;
  std::vector<std::string> results;
};

double inside_range(const ParameterInfo& info) {
  return std::clamp(0.75, info.minimum, info.maximum);
}

std::string component_result(const Effect& effect, const std::string& value) {
  Parameters parameters;
  const ParameterInfo& info = parameter_info(effect.parameter);
  std::vector<double> numbers = parameters.get(info.name);
  numbers[static_cast<std::size_t>(effect.component)] = std::stod(value);
  parameters.set(effect.parameter, numbers);
  return parameters.get_text(info.name);
}

std::string repeated(const std::string& value, int count) {
  std::string all = value;
  for (int i = 1; i < count; ++i) all += " " + value;
  return all;
}

Sample sample_of_numbers(const Effect& effect, const ParameterInfo& info) {
  const bool whole = effect.kind == EffectKind::integer || effect.kind == EffectKind::integer_to_all ||
                     effect.kind == EffectKind::integers;
  const std::string value = whole ? "3" : std::to_string(inside_range(info)).substr(0, 4);
  switch (effect.kind) {
    case EffectKind::real:
    case EffectKind::integer:
      return {{value}, {component_result(effect, value)}};
    case EffectKind::real_to_all:
    case EffectKind::integer_to_all:
      return {{value}, {repeated(value, info.length)}};
    default:
      return {std::vector<std::string>(static_cast<std::size_t>(info.length), value), {repeated(value, info.length)}};
  }
}

std::string text_for(const ParameterInfo& info) {
  return info.kind == ParameterKind::choice ? std::string(split_words(info.choices, "|").back()) : "some_name";
}

Sample sample_of(const OptionInfo& option, const ScratchFolder& folder) {
  const Effect& effect = option.effects[0];
  switch (effect.kind) {
    case EffectKind::photon_energy:
      return {{"12398.42"}, {"1"}};
    case EffectKind::cell:
      return {{"10", "20", "30", "70", "80", "95"}, {"10 20 30", "70 80 95"}};
    case EffectKind::misset:
      return {{"1", "-2", "3.5"}, {"1 -2 3.5", "0"}};
    case EffectKind::attenuation:
      return {{"inf"}, {"0", "0"}};
    case EffectKind::pivot:
      return {{"sample"}, {"sample"}};
    case EffectKind::origin_m:
      return {{"0.5", "0.25", "-1"}, {"500 250 -1000"}};
    case EffectKind::origin_mm:
      return {{"0.5", "0.25", "-1"}, {"0.5 0.25 -1"}};
    case EffectKind::mask_file:
    case EffectKind::image_file:
      return {{golden_input("mask64.img")}, {}};
    case EffectKind::matrix_file:
      return {{folder.put("A.mat", "1 0 0 0 2 0 0 0 3")}, {"1 0 0 0 2 0 0 0 3"}};
    case EffectKind::reflection_file:
      return {{folder.put("list.hkl", "1 2 3 4.5\n")}, {}};
    case EffectKind::source_file:
      return {{folder.put("sources.txt", "-10 0 0\n")}, {}};
    case EffectKind::form_factor_file:
      return {{folder.put("form.stol", "0 1\n")}, {}};
    case EffectKind::dump_file:
      return {{folder.file("nothing.bin")}, {folder.file("nothing.bin")}};
    case EffectKind::reflection_columns:
      return {{"6"}, {}};
    case EffectKind::no_dump:
      return {{}, {""}};
    case EffectKind::memory:
      return {{"2K"}, {"2048"}};
    case EffectKind::tokens:
      return effect.parameter == Id::compat_tokens ? Sample{{"interp-latch"}, {"interp-latch"}}
                                                   : Sample{{"phi-midpoint"}, {"phi-midpoint"}};
    case EffectKind::assignment:
      return {{"detector.distance_mm=5"}, {}};
    case EffectKind::unused:
      return {std::vector<std::string>(static_cast<std::size_t>(option.least_values), "1"), {}};
    case EffectKind::text: {
      const std::string text = text_for(parameter_info(effect.parameter));
      return {{text}, {text}};
    }
    case EffectKind::word:
      return {{}, {std::string(effect.word)}};
    default:
      return sample_of_numbers(effect, parameter_info(effect.parameter));
  }
}

// In a named convention, where only a pivot at the sample can be meant as a choice.
std::string expected_pivot(const OptionInfo& option) {
  const bool by_convention = option.effects[0].parameter == Id::detector_convention;
  if (option.frame == FrameEffect::pivot_sample && !by_convention) return "sample";
  return "";
}

std::vector<std::string> ways_to_write(const OptionInfo& option) {
  std::vector<std::string> names;
  for (const Spelling& spelling : option.spellings) {
    if (spelling.text.empty()) break;
    names.emplace_back(spelling.text);
    if (!spelling.text.starts_with("--")) names.push_back("-" + std::string(spelling.text));
    if (spelling.rule == SpellingRule::open) names.push_back(std::string(spelling.text) + "xyz");
  }
  return names;
}

class EveryOption : public testing::TestWithParam<OptionInfo> {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path("/"); }
  ScratchFolder folder_;
};

void expect_results(const OptionInfo& option, const Sample& sample, const Parameters& parameters) {
  for (std::size_t i = 0; i < 3; ++i) {
    const Effect& effect = option.effects[i];
    if (effect.parameter == Id::count) continue;
    const std::string_view name = parameter_info(effect.parameter).name;
    if (i < sample.results.size()) {
      EXPECT_EQ(parameters.get_text(name), sample.results[i]) << name;
    } else if (effect.kind == EffectKind::word) {
      EXPECT_EQ(parameters.get_text(name), effect.word) << name;
    } else {
      EXPECT_EQ(parameters.get_text(name), sample.results[0]) << name;
    }
  }
}

// Header files and --set touch parameters that the table does not name.
bool names_its_parameters(const OptionInfo& option) {
  const EffectKind kind = option.effects[0].kind;
  return kind != EffectKind::mask_file && kind != EffectKind::image_file && kind != EffectKind::assignment;
}

void expect_rest_untouched(const OptionInfo& option, const Parameters& parameters) {
  const Parameters untouched;
  for (const ParameterInfo& info : parameter_table()) {
    const bool named = std::any_of(std::begin(option.effects), std::end(option.effects),
                                   [&](const Effect& e) { return e.parameter == info.id; });
    const bool by_frame =
        option.frame != FrameEffect::none && (info.id == Id::detector_pivot || info.id == Id::detector_convention);
    if (named || by_frame) continue;
    EXPECT_EQ(parameters.get_text(info.name), untouched.get_text(info.name)) << info.name;
  }
}

TEST_P(EveryOption, SetsWhatTheTableSaysInEverySpelling) {
  const OptionInfo& option = GetParam();
  const Sample sample = sample_of(option, folder_);
  for (const std::string& name : ways_to_write(option)) {
    SCOPED_TRACE(name);
    std::vector<std::string> args = {name};
    args.insert(args.end(), sample.values.begin(), sample.values.end());
    const Applied applied = run_words(args);
    expect_results(option, sample, applied.parameters);
    if (names_its_parameters(option)) expect_rest_untouched(option, applied.parameters);
    if (option.effects[0].parameter != Id::detector_pivot) {
      EXPECT_EQ(applied.text(Id::detector_pivot), expected_pivot(option));
    }
    if (option.frame == FrameEffect::custom_convention) {
      EXPECT_EQ(applied.text(Id::detector_convention), "custom");
    }
  }
}

class EveryOptionWithValues : public EveryOption {};

TEST_P(EveryOptionWithValues, IsAnErrorNamingItWithoutThem) {
  const OptionInfo& option = GetParam();
  for (const std::string& name : ways_to_write(option)) {
    try {
      run_words(std::vector<std::string>{name});
      ADD_FAILURE() << "no error for " << name;
    } catch (const std::exception& error) {
      EXPECT_NE(std::string(error.what()).find(name + " needs "), std::string::npos) << error.what();
    }
  }
}

TEST_P(EveryOption, SaysWhatItDoes) {
  const OptionInfo& option = GetParam();
  EXPECT_TRUE(option.sentence.ends_with('.')) << option.name();
  EXPECT_EQ(option.values.empty(), option.most_values == 0) << option.name();
  EXPECT_NE(options_help().find("  " + spellings_text(option)), std::string::npos) << option.name();
}

// The parameter table names the options too, for the documentation of parameters.
TEST_P(EveryOption, IsNamedByItsParameter) {
  const OptionInfo& option = GetParam();
  const Effect& effect = option.effects[0];
  if (effect.parameter == Id::count || option.name() == "--origin" || option.name() == "--no-dump") return;
  const std::string flags(parameter_info(effect.parameter).flags);
  const bool abbreviated = flags.find("...") != std::string::npos;  // "-sample_x ..."
  const bool found = std::any_of(std::begin(option.spellings), std::end(option.spellings), [&](const Spelling& s) {
    return !s.text.empty() && flags.find(s.text) != std::string::npos;
  });
  EXPECT_TRUE(found || abbreviated || effect.parameter == Id::detector_pivot)
      << option.name() << " is missing in the flags of " << parameter_info(effect.parameter).name << ": " << flags;
}

std::string test_name(const testing::TestParamInfo<OptionInfo>& info) {
  std::string name;
  for (const char c : info.param.name()) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

std::vector<OptionInfo> all_options() {
  return {option_table().begin(), option_table().end()};
}

std::vector<OptionInfo> options_with_values() {
  std::vector<OptionInfo> options = all_options();
  std::erase_if(options, [](const OptionInfo& option) { return option.least_values == 0; });
  return options;
}

INSTANTIATE_TEST_SUITE_P(OptionTable, EveryOption, testing::ValuesIn(all_options()), test_name);
INSTANTIATE_TEST_SUITE_P(OptionTable, EveryOptionWithValues, testing::ValuesIn(options_with_values()), test_name);

TEST(OptionTable, HasEverySpellingOnce) {
  std::set<std::string_view> seen;
  for (const OptionInfo& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      if (spelling.text.empty()) continue;
      EXPECT_TRUE(seen.insert(spelling.text).second) << spelling.text;
    }
  }
}

TEST(OptionTable, HasAnOptionForEveryParameter) {
  std::set<Id> reached;
  for (const OptionInfo& option : option_table()) {
    for (const Effect& effect : option.effects) reached.insert(effect.parameter);
  }
  for (const ParameterInfo& info : parameter_table()) EXPECT_TRUE(reached.contains(info.id)) << info.name;
}

}  // namespace
}  // namespace nbt
