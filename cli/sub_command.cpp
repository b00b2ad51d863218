#include "sub_command.hpp"

#include "console.hpp"
#include "exit_code.hpp"

namespace nbt::program {

bool parse_command(CLI::App& app, const std::vector<std::string>& arguments) {
  app.set_help_flag("--help", "Print this text.");
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the end
  try {
    app.parse(reversed);
    return true;
  } catch (const CLI::CallForHelp&) {
    Console().answer(app.help());
    return false;
  } catch (const CLI::ParseError& error) {
    throw UsageError(app.get_name() + ": " + error.what());
  }
}

}  // namespace nbt::program
