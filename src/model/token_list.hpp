// Lists of tokens as text: compat.tokens and compat.fixes.
#pragma once

#include <algorithm>
#include <string_view>

#include "model/names.hpp"

namespace nbt {

inline constexpr std::string_view token_separators = ", \t";

inline bool lists_token(std::string_view tokens, std::string_view token) {
  const auto words = split_words(tokens, token_separators);
  return std::find(words.begin(), words.end(), token) != words.end();
}

}  // namespace nbt
