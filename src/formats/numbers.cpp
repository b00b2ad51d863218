#include "formats/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "model/read_real.hpp"

namespace nbt::formats {
namespace {

// std::from_chars of either kind of number.
std::from_chars_result read(std::string_view text, double& value) {
  return read_real(text.data(), text.data() + text.size(), value);
}
template <class Integer>
std::from_chars_result read(std::string_view text, Integer& value) {
  return std::from_chars(text.data(), text.data() + text.size(), value);
}

// std::from_chars takes '-' only.
std::string_view without_plus(std::string_view token) {
  const bool plus_before_number = token.size() > 1 && token[0] == '+' && token[1] != '-';
  return plus_before_number ? token.substr(1) : token;
}

template <class Number>
std::optional<Number> parse_whole(std::string_view token) {
  token = without_plus(token);
  Number value{};
  const auto [end, error] = read(token, value);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return value;
}

template <class Number>
std::optional<Number> scan(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n\v\f\r"), rest.size()));
  rest = without_plus(rest);
  Number value{};
  const auto [end, error] = read(rest, value);
  if (error != std::errc()) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

}  // namespace

std::optional<double> parse_real(std::string_view token) {
  const auto value = parse_whole<double>(token);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int32_t> parse_int32(std::string_view token) {
  return parse_whole<std::int32_t>(token);
}

std::optional<std::int64_t> parse_int64(std::string_view token) {
  return parse_whole<std::int64_t>(token);
}

std::optional<double> scan_real(std::string_view& rest) {
  return scan<double>(rest);
}

std::optional<std::int32_t> scan_int32(std::string_view& rest) {
  return scan<std::int32_t>(rest);
}

std::string format_g(double value) {
  std::array<char, 32> text;
  const int digits = 6;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, digits);
  return {text.data(), result.ptr};
}

}  // namespace nbt::formats
