// How far a run is: one line that changes on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

namespace nbt::program {

class ProgressMeter {
 public:
  enum class Form { none, terminal, lines };

  // `lines_to` takes the plain lines.
  ProgressMeter(Form form, std::FILE* lines_to);
  ~ProgressMeter();
  ProgressMeter(const ProgressMeter&) = delete;
  ProgressMeter& operator=(const ProgressMeter&) = delete;

  void show(double fraction_done);

 private:
  using Clock = std::chrono::steady_clock;
  void show_on_terminal(double fraction_done);
  void show_as_line(double fraction_done);
  void erase();

  Form form_;
  std::FILE* lines_to_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_shown_{};
  int last_percent_ = 0;
  bool line_is_open_ = false;
};

// "2 h 05 min", "3 min 20 s", "4 s"
std::string duration_text(double seconds);

}  // namespace nbt::program
