// All benchmarks; --benchmark_filter=REGEX picks some, --benchmark_list_tests names them.
#include <cstdio>
#include <exception>

#include "benchmarks.hpp"

int main(int argc, char** argv) {
  try {
    const double first_call_s = nbt_bench::seconds_of_first_preview();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("nbt_version", nbt_version());
    nbt_bench::register_speed_benchmarks();
    nbt_bench::register_thread_benchmarks();
    nbt_bench::register_preview_benchmarks(first_call_s);
    nbt_bench::register_gradient_benchmarks();
    nbt_bench::register_large_input_benchmarks();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nbt_bench: %s\n", error.what());
    return 1;
  }
}
