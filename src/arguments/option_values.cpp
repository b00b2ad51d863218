#include "arguments/option_values.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt {

double OptionValues::real(std::size_t i) const {
  std::string_view text = values_[i];
  if (lax_) return formats::scan_real(text).value_or(0);
  const auto value = formats::parse_real(text);
  if (!value) throw Error(Status::invalid_argument, formats::quoted(text) + " is not a number");
  return *value;
}

std::int64_t OptionValues::integer(std::size_t i) const {
  std::string_view text = values_[i];
  if (lax_) return formats::scan_int32(text).value_or(0);
  const auto value = formats::parse_int64(text);
  if (!value) throw Error(Status::invalid_argument, formats::quoted(text) + " is not a whole number");
  return *value;
}

std::vector<double> OptionValues::reals() const {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count(); ++i) numbers.push_back(real(i));
  return numbers;
}

std::vector<double> OptionValues::integers() const {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count(); ++i) numbers.push_back(static_cast<double>(integer(i)));
  return numbers;
}

double parse_bytes(std::string_view text) {
  constexpr std::string_view units = "KMGT";
  std::string_view digits = text;
  double unit = 1;
  if (!digits.empty()) {
    const std::size_t power = units.find(digits.back());
    if (power != std::string_view::npos) {
      unit = std::pow(1024.0, static_cast<double>(power + 1));
      digits.remove_suffix(1);
    }
  }
  const auto number = formats::parse_real(digits);
  if (!number) {
    throw Error(Status::invalid_argument,
                formats::quoted(text) + " is not a number of bytes; right are for example 1e9, 64M, 2G");
  }
  return std::floor(*number * unit);
}

}  // namespace nbt
