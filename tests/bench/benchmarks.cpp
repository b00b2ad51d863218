#include "benchmarks.hpp"

#include <exception>

namespace nbt_bench {
namespace {

// Every name that Highway knows for x86, ARM, POWER and WebAssembly, the best first, and its code without vectors.
constexpr const char* simd_target_names[] = {
    "AVX3_ZEN4", "AVX3_DL", "AVX3",  "AVX2", "SSE4", "SSSE3",       "SSE2", "SVE2",   "SVE",   "SVE2_128",
    "SVE_256",   "NEON",    "PPC10", "PPC9", "PPC8", "WASM_EMU256", "WASM", "EMU128", "SCALAR"};

}  // namespace

const std::vector<std::string>& usable_simd_targets() {
  static const std::vector<std::string> targets = [] {
    Scene scene(basic_arguments(1, 1));
    std::vector<std::string> usable;
    for (const char* name : simd_target_names) {
      if (scene.set_simd_target(name)) usable.emplace_back(name);
    }
    return usable;
  }();
  return targets;
}

bool knows_precision(const std::string& precision) {
  return Scene(basic_arguments(1, 1)).set_precision(precision);
}

benchmark::internal::Benchmark* add_benchmark(const std::string& name, Body body) {
  const auto guarded = [body = std::move(body)](benchmark::State& state) {
    try {
      body(state);
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name.c_str(), guarded)->Unit(benchmark::kMillisecond);
}

void Speed::set_counters(benchmark::State& state, int threads) const {
  state.counters["Mevaluations_per_s_and_core"] = evaluations_per_s / 1e6 / threads;
  state.counters["ns_per_evaluation"] = 1e9 * threads / evaluations_per_s;
}

Speed measure(benchmark::State& state, Scene& scene, Clock clock) {
  scene.run();  // makes the plan
  const double evaluations = scene.evaluations();
  const double start_s = seconds_now(clock);
  for ([[maybe_unused]] auto _ : state) scene.run();
  return {evaluations * static_cast<double>(state.iterations()) / (seconds_now(clock) - start_s)};
}

}  // namespace nbt_bench
