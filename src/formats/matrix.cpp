#include "formats/matrix.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt::formats {
namespace {

// Below this ratio of volume to product of edge lengths the columns span no lattice.
constexpr double smallest_relative_volume = 1e-9;

double column_length(const std::array<double, 9>& m, std::size_t column) {
  return std::hypot(m[column], m[column + 3], m[column + 6]);
}

double determinant(const std::array<double, 9>& m) {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

bool is_singular(const std::array<double, 9>& m) {
  const double edges = column_length(m, 0) * column_length(m, 1) * column_length(m, 2);
  return !(std::abs(determinant(m)) > smallest_relative_volume * edges);
}

}  // namespace

std::array<double, 9> read_matrix(std::string_view text, std::string_view name) {
  std::array<double, 9> matrix;
  std::size_t found = 0;
  LineReader lines(text);
  std::vector<std::string_view> words;
  for (std::string_view line; found < 9 && lines.next(line);) {
    split_words(line, " \t", words);
    for (std::size_t i = 0; i < words.size() && found < 9; ++i) {
      const auto value = parse_real(words[i]);
      if (!value) {
        throw Error(Status::file, std::string(name) + ", line " + std::to_string(lines.number()) + ": " +
                                      quoted(words[i]) + " is not a number; an orientation matrix begins with nine");
      }
      matrix[found++] = *value;
    }
  }
  if (found < 9) {
    throw Error(Status::file, std::string(name) + ": an orientation matrix begins with nine numbers, found only " +
                                  std::to_string(found));
  }
  if (is_singular(matrix)) throw Error(Status::file, std::string(name) + ": the orientation matrix is singular");
  return matrix;
}

}  // namespace nbt::formats
