// The C interface as C++ for tests: throws on failure, gives images as vectors.
#pragma once

#include <nbt/nbt.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nbt::test {

struct StatusError : std::runtime_error {
  StatusError(nbt_status status_code, const std::string& message) : std::runtime_error(message), status(status_code) {}
  nbt_status status;
};

// Of every Simulation: "cpu", or what NBT_TEST_DEVICE in the environment says.
std::string device_under_test();

class Simulation {
 public:
  Simulation();
  explicit Simulation(const std::vector<std::string>& arguments);
  Simulation(const Simulation& other);
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation();

  Simulation& set(const std::string& name, const std::vector<double>& values);
  Simulation& set(const std::string& name, double value) { return set(name, std::vector<double>{value}); }
  Simulation& set_text(const std::string& name, const std::string& text);
  Simulation& set_arguments(const std::vector<std::string>& arguments);

  std::int64_t fast_count();
  std::int64_t slow_count();
  std::vector<double> run64();
  std::vector<float> run32();
  // Rows as they come, put together again.
  std::vector<float> run32_chunked(std::int64_t rows_per_chunk);
  std::string trace(std::int64_t slow, std::int64_t fast);
  std::string report();

  nbt_simulation* handle() const { return handle_; }
  void check(nbt_status status) const;

 private:
  void choose_device();

  nbt_simulation* handle_ = nullptr;
};

// Names that execution.simd_target takes on this machine; "auto" alone on devices that have none.
std::vector<std::string> simd_targets();
// Names that execution.index_arithmetic takes there for flat panels and square crystals.
std::vector<std::string> index_arithmetics();

// A folder of its own under the system's temporary folder, current while the object lives.
class WorkingFolder {
 public:
  WorkingFolder();
  ~WorkingFolder();
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

}  // namespace nbt::test
