// Splits a command line into options with their values, by nbt's rules or by the reference's (files-and-cli.md 1).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "arguments/messages.hpp"
#include "arguments/option_table.hpp"

namespace nbt {

// One option that acts, with the values it takes.
struct Occurrence {
  const OptionInfo* option = nullptr;
  std::string name;  // as written
  std::vector<std::string> values;
  std::size_t position = 0;   // among all arguments
  std::size_t following = 0;  // arguments behind it, nbt's own options not counted
};

// nbt's own double-dash options stand apart: they are matched exactly and consumed before other rules see the rest.
struct SplitArguments {
  std::vector<Occurrence> own;
  std::vector<std::string> rest;
  std::vector<std::size_t> rest_positions;
};

// Throws Error: a missing value, or an option that only the program has.
SplitArguments split_own_options(std::span<const std::string> args);

// nbt's rules: every argument belongs to an option. Throws Error naming the nearest option.
std::vector<Occurrence> parse_strictly(const SplitArguments& arguments);

// The reference's rules [Q48]: an argument may act as several options or as none, values are not consumed.
std::vector<Occurrence> parse_as_reference(const SplitArguments& arguments, Messages& log);

}  // namespace nbt
