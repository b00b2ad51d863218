// What the library wants to tell about its input, for the caller to print or to hand on.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nbt {

enum class MessageLevel { info, warning };

struct Message {
  MessageLevel level = MessageLevel::info;
  std::string text;  // one line, without a prefix
};

// In the order in which they came up.
class Messages {
 public:
  void info(std::string text) { lines_.push_back({MessageLevel::info, std::move(text)}); }
  void warning(std::string text) { lines_.push_back({MessageLevel::warning, std::move(text)}); }
  const std::vector<Message>& lines() const { return lines_; }

 private:
  std::vector<Message> lines_;
};

}  // namespace nbt
