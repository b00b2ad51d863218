// `nbt docs parameters|flags`: the pages of docs/ that are made from the tables in the source.
#pragma once

#include <string>
#include <vector>

namespace nbt::program {

int docs_command(const std::vector<std::string>& arguments);

std::string parameters_page();  // docs/parameters.md
std::string flags_page();       // docs/flags.md

}  // namespace nbt::program
