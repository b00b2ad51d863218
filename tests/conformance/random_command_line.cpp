#include "random_command_line.hpp"

namespace nbt::test {

std::vector<std::string> command_line(const oracle::RandomScene& scene, const std::string& precision) {
  std::vector<std::string> arguments = scene.arguments;
  const auto add = [&](const std::string& option, const std::set<std::string>& tokens) {
    if (tokens.empty()) return;
    std::string list;
    for (const std::string& token : tokens) list += (list.empty() ? "" : ",") + token;
    arguments.push_back(option);
    arguments.push_back(list);
  };
  add("--compat", scene.options.compat);
  add("--fix", scene.options.fix);
  if (!scene.options.phi_carryover.empty()) {
    arguments.insert(arguments.end(), {"--phi-carryover-mode", scene.options.phi_carryover});
  }
  arguments.insert(arguments.end(), {"--phi-carryover-threads", std::to_string(scene.options.carryover_threads),
                                     "--precision", precision});
  return arguments;
}

}  // namespace nbt::test
