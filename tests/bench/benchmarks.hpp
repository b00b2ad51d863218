// The groups of benchmarks of nbt_bench; docs/performance.md says how to read them.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "scene.hpp"

namespace nbt_bench {

// SHAPE/PRECISION/TARGET/LOOKUP/EDGE_PIXELS/DOMAINS: the kernels, one core.
void register_speed_benchmarks();
// threads/COUNT: one image on several cores.
void register_thread_benchmarks();
// preview/...: from a changed parameter to a small image. The time of the first call is taken before anything else in
// the process has used the library.
void register_preview_benchmarks(double first_call_s);
double seconds_of_first_preview();
// gradient/PRECISION/TARGET/LOOKUP/DOMAINS: loss and gradient against the forward run, one core.
void register_gradient_benchmarks();
// large/...: many domains, many sources, a large grid of structure factors.
void register_large_input_benchmarks();

// Instruction sets by their Highway names, those that this processor and library can run.
const std::vector<std::string>& usable_simd_targets();
bool knows_precision(const std::string& precision);

using Body = std::function<void(benchmark::State&)>;

// An exception in `body` becomes an error of this benchmark alone.
benchmark::internal::Benchmark* add_benchmark(const std::string& name, Body body);

// What one pass of the benchmark's loop achieved, in the counters that all groups share.
struct Speed {
  double evaluations_per_s = 0;
  void set_counters(benchmark::State& state, int threads) const;
};

// Runs the benchmark's loop on the scene.
Speed measure(benchmark::State& state, Scene& scene, Clock clock = Clock::processor);

}  // namespace nbt_bench
