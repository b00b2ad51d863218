#include "console.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "model/error.hpp"

namespace nbt::program {
namespace {

void print_line(std::FILE* stream, const char* prefix, const std::string& text) {
  std::fputs(prefix, stream);
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fputc('\n', stream);
}

}  // namespace

void Console::line(const std::string& text) const {
  if (shows_text()) print_line(stdout, "", text);
}

void Console::detail(const std::string& text) const {
  if (level_ == Level::verbose && !text_aside_) print_line(stdout, "", text);
}

void Console::warning(const std::string& text) const {
  if (!is_quiet()) print_line(text_aside_ ? stderr : stdout, "WARNING: ", text);
}

void Console::answer(const std::string& text) const {
  print_line(stdout, "", text);
}

void print_error(const std::string& text) {
  std::fflush(stdout);
  print_line(stderr, "nbt: error: ", text);
}

void finish_standard_output() {
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return;
  throw Error(Status::file, std::string("cannot write standard output: ") + std::strerror(errno));
}

std::string formatted(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::va_list again;
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  std::string text(static_cast<std::size_t>(length > 0 ? length : 0), '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  return text;
}

}  // namespace nbt::program
