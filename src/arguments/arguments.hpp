// A nanoBragg command line, turned into parameters and data (files-and-cli.md 1 and 2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "arguments/messages.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

struct ArgumentsContext {
  // Wall clock, from which the reference takes seeds that are not given [Q34]. Nothing: they stay not given.
  std::optional<std::int64_t> clock_seconds;
};

// Where the structure factors came from, which decides whether a dump is written afterwards [Q38].
struct ArgumentsOutcome {
  bool read_reflections = false;  // -hkl
  bool read_dump = false;
};

// Applies `args` (without the program's name) on top of `parameters` and `data`, and reads the files they name.
// All or nothing: when it throws, neither has changed. Afterwards an empty program.dump_file means --no-dump.
ArgumentsOutcome apply_arguments(std::span<const std::string> args, Parameters& parameters, SceneData& data,
                                 Messages& log, const ArgumentsContext& context);

// The options alone, on top of `parameters`: no file is read, no seed is filled in. When it throws, `parameters` are in
// no particular state.
void apply_options(std::span<const std::string> args, Parameters& parameters, Messages& log);

// What the reference insists on: a cell or a matrix, and structure factors or a default for them. Throws
// Error(inconsistent_scene) naming what is missing.
void require_complete(const Parameters& parameters, const SceneData& data);

}  // namespace nbt
