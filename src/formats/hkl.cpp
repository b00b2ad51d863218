#include "formats/hkl.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt::formats {
namespace {

using Words = std::vector<std::string_view>;

// Reads one line; knows where it stands, for messages.
class HklLine {
 public:
  HklLine(std::string_view name, std::int64_t number, const Words& words)
      : name_(name), number_(number), words_(words) {}

  Reflection read(int columns) const {
    require_columns(columns);
    return {index(0, 'h'), index(1, 'k'), index(2, 'l'), amplitude()};
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(Status::file, std::string(name_) + ", line " + std::to_string(number_) + ": " + reason);
  }

  void require_columns(int columns) const {
    if (words_.size() == static_cast<std::size_t>(columns)) return;
    fail("found " + std::to_string(words_.size()) + " columns instead of " + std::to_string(columns) +
         " (h k l F; a list with more columns needs its number of columns as an option)");
  }

  std::int32_t index(std::size_t column, char letter) const {
    if (const auto value = parse_int32(words_[column])) return *value;
    const std::string what = "index " + std::string(1, letter) + " is " + quoted(words_[column]);
    const auto real = parse_real(words_[column]);
    if (!real) fail(what + ", not a whole number");
    if (*real != std::floor(*real)) fail(what + ", not a whole number: fractional indices cannot be stored");
    fail(what + ": indices are whole 32-bit numbers, written without decimal point or exponent");
  }

  double amplitude() const {
    const auto value = parse_real(words_[3]);
    if (!value) fail("F is " + quoted(words_[3]) + ", not a finite number");
    return *value;
  }

  std::string_view name_;
  std::int64_t number_;
  const Words& words_;
};

std::vector<Reflection> read_lines(std::string_view text, int columns, std::string_view name) {
  std::vector<Reflection> reflections;
  LineReader lines(text);
  Words words;
  for (std::string_view line; lines.next(line);) {
    split_words(line, " \t", words);
    if (!words.empty()) reflections.push_back(HklLine(name, lines.number(), words).read(columns));
  }
  return reflections;
}

// The reference's second pass: three integers and a real.
std::optional<Reflection> scan_reflection(std::string_view& rest) {
  const auto h = scan_int32(rest);
  const auto k = h ? scan_int32(rest) : std::nullopt;
  const auto l = k ? scan_int32(rest) : std::nullopt;
  const auto amplitude = l ? scan_real(rest) : std::nullopt;
  if (!amplitude) return std::nullopt;
  return Reflection{*h, *k, *l, *amplitude};
}

std::vector<Reflection> read_stream(std::string_view text) {
  std::vector<Reflection> reflections;
  while (const auto reflection = scan_reflection(text)) reflections.push_back(*reflection);
  return reflections;
}

std::optional<std::array<double, 4>> scan_group(std::string_view& rest) {
  std::array<double, 4> group;
  for (double& value : group) {
    const auto number = scan_real(rest);
    if (!number) return std::nullopt;
    value = *number;
  }
  return group;
}

std::int32_t as_index(double value, std::string_view name) {
  const bool fits =
      value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max();
  if (!fits) throw Error(Status::file, std::string(name) + ": the index " + format_g(value) + " is out of range");
  return static_cast<std::int32_t>(value);
}

// The reference's first pass: limits over all groups of four real numbers, fractions cut off.
std::array<IndexRange, 3> stream_range(std::string_view text, std::string_view name) {
  std::array<IndexRange, 3> range;
  bool first = true;
  while (const auto group = scan_group(text)) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int32_t index = as_index((*group)[axis], name);
      range[axis].first = first ? index : std::min(range[axis].first, index);
      range[axis].last = first ? index : std::max(range[axis].last, index);
    }
    first = false;
  }
  if (first) throw Error(Status::file, std::string(name) + ": no reflections (groups of four numbers h k l F)");
  return range;
}

}  // namespace

std::vector<Reflection> read_hkl(std::string_view text, const HklOptions& options, std::string_view name) {
  if (options.columns < 4) {
    throw Error(Status::out_of_range,
                "a reflection list has at least 4 columns (h k l F), not " + std::to_string(options.columns));
  }
  auto reflections = options.number_stream ? read_stream(text) : read_lines(text, options.columns, name);
  if (reflections.empty()) throw Error(Status::file, std::string(name) + ": no reflections (lines of h k l F)");
  return reflections;
}

SharedStructureFactors read_hkl_box(std::string_view text, const HklOptions& options, double default_F,
                                    std::string_view name) {
  const std::uint64_t limit = options.box_byte_limit;
  if (!options.number_stream) return box_of_reflections(read_hkl(text, options, name), default_F, limit);
  return fill_box(stream_range(text, name), read_stream(text), default_F, limit);
}

}  // namespace nbt::formats
