// For tests: a command line as one text, and everything that comes of it.
#pragma once

#include <string>
#include <vector>

#include "arguments/arguments.hpp"
#include "model/names.hpp"

namespace nbt {

struct Applied {
  Parameters parameters;
  SceneData data;
  Messages messages;
  ArgumentsOutcome outcome;

  double real(ParameterId id, int component = 0) const { return parameters.real(id, component); }
  const std::string& text(ParameterId id) const { return parameters.text(id); }

  std::string warnings() const { return joined(MessageLevel::warning); }
  std::string infos() const { return joined(MessageLevel::info); }

 private:
  std::string joined(MessageLevel level) const {
    std::string all;
    for (const Message& message : messages.lines()) {
      if (message.level == level) all += message.text + "\n";
    }
    return all;
  }
};

inline std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (const std::string_view word : split_words(line, " ")) words.emplace_back(word);
  return words;
}

inline Applied run_words(const std::vector<std::string>& args, const ArgumentsContext& context = {}) {
  Applied result;
  result.outcome = apply_arguments(args, result.parameters, result.data, result.messages, context);
  return result;
}

// Words separated by blanks.
inline Applied run_line(const std::string& line, const ArgumentsContext& context = {}) {
  return run_words(words_of(line), context);
}

inline std::string golden_input(const std::string& name) {
  return std::string(NBT_SOURCE_DIR) + "/tests/golden/inputs/" + name;
}

}  // namespace nbt
