#include "exit_code.hpp"

namespace nbt::program {

ExitCode exit_code_of(Status status) {
  switch (status) {
    case Status::ok:
      return exit_success;
    case Status::invalid_argument:
    case Status::unknown_name:
    case Status::wrong_length:
    case Status::out_of_range:
      return exit_usage;
    case Status::inconsistent_scene:
      return exit_scene;
    case Status::file:
      return exit_file;
    case Status::memory_limit:
    case Status::out_of_memory:
      return exit_memory;
    case Status::cancelled:
      return exit_cancelled;
    case Status::device:
    case Status::unsupported:
      return exit_device;
    case Status::internal:
      break;
  }
  return exit_internal;
}

}  // namespace nbt::program
