// What the program's exit status tells (docs/program.md). 9 is the reference's only failure.
#pragma once

#include "model/error.hpp"

namespace nbt::program {

enum ExitCode : int {
  exit_success = 0,
  exit_difference = 1,  // compare-traces found one, or refine did not converge
  exit_usage = 2,
  exit_scene = 3,
  exit_memory = 4,
  exit_cancelled = 5,
  exit_device = 6,
  exit_file = 9,  // also missing input
  exit_internal = 12,
  exit_signal = 128  // plus the signal's number: 130 for Ctrl-C
};

ExitCode exit_code_of(Status status);

// A command line that the program itself, not the library, could not understand.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(Status::invalid_argument, message) {}
};

// Nothing to scatter from was named; the usage text goes with it.
class MissingInput : public Error {
 public:
  explicit MissingInput(const std::string& message) : Error(Status::inconsistent_scene, message) {}
};

}  // namespace nbt::program
