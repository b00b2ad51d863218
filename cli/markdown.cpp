#include "markdown.hpp"

#include "model/names.hpp"

namespace nbt::program {

// A bar would end the cell, also inside code.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '|') result += '\\';
    result += letter;
  }
  return result;
}

std::string code(std::string_view text) {
  return "`" + escaped(text) + "`";
}

std::string list_of_words(std::string_view words, char separator) {
  std::string result;
  for (const std::string_view word : split_words(words, std::string_view(&separator, 1))) {
    result += (result.empty() ? "" : ", ") + code(word);
  }
  return result;
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + (cell.empty() ? "|" : " |");
  return row + "\n";
}

std::string table_head(const std::vector<std::string>& names) {
  return table_row(names) + table_row(std::vector<std::string>(names.size(), "---"));
}

}  // namespace nbt::program
