#include "device/index_arithmetic.hpp"

#include <algorithm>
#include <array>

#include "model/error.hpp"

namespace nbt {
namespace {

// In the order of the enumeration.
constexpr std::array<const char*, 4> words = {"auto", "double", "fixed_point", "float_pairs"};

}  // namespace

IndexArithmetic index_arithmetic_named(const std::string& word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) {
    throw Error(Status::invalid_argument,
                "execution.index_arithmetic is '" + word + "': it must be auto, double, fixed_point or float_pairs");
  }
  return static_cast<IndexArithmetic>(found - words.begin());
}

std::string name_of(IndexArithmetic arithmetic) {
  return words[static_cast<std::size_t>(arithmetic)];
}

}  // namespace nbt
