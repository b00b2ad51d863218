// Pieces of Markdown tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nbt::program {

std::string code(std::string_view text);
std::string escaped(std::string_view text);
std::string list_of_words(std::string_view words, char separator);  // "a|b" becomes "`a`, `b`"
std::string table_row(const std::vector<std::string>& cells);
std::string table_head(const std::vector<std::string>& names);

}  // namespace nbt::program
