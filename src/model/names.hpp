// Words and names: splitting, and what somebody may have meant by a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nbt {

std::vector<std::string_view> split_words(std::string_view text, std::string_view separators);

// Nearest of `names` by edit distance; empty when none is near.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names);

// "; did you mean 'x'?", or nothing for an empty name.
std::string suggestion(std::string_view nearest);

}  // namespace nbt
