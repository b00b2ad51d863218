#include "model/read_real.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

namespace nbt {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The end of the number at the start of [first, last): strtod would also take white space, '+' and hexadecimal digits.
const char* end_of_decimal(const char* first, const char* last) {
  const char* const whole = first != last && *first == '-' ? first + 1 : first;
  const char* end = std::find_if_not(whole, last, is_digit);
  std::ptrdiff_t digits = end - whole;
  if (end != last && *end == '.') {
    const char* const fraction = end + 1;
    end = std::find_if_not(fraction, last, is_digit);
    digits += end - fraction;
  }
  if (digits == 0) return first;
  if (end == last || (*end != 'e' && *end != 'E')) return end;
  const char* exponent = end + 1;
  if (exponent != last && (*exponent == '-' || *exponent == '+')) ++exponent;
  const char* const end_of_exponent = std::find_if_not(exponent, last, is_digit);
  return end_of_exponent == exponent ? end : end_of_exponent;
}

// Infinity and NaN begin with a letter, after the sign.
bool begins_with_word(const char* first, const char* last) {
  if (first != last && *first == '-') ++first;
  return first != last && std::string_view("iInN").find(*first) != std::string_view::npos;
}

bool has_other_digit_than_zero(const char* first, const char* end) {
  const char* const mantissa_end = std::find_if(first, end, [](char c) { return c == 'e' || c == 'E'; });
  return std::any_of(first, mantissa_end, [](char c) { return c >= '1' && c <= '9'; });
}

}  // namespace

std::from_chars_result read_real_by_strtod(const char* first, const char* last, double& value) {
  const bool word = begins_with_word(first, last);
  const std::string text(first, word ? last : end_of_decimal(first, last));
  char* end = nullptr;
  const double found = std::strtod(text.c_str(), &end);
  const std::ptrdiff_t length = end - text.c_str();
  if (length == 0) return {first, std::errc::invalid_argument};
  const bool lost = !word && (std::isinf(found) || (found == 0 && has_other_digit_than_zero(first, first + length)));
  if (lost) return {first + length, std::errc::result_out_of_range};
  value = found;
  return {first + length, std::errc()};
}

}  // namespace nbt
