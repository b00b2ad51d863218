// The C interface as the program uses it: one handle, failures as exceptions.
#pragma once

#include <nbt/nbt.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace nbt::program {

struct ImageSize {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
};

// Everything throws nbt::Error with the library's status and message.
class Simulation {
 public:
  Simulation();
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Without the callbacks.
  std::unique_ptr<Simulation> clone() const;

  nbt_simulation* handle() const { return handle_; }

  void set_arguments(const std::vector<std::string>& arguments);
  void load_scene(const std::string& json);
  std::string dump_scene() const;

  void set(const char* name, std::span<const double> values);
  void set(const char* name, double value) { set(name, std::span(&value, 1)); }
  void set_roi(std::int64_t first_fast, std::int64_t last_fast, std::int64_t first_slow, std::int64_t last_slow);

  std::string text(const char* name) const;
  double number(const char* name, std::size_t component = 0, std::size_t length = 1) const;
  bool flag(const char* name) const { return number(name) != 0; }

  ImageSize image_size();
  nbt_memory_estimate estimate_memory(std::int64_t rows_per_chunk);
  nlohmann::ordered_json report();
  std::string trace_pixel(std::int64_t slow, std::int64_t fast);

  // Exceptions of `on_rows` stop the run and come out of it.
  using RowsAction = std::function<void(const nbt_rows&)>;
  void run_chunked(std::int64_t rows_per_chunk, const RowsAction& on_rows);

  // Of a list of names as nbt_run_gradient takes it; an empty list stands for every differentiable parameter.
  struct NamedComponent {
    std::string name;
    std::string unit;
  };
  std::vector<NamedComponent> components(const std::vector<std::string>& parameters);
  nbt_gradient_result run_gradient(const nbt_loss& loss, const std::vector<std::string>& parameters,
                                   std::vector<double>& gradient);

  void digitize_begin(int32_t kind, double max_photons);
  void digitize_rows(std::int64_t row_count, std::span<const float> photons, std::int64_t row_stride,
                     std::span<std::uint16_t> counts);
  nbt_digitize_result digitize_end();

  void on_progress(std::function<void(double fraction_done)> action);
  void on_log(std::function<void(int32_t level, const std::string& message)> action);

 private:
  explicit Simulation(nbt_simulation* handle) : handle_(handle) {}
  void check(nbt_status status) const;

  nbt_simulation* handle_ = nullptr;
  std::function<void(double)> progress_;
  std::function<void(int32_t, const std::string&)> log_;
};

}  // namespace nbt::program
