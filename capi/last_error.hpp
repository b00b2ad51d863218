// The sentence that goes with a status.
#pragma once

#include <string>

namespace nbt {

// Keeps its promise also when there is no memory for the text.
class LastError {
 public:
  void set(const char* message) noexcept {
    try {
      text_ = message;
      fallback_ = nullptr;
    } catch (...) {
      fallback_ = "out of memory";
    }
  }
  const char* text() const noexcept { return fallback_ ? fallback_ : text_.c_str(); }

 private:
  std::string text_;
  const char* fallback_ = nullptr;
};

}  // namespace nbt
