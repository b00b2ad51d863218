// Lines and words of small text files: LF or CRLF ends a line, '#' starts a comment, the last line may lack its end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nbt::formats {

// Walks the lines of a text without copying it.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // False at the end of the text; otherwise `line` is the next line without its end and without a comment.
  bool next(std::string_view& line);
  std::int64_t number() const { return number_; }  // of the last line read, from 1

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

// The non-empty pieces of `line` between any of `separators`.
void split_words(std::string_view line, std::string_view separators, std::vector<std::string_view>& words);

// Without blanks, tabs, CR and LF at both ends.
std::string_view trimmed(std::string_view text);

// A piece of a file as it may stand in a message: shortened, control characters replaced, in quotes.
std::string quoted(std::string_view text);

}  // namespace nbt::formats
