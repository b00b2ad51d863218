#include "docs_command.hpp"

#include <cstdio>

#include "exit_code.hpp"

namespace nbt::program {

int docs_command(const std::vector<std::string>& arguments) {
  const std::string page = arguments.size() == 1 ? arguments[0] : "";
  if (page != "parameters" && page != "flags") throw UsageError("nbt docs takes one word: parameters or flags");
  const std::string text = page == "flags" ? flags_page() : parameters_page();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return exit_success;
}

}  // namespace nbt::program
