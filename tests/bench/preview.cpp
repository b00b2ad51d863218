// A small image while somebody turns a knob: the time from a changed parameter to pixels, on one core.
#include "benchmarks.hpp"

namespace nbt_bench {
namespace {

constexpr int edge_pixels = 64;
constexpr int domains = 10;

Arguments preview_arguments() {
  return basic_arguments(edge_pixels, domains) + Arguments{"-N", "10"};
}

void describe_and_run() {
  Scene scene(preview_arguments());
  scene.run();
}

// Measured once, when the program started; it cannot be repeated.
void show_first_call(benchmark::State& state, double seconds) {
  for ([[maybe_unused]] auto _ : state) state.SetIterationTime(seconds);
}

void run_new_handles(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) describe_and_run();
}

// Each value differs from the one before, so that nothing can be kept.
void run_with_changed(benchmark::State& state, const char* parameter, std::vector<double> values, bool with_grid) {
  Scene scene(preview_arguments());
  if (with_grid) scene.set_grid(covering_grid());
  scene.run();
  for ([[maybe_unused]] auto _ : state) {
    values[0] += 1e-3;
    scene.set(parameter, values);
    scene.run();
  }
}

void register_changed(const std::string& what, const char* parameter, const std::vector<double>& values) {
  for (const bool with_grid : {false, true}) {
    add_benchmark("preview/changed_" + what + (with_grid ? "/nearest" : "/constant"),
                  [=](benchmark::State& state) { run_with_changed(state, parameter, values, with_grid); });
  }
}

}  // namespace

double seconds_of_first_preview() {
  const double start_s = seconds_now(Clock::wall);
  describe_and_run();
  return seconds_now(Clock::wall) - start_s;
}

void register_preview_benchmarks(double first_call_s) {
  add_benchmark("preview/first_call", [=](benchmark::State& state) { show_first_call(state, first_call_s); })
      ->Iterations(1)
      ->UseManualTime();
  add_benchmark("preview/new_handle", run_new_handles);
  register_changed("distance", "detector.distance_mm", {100});
  register_changed("orientation", "crystal.misset_deg", {0, 0, 0});
}

}  // namespace nbt_bench
