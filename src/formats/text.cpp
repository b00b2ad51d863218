#include "formats/text.hpp"

namespace nbt::formats {
namespace {

constexpr std::size_t longest_quotation = 40;

bool is_printable(char c) {
  return c >= ' ' && c != 0x7f;
}

}  // namespace

bool LineReader::next(std::string_view& line) {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  line = line.substr(0, line.find('#'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  ++number_;
  return true;
}

void split_words(std::string_view line, std::string_view separators, std::vector<std::string_view>& words) {
  words.clear();
  for (std::size_t begin = line.find_first_not_of(separators); begin != std::string_view::npos;) {
    const std::size_t end = line.find_first_of(separators, begin);
    words.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    begin = line.find_first_not_of(separators, end);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, longest_quotation)) result += is_printable(c) ? c : '?';
  return result + (text.size() > longest_quotation ? "...\"" : "\"");
}

}  // namespace nbt::formats
