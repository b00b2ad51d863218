#include "formats/source_file.hpp"

#include <array>
#include <string>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt::formats {
namespace {

constexpr std::string_view separators = " \t,;:!";
constexpr std::size_t most_columns = 5;

[[noreturn]] void fail(std::string_view name, std::int64_t line, const std::string& reason) {
  throw Error(Status::file, std::string(name) + ", line " + std::to_string(line) + ": " + reason);
}

SourceRow parse_row(const std::vector<std::string_view>& words, std::string_view name, std::int64_t line) {
  if (words.size() > most_columns) {
    fail(name, line,
         "found " + std::to_string(words.size()) + " columns, at most X Y Z weight wavelength are possible");
  }
  std::array<std::optional<double>, most_columns> values;
  for (std::size_t column = 0; column < words.size(); ++column) {
    values[column] = parse_real(words[column]);
    if (!values[column]) fail(name, line, quoted(words[column]) + " is not a finite number");
  }
  return {values[0], values[1], values[2], values[3], values[4]};
}

void require_meaningful(const SourceRow& row, std::string_view name, std::int64_t line) {
  if (row.z && *row.x == 0 && *row.y == 0 && *row.z == 0) {
    fail(name, line, "a source at the origin has no direction");
  }
  if (row.weight && *row.weight < 0) fail(name, line, "the weight " + format_g(*row.weight) + " is negative");
  if (row.wavelength_m && !(*row.wavelength_m > 0)) {
    fail(name, line, "the wavelength " + format_g(*row.wavelength_m) + " is not positive (in metres)");
  }
}

}  // namespace

std::vector<SourceRow> read_source_file(std::string_view text, std::string_view name) {
  std::vector<SourceRow> rows;
  LineReader lines(text);
  std::vector<std::string_view> words;
  for (std::string_view line; lines.next(line);) {
    split_words(line, separators, words);
    if (words.empty()) continue;
    rows.push_back(parse_row(words, name, lines.number()));
    require_meaningful(rows.back(), name, lines.number());
  }
  if (rows.empty()) throw Error(Status::file, std::string(name) + ": no sources (lines of X Y Z weight wavelength)");
  return rows;
}

}  // namespace nbt::formats
