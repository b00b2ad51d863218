#include "simulation.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace nbt::test {
namespace {

std::vector<const char*> pointers(const std::vector<std::string>& words) {
  std::vector<const char*> result;
  for (const std::string& word : words) result.push_back(word.c_str());
  return result;
}

struct Collector {
  std::vector<float> pixels;
  std::int64_t next_row = 0;
};

std::int32_t collect(const nbt_rows* rows, void* user) {
  auto& collector = *static_cast<Collector*>(user);
  if (rows->first_row != collector.next_row) return 1;
  const auto* pixels = static_cast<const float*>(rows->pixels);
  for (std::int64_t row = 0; row < rows->row_count; ++row) {
    const float* first = pixels + row * rows->row_stride;
    collector.pixels.insert(collector.pixels.end(), first, first + rows->fast_count);
  }
  collector.next_row += rows->row_count;
  return 0;
}

// NBT_TEST_VARIABLES: more variables in one, as "NAME=value|NAME=value"; a discovered test of ctest gets only one.
void set_test_variables() {
  const char* all = std::getenv("NBT_TEST_VARIABLES");
  std::istringstream words(all == nullptr ? "" : all);
  for (std::string word; std::getline(words, word, '|');) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) throw std::runtime_error("NBT_TEST_VARIABLES has '" + word + "', no NAME=value");
    setenv(word.substr(0, equals).c_str(), word.substr(equals + 1).c_str(), 1);
  }
}

}  // namespace

std::string device_under_test() {
  static const bool set = (set_test_variables(), true);
  static_cast<void>(set);
  const char* name = std::getenv("NBT_TEST_DEVICE");
  return name == nullptr ? "cpu" : name;
}

Simulation::Simulation() {
  check(nbt_create(&handle_));
  choose_device();
}

// `exact` repeats the reference's operations one by one, which is for the CPU.
void Simulation::choose_device() {
  const char* precision = nullptr;
  check(nbt_get_text(handle_, "precision.mode", &precision));
  const std::string device = std::string(precision) == "exact" ? "cpu" : device_under_test();
  check(nbt_set_text(handle_, "execution.device", device.c_str()));
}

Simulation::Simulation(const std::vector<std::string>& arguments) : Simulation() {
  set_arguments(arguments);
}

Simulation::Simulation(const Simulation& other) {
  check(nbt_clone(other.handle_, &handle_));
}

Simulation::~Simulation() {
  nbt_destroy(handle_);
}

void Simulation::check(nbt_status status) const {
  if (status != NBT_OK) throw StatusError(status, nbt_last_error(handle_));
}

Simulation& Simulation::set(const std::string& name, const std::vector<double>& values) {
  check(nbt_set(handle_, name.c_str(), values.data(), values.size()));
  return *this;
}

Simulation& Simulation::set_text(const std::string& name, const std::string& text) {
  check(nbt_set_text(handle_, name.c_str(), text.c_str()));
  choose_device();
  return *this;
}

Simulation& Simulation::set_arguments(const std::vector<std::string>& arguments) {
  const auto argv = pointers(arguments);
  check(nbt_set_arguments(handle_, static_cast<std::int32_t>(argv.size()), argv.data()));
  choose_device();
  return *this;
}

std::int64_t Simulation::fast_count() {
  std::int64_t fast = 0, slow = 0;
  check(nbt_get_image_size(handle_, 0, &fast, &slow));
  return fast;
}

std::int64_t Simulation::slow_count() {
  std::int64_t fast = 0, slow = 0;
  check(nbt_get_image_size(handle_, 0, &fast, &slow));
  return slow;
}

std::vector<double> Simulation::run64() {
  const std::int64_t fast = fast_count();
  std::vector<double> pixels(static_cast<std::size_t>(fast * slow_count()));
  check(nbt_run(handle_, 0, NBT_FLOAT64, pixels.data(), static_cast<std::int64_t>(pixels.size()), fast));
  return pixels;
}

std::vector<float> Simulation::run32() {
  const std::int64_t fast = fast_count();
  std::vector<float> pixels(static_cast<std::size_t>(fast * slow_count()));
  check(nbt_run(handle_, 0, NBT_FLOAT32, pixels.data(), static_cast<std::int64_t>(pixels.size()), fast));
  return pixels;
}

std::vector<float> Simulation::run32_chunked(std::int64_t rows_per_chunk) {
  Collector collector;
  check(nbt_run_chunked(handle_, rows_per_chunk, NBT_FLOAT32, collect, &collector));
  return collector.pixels;
}

std::string Simulation::trace(std::int64_t slow, std::int64_t fast) {
  const char* json = nullptr;
  check(nbt_trace_pixel(handle_, 0, slow, fast, &json));
  return json;
}

std::string Simulation::report() {
  const char* json = nullptr;
  check(nbt_report(handle_, &json));
  return json;
}

std::vector<std::string> index_arithmetics() {
  if (device_under_test() == "cpu") return {"auto"};
  return {"double", "fixed_point", "float_pairs"};
}

std::vector<std::string> simd_targets() {
  if (device_under_test() != "cpu") return {"auto"};
  std::vector<std::string> targets;
  for (const char* name :
       {"AVX3_ZEN4", "AVX3_DL", "AVX3", "AVX2", "SSE4", "SSSE3", "SSE2", "EMU128", "SCALAR", "NEON"}) {
    Simulation simulation({"-default_F", "1", "-cell", "10", "10", "10", "90", "90", "90", "-detpixels", "1"});
    simulation.set_text("execution.simd_target", name);
    try {
      simulation.run32();
      targets.emplace_back(name);
    } catch (const StatusError&) {
      continue;
    }
  }
  return targets;
}

WorkingFolder::WorkingFolder() : before_(std::filesystem::current_path()) {
  std::string name = (std::filesystem::temp_directory_path() / "nbt-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = name;
  std::filesystem::current_path(path_);
}

WorkingFolder::~WorkingFolder() {
  std::filesystem::current_path(before_);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace nbt::test
