// Arguments as one writes them in a line.
#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace nbt::oracle {

inline std::vector<std::string> words(const std::string& line) {
  std::vector<std::string> list;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

}  // namespace nbt::oracle
