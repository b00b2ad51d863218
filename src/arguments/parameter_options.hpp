// Options of the command line that give parameters their values: the option table, read backwards.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/parameters.hpp"

namespace nbt {

// The value of a parameter as Parameters::get_text() gives it, by name.
using ParameterText = std::function<std::string(std::string_view name)>;

// The words of one option, its name first: "-misset", "1", "2", "3".
using OptionWords = std::vector<std::string>;

// Ways to give a parameter the value that it has; each is one option, or one for each component. The last way,
// "--set name=value", is always there. An option may set other parameters besides, to their values too where it takes
// them (-cell), or to something else (-distance chooses a pivot).
std::vector<std::vector<OptionWords>> ways_to_set(ParameterId id, const ParameterText& text_of);

// For people: the first way for each of the parameters, as it would be typed. An option that sets several of them comes
// once.
std::vector<std::string> options_that_set(const std::vector<std::string>& parameters, const ParameterText& text_of);

}  // namespace nbt
