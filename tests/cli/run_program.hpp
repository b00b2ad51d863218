// Runs the program that was built, in a directory of its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace nbt::cli_tests {

using Arguments = std::vector<std::string>;

Arguments operator+(Arguments first, const Arguments& second);

// Gone with the object.
class WorkDirectory {
 public:
  WorkDirectory();
  ~WorkDirectory();
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::vector<std::string> files() const;  // names, sorted
  std::string bytes(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;

 private:
  std::filesystem::path path_;
};

struct Outcome {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string output;
  std::string errors;
  long peak_resident_kib = 0;
};

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

struct RunOptions {
  std::function<void()> in_child;            // between fork and exec
  std::function<void(pid_t)> while_running;  // in the parent, once the program runs
  std::string output_to;                     // a path instead of Outcome::output
};

Outcome run_program(const WorkDirectory& directory, const Arguments& arguments, const RunOptions& options = {});

// A scene of 64 x 64 pixels with seeds, all outputs on.
Arguments small_scene();

}  // namespace nbt::cli_tests
