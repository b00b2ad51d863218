#include "model/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "model/error.hpp"
#include "model/names.hpp"
#include "model/read_real.hpp"

namespace nbt {
namespace {

constexpr double above_zero = std::numeric_limits<double>::min();
constexpr double below_180 = 180 - 1e-9;

constexpr bool is_choice(ParameterKind kind) {
  return kind == ParameterKind::choice;
}

// The table's unit column holds the words of a choice.
constexpr ParameterInfo row(ParameterId id, std::string_view name, ParameterKind kind, int length,
                            std::string_view unit_or_choices, double minimum, double maximum,
                            std::string_view default_text, bool differentiable, std::string_view flags,
                            std::string_view sentence) {
  return {id,
          name,
          kind,
          length,
          is_choice(kind) ? std::string_view() : unit_or_choices,
          is_choice(kind) ? unit_or_choices : std::string_view(),
          minimum,
          maximum,
          default_text,
          differentiable,
          flags,
          sentence};
}

constexpr ParameterInfo table[] = {
#define NBT_PARAMETER(group, name, kind, length, unit, minimum, maximum, default_text, differentiable, flags, \
                      sentence)                                                                               \
  row(ParameterId::group##_##name, #group "." #name, ParameterKind::kind, length, unit, minimum, maximum,     \
      default_text, differentiable, flags, sentence),
#include "model/parameters.def"
#undef NBT_PARAMETER
};
static_assert(std::size(table) == parameter_count);

bool is_numeric(const ParameterInfo& info) {
  return info.kind != ParameterKind::text && info.kind != ParameterKind::choice;
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string shortest(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string range_text(const ParameterInfo& info) {
  return "the allowed range " + shortest(info.minimum) + " to " + shortest(info.maximum) +
         (info.unit.empty() ? "" : " " + std::string(info.unit));
}

void check_number(const ParameterInfo& info, double value) {
  const std::string what = std::string(info.name) + " = " + shortest(value);
  if (!std::isfinite(value)) throw Error(Status::out_of_range, what + " is not a finite number in " + range_text(info));
  if (value < info.minimum || value > info.maximum) {
    throw Error(Status::out_of_range, what + " is outside " + range_text(info));
  }
  if (info.kind != ParameterKind::real && value != std::floor(value)) {
    throw Error(Status::out_of_range, what + " must be a whole number");
  }
}

double parse_number(const ParameterInfo& info, std::string_view word) {
  if (info.kind == ParameterKind::boolean) {
    if (word == "true" || word == "on" || word == "yes") return 1;
    if (word == "false" || word == "off" || word == "no") return 0;
  }
  std::string_view digits = word;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const auto [end, failure] = read_real(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || end != digits.data() + digits.size()) {
    throw Error(Status::invalid_argument, std::string(info.name) + ": " + quoted(word) + " is not a number");
  }
  return value;
}

void check_choice(const ParameterInfo& info, std::string_view word) {
  const auto words = split_words(info.choices, "|");
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    throw Error(Status::out_of_range,
                std::string(info.name) + " = " + quoted(word) + " is not one of " + std::string(info.choices));
  }
}

void check_length(const ParameterInfo& info, std::size_t count) {
  if (count != static_cast<std::size_t>(info.length)) {
    throw Error(Status::wrong_length, std::string(info.name) + " has " + std::to_string(info.length) + " value" +
                                          (info.length == 1 ? "" : "s") + ", not " + std::to_string(count));
  }
}

std::vector<double> parse_numbers(const ParameterInfo& info, std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view word : split_words(text, " ,\t")) numbers.push_back(parse_number(info, word));
  return numbers;
}

}  // namespace

std::span<const ParameterInfo> parameter_table() {
  return table;
}

const ParameterInfo& parameter_info(ParameterId id) {
  return table[static_cast<std::size_t>(id)];
}

const ParameterInfo& find_parameter(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ParameterInfo& info : table) {
    if (info.name == name) return info;
    names.push_back(info.name);
  }
  throw Error(Status::unknown_name,
              "unknown parameter " + quoted(name.substr(0, 200)) + suggestion(nearest_name(name, names)));
}

Parameters::Parameters() {
  for (const ParameterInfo& info : table) unset(info.id);
}

void Parameters::unset(ParameterId id) {
  const ParameterInfo& info = parameter_info(id);
  Value value;
  if (is_numeric(info)) {
    value.automatic = info.default_text.empty();
    value.numbers = value.automatic ? std::vector<double>(static_cast<std::size_t>(info.length),
                                                          std::numeric_limits<double>::quiet_NaN())
                                    : parse_numbers(info, info.default_text);
  } else {
    value.automatic = is_choice(info.kind) && info.default_text.empty();
    value.text = info.default_text;
  }
  values_[index(id)] = std::move(value);
}

void Parameters::set(ParameterId id, std::span<const double> values) {
  const ParameterInfo& info = parameter_info(id);
  if (!is_numeric(info)) {
    throw Error(Status::invalid_argument, std::string(info.name) + " takes text, not numbers" +
                                              (is_choice(info.kind) ? ": one of " + std::string(info.choices) : ""));
  }
  check_length(info, values.size());
  for (const double value : values) check_number(info, value);
  values_[index(id)] = {true, false, {values.begin(), values.end()}, {}};
}

void Parameters::set_text(ParameterId id, std::string_view text) {
  const ParameterInfo& info = parameter_info(id);
  if (is_numeric(info)) return set(id, parse_numbers(info, text));
  if (is_choice(info.kind)) check_choice(info, text);
  values_[index(id)] = {true, false, {}, std::string(text)};
}

void Parameters::set(std::string_view name, std::span<const double> values) {
  set(find_parameter(name).id, values);
}

void Parameters::set_text(std::string_view name, std::string_view text) {
  set_text(find_parameter(name).id, text);
}

void Parameters::unset(std::string_view name) {
  unset(find_parameter(name).id);
}

std::vector<double> Parameters::get(std::string_view name) const {
  const ParameterInfo& info = find_parameter(name);
  if (!is_numeric(info)) throw Error(Status::invalid_argument, std::string(name) + " is text; use the text getter");
  return values_[index(info.id)].numbers;
}

std::string Parameters::get_text(std::string_view name) const {
  const ParameterInfo& info = find_parameter(name);
  const Value& value = values_[index(info.id)];
  if (!is_numeric(info)) return value.text;
  std::string text;
  if (value.automatic) return text;
  for (const double number : value.numbers) {
    if (!text.empty()) text += ' ';
    text += shortest(number);
  }
  return text;
}

double Parameters::real(ParameterId id, int component) const {
  return values_[index(id)].numbers[static_cast<std::size_t>(component)];
}

std::int64_t Parameters::integer(ParameterId id, int component) const {
  return static_cast<std::int64_t>(real(id, component));
}

}  // namespace nbt
