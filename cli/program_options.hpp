// Options that the program itself acts on. Everything else belongs to the library and is handed on untouched.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nbt::program {

struct ProgramOptions {
  std::string scene_file;
  std::string dump_scene_file;
  std::string preview_file;
  std::int64_t rows_per_chunk = 0;                         // 0 or less: automatic
  std::optional<std::array<std::int64_t, 2>> trace_pixel;  // slow, fast
  bool dry_run = false;
  bool no_float = false;
  bool no_int = false;
  bool json = false;
  std::string json_file;  // empty: standard output
  bool quiet = false;
  bool verbose = false;
  bool help = false;
  bool version = false;
  std::vector<std::string> library_arguments;  // the others, in order
};

// Takes the program's own options by their exact names, wherever they stand. Throws UsageError.
ProgramOptions parse_program_options(const std::vector<std::string>& arguments);

// For --help and the documentation.
struct ProgramOptionHelp {
  std::string name;    // "--scene"
  std::string values;  // "FILE"
  std::string sentence;
};
std::vector<ProgramOptionHelp> program_option_help();

// The program's option that may have been meant; empty when none is near.
std::string nearest_program_option(std::string_view argument);

}  // namespace nbt::program
