// Where the program's words go: text on standard output, errors on standard error.
#pragma once

#include <string>

namespace nbt::program {

class Console {
 public:
  enum class Level { quiet, normal, verbose };

  // With `text_aside` standard output is kept for JSON and text goes nowhere, warnings to standard error.
  explicit Console(Level level = Level::normal, bool text_aside = false) : level_(level), text_aside_(text_aside) {}

  // A line without its end.
  void line(const std::string& text) const;
  void detail(const std::string& text) const;  // with --verbose only
  void warning(const std::string& text) const;
  // Whatever the level: the answer that was asked for.
  void answer(const std::string& text) const;
  bool shows_text() const { return level_ != Level::quiet && !text_aside_; }
  bool is_quiet() const { return level_ == Level::quiet; }
  bool keeps_output_for_json() const { return text_aside_; }

 private:
  Level level_;
  bool text_aside_;
};

void print_error(const std::string& text);

// Throws Error(file) when standard output could not take everything, for example on a full disk.
void finish_standard_output();

// As printf.
[[gnu::format(printf, 1, 2)]] std::string formatted(const char* format, ...);

}  // namespace nbt::program
