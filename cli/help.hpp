#pragma once

#include <string>

namespace nbt::program {

std::string version_text();
std::string usage_text();  // a few lines, for those who gave too little
std::string help_text();   // examples first, then every option

}  // namespace nbt::program
