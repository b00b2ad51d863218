// Loss and gradient of everything, and derivative images, against the forward run of the same scene, on one core.
#include <algorithm>
#include <limits>

#include "benchmarks.hpp"

namespace nbt_bench {
namespace {

constexpr int edge_pixels = 1024;
constexpr double rows = 256;

struct Case {
  std::string precision;
  std::string target;
  bool amplitudes;
  int domains;

  std::string name() const {
    const std::string lookup = amplitudes ? "nearest" : "constant";
    return "gradient/" + precision + "/" + target + "/" + lookup + "/" + std::to_string(domains);
  }
};

// Best of the repetitions, both runs in turn: what other work on the machine adds is in neither.
void run_case(benchmark::State& state, const Case& c) {
  Scene scene(basic_arguments(edge_pixels, c.domains) + Arguments{"-square_xtal", "-N", "10", "-nointerpolate"});
  if (c.amplitudes) scene.set_grid(covering_grid());
  scene.set_precision(c.precision);
  scene.set_simd_target(c.target);
  scene.limit_evaluations(rows * edge_pixels * c.domains);
  scene.run();
  double forward_s = std::numeric_limits<double>::max(), gradient_s = forward_s;
  for ([[maybe_unused]] auto _ : state) {
    forward_s = std::min(forward_s, scene.seconds_of_run(Clock::processor));
    const double start_s = seconds_now(Clock::processor);
    scene.run_gradient(c.amplitudes);
    gradient_s = std::min(gradient_s, seconds_now(Clock::processor) - start_s);
  }
  state.counters["forward_ms"] = 1e3 * forward_s;
  state.counters["gradient_ms"] = 1e3 * gradient_s;
  state.counters["ratio_to_forward"] = gradient_s / forward_s;
}

void run_jacobian_case(benchmark::State& state, const std::string& precision, int domains) {
  Scene scene(basic_arguments(edge_pixels, domains) + Arguments{"-square_xtal", "-N", "10", "-nointerpolate"});
  scene.set_precision(precision);
  scene.limit_evaluations(rows * edge_pixels * domains);
  scene.run();
  double forward_s = std::numeric_limits<double>::max(), jacobian_s = forward_s;
  for ([[maybe_unused]] auto _ : state) {
    forward_s = std::min(forward_s, scene.seconds_of_run(Clock::processor));
    const double start_s = seconds_now(Clock::processor);
    scene.run_jacobian();
    jacobian_s = std::min(jacobian_s, seconds_now(Clock::processor) - start_s);
  }
  state.counters["ratio_to_forward"] = jacobian_s / forward_s;
}

}  // namespace

void register_gradient_benchmarks() {
  for (const char* precision : {"single", "double"}) {
    for (const int domains : {10, 100, 1000}) {
      const std::string name = std::string("jacobian/") + precision + "/" + std::to_string(domains);
      add_benchmark(name,
                    [precision, domains](benchmark::State& state) { run_jacobian_case(state, precision, domains); });
    }
  }
  for (const char* precision : {"single", "double"}) {
    for (const std::string& target : usable_simd_targets()) {
      for (const bool amplitudes : {false, true}) {
        for (const int domains : {10, 100, 1000}) {
          const Case c{precision, target, amplitudes, domains};
          add_benchmark(c.name(), [c](benchmark::State& state) { run_case(state, c); });
        }
      }
    }
  }
}

}  // namespace nbt_bench
