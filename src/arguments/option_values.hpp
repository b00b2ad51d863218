// Values of an option as numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arguments/command_line.hpp"

namespace nbt {

// Reads by nbt's rules: the whole text must be a number, else Error(invalid_argument) naming it. With `lax` like C's
// atof and atoi: the number at the start of the text, else 0 ("7.9" as an integer is 7, "1e3" is 1).
class OptionValues {
 public:
  OptionValues(const Occurrence& occurrence, bool lax) : values_(occurrence.values), lax_(lax) {}

  std::size_t count() const { return values_.size(); }
  const std::string& text(std::size_t i) const { return values_[i]; }
  double real(std::size_t i) const;
  std::int64_t integer(std::size_t i) const;
  std::vector<double> reals() const;
  std::vector<double> integers() const;

 private:
  const std::vector<std::string>& values_;
  bool lax_;
};

// A number of bytes: "1e9", "64M", "2G"; K, M, G, T are powers of 1024. Throws Error(invalid_argument).
double parse_bytes(std::string_view text);

}  // namespace nbt
