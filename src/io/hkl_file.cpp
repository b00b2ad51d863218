#include "io/hkl_file.hpp"

#include <array>
#include <charconv>

#include "formats/file.hpp"

namespace nbt::io {
namespace {

constexpr int amplitude_digits = 9;

std::string number(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, amplitude_digits);
  return std::string(text.data(), end.ptr);
}

// A line break in a file's name must not end the comment.
std::string one_line(std::string text) {
  for (char& letter : text) {
    if (letter == '\n' || letter == '\r') letter = ' ';
  }
  return text;
}

std::string header(const CrystalReflections& crystal) {
  const CellLengthsAngles& cell = crystal.cell;
  return "# h k l F, all symmetry and Friedel mates; systematic absences have F = 0\n"
         "# source: " +
         one_line(crystal.source) +
         "\n"
         "# space group: " +
         one_line(crystal.space_group) +
         "\n"
         "# cell: " +
         number(cell.a_A) + " " + number(cell.b_A) + " " + number(cell.c_A) + " A, " + number(cell.alpha_deg) + " " +
         number(cell.beta_deg) + " " + number(cell.gamma_deg) +
         " degrees\n"
         "# d_min: " +
         number(crystal.d_min_A) + " A\n";
}

std::string line(const Reflection& reflection) {
  return std::to_string(reflection.h) + " " + std::to_string(reflection.k) + " " + std::to_string(reflection.l) + " " +
         number(reflection.F) + "\n";
}

}  // namespace

void write_hkl_file(const std::string& path, const CrystalReflections& crystal) {
  formats::AtomicFile file(path);
  file.write_text(header(crystal));
  for (const Reflection& reflection : crystal.reflections) file.write_text(line(reflection));
  file.commit();
}

}  // namespace nbt::io
