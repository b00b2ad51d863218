#include "argument_split.hpp"

#include <algorithm>

#include "exit_code.hpp"

namespace nbt::program {
namespace {

std::string name_part(const std::string& argument) {
  return argument.substr(0, argument.find('='));
}

bool is_optional_value(const CLI::Option& option, const std::string& next) {
  return option.get_items_expected_min() == 0 && (next.empty() || next.front() == '-');
}

// Moves one option with its values from `arguments`, where it stands at `position`, to `own`.
std::size_t take_option(const CLI::Option& option, const std::vector<std::string>& arguments, std::size_t position,
                        std::vector<std::string>& own) {
  std::string taken = arguments[position++];
  const bool has_value_attached = taken.find('=') != std::string::npos;
  const int wanted = has_value_attached ? 0 : option.get_items_expected_max();
  if (wanted == 1 && position < arguments.size() && !is_optional_value(option, arguments[position])) {
    taken += "=" + arguments[position++];  // attached, so that a value may begin with a dash
    own.push_back(taken);
    return position;
  }
  own.push_back(taken);
  for (int i = 0; wanted > 1 && i < wanted && position < arguments.size(); ++i) own.push_back(arguments[position++]);
  return position;
}

std::vector<std::string> split_arguments(const CLI::App& app, const std::vector<std::string>& arguments,
                                         std::vector<std::string>& others) {
  std::vector<std::string> own;
  for (std::size_t position = 0; position < arguments.size();) {
    const std::string name = name_part(arguments[position]);
    const CLI::Option* option = name.starts_with("--") ? app.get_option_no_throw(name) : nullptr;
    if (option) {
      position = take_option(*option, arguments, position, own);
    } else {
      others.push_back(arguments[position++]);
    }
  }
  return own;
}

}  // namespace

std::vector<std::string> parse_own_arguments(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> others;
  std::vector<std::string> own = split_arguments(app, arguments, others);
  try {
    std::reverse(own.begin(), own.end());  // CLI11 takes them from the end
    app.parse(own);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  return others;
}

}  // namespace nbt::program
