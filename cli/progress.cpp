#include "progress.hpp"

#include <cmath>

#include "console.hpp"

namespace nbt::program {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(200);
constexpr int percent_between_lines = 5;
constexpr double least_fraction_for_a_forecast = 0.01;

}  // namespace

std::string duration_text(double seconds) {
  constexpr long long minute = 60;
  constexpr long long hour = 3600;
  const long long whole = std::llround(std::fmin(std::fmax(seconds, 0), 1e15));
  if (whole >= hour) return formatted("%lld h %02lld min", whole / hour, whole % hour / minute);
  if (whole >= minute) return formatted("%lld min %02lld s", whole / minute, whole % minute);
  return formatted("%lld s", whole);
}

ProgressMeter::ProgressMeter(Form form, std::FILE* lines_to) : form_(form), lines_to_(lines_to) {}

ProgressMeter::~ProgressMeter() {
  erase();
}

void ProgressMeter::show(double fraction_done) {
  if (form_ == Form::terminal) show_on_terminal(fraction_done);
  if (form_ == Form::lines) show_as_line(fraction_done);
}

void ProgressMeter::show_on_terminal(double fraction_done) {
  const Clock::time_point now = Clock::now();
  if (now - last_shown_ < terminal_interval) return;
  last_shown_ = now;
  std::string text = formatted("%3.0f%% done", std::floor(100 * fraction_done));
  if (fraction_done > least_fraction_for_a_forecast) {
    const double passed = std::chrono::duration<double>(now - start_).count();
    text += ", " + duration_text(passed * (1 - fraction_done) / fraction_done) + " left";
  }
  std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
  std::fflush(stderr);
  line_is_open_ = true;
}

void ProgressMeter::erase() {
  if (!line_is_open_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  line_is_open_ = false;
}

void ProgressMeter::show_as_line(double fraction_done) {
  const int percent = static_cast<int>(100 * fraction_done) / percent_between_lines * percent_between_lines;
  if (percent <= last_percent_) return;
  last_percent_ = percent;
  std::fprintf(lines_to_, "%d%% done\n", percent);
  std::fflush(lines_to_);
}

}  // namespace nbt::program
