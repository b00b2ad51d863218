#include "run_program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace nbt::cli_tests {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

fs::path fresh_directory() {
  std::string name = testing::TempDir() + "nbt-cli-XXXXXX";
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary directory " + name);
  return name;
}

void redirect(int descriptor, const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || dup2(file, descriptor) < 0) _exit(126);
}

[[noreturn]] void become_program(const WorkDirectory& directory, const Arguments& arguments, const RunOptions& options,
                                 const fs::path& output, const fs::path& errors) {
  std::vector<char*> argv{const_cast<char*>(NBT_PROGRAM_FILE)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  if (chdir(directory.path().c_str()) != 0) _exit(126);
  redirect(STDOUT_FILENO, options.output_to.empty() ? output.string() : options.output_to);
  redirect(STDERR_FILENO, errors.string());
  if (options.in_child) options.in_child();
  execv(NBT_PROGRAM_FILE, argv.data());
  _exit(127);
}

}  // namespace

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

WorkDirectory::WorkDirectory() : path_(fresh_directory()) {}

WorkDirectory::~WorkDirectory() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::vector<std::string> WorkDirectory::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string WorkDirectory::bytes(const std::string& name) const {
  EXPECT_TRUE(fs::exists(path_ / name)) << name;
  return read_all(path_ / name);
}

void WorkDirectory::write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path_ / name, std::ios::binary) << bytes;
}

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << "exit status " << outcome.exit_code << "\nstandard output:\n"
                << outcome.output << "\nstandard error:\n"
                << outcome.errors;
}

Outcome run_program(const WorkDirectory& directory, const Arguments& arguments, const RunOptions& options) {
  const WorkDirectory streams;
  const pid_t child = fork();
  if (child == 0) become_program(directory, arguments, options, streams / "output", streams / "errors");
  if (options.while_running) options.while_running(child);
  int status = 0;
  struct rusage usage {};
  wait4(child, &status, 0, &usage);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.output = read_all(streams / "output");
  outcome.errors = read_all(streams / "errors");
  outcome.peak_resident_kib = usage.ru_maxrss;
  return outcome;
}

Arguments small_scene() {
  return {"-default_F", "100",       "-cell",    "50",         "60",     "70",     "-N",    "5",       "-lambda",
          "1",          "-distance", "100",      "-detpixels", "64",     "-pixel", "0.1",   "-misset", "11",
          "23",         "-37",       "-fluence", "1e28",       "-water", "0.1",    "-seed", "7",       "-noprogress"};
}

}  // namespace nbt::cli_tests
