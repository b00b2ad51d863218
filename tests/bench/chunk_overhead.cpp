// Prints what cutting an image into chunks of rows costs, as a table for docs/memory.md.
// Usage: nbt_chunk_overhead [threads [repetitions]]
#include "measured.hpp"

namespace {

using namespace nbt::bench;

constexpr double edge_pixels = 2048;
constexpr std::int64_t rows_per_chunk[] = {1, 8, 64, 128, 2048};

nbt_simulation* make_simulation(double domains, double threads) {
  nbt_simulation* simulation = nullptr;
  check(nullptr, nbt_create(&simulation));
  set(simulation, "crystal.cell_lengths_A", {79.1, 79.1, 37.9});
  set(simulation, "crystal.cells", {10, 10, 10});
  set(simulation, "crystal.mosaic_spread_deg", {0.5});
  set(simulation, "crystal.mosaic_domains", {domains});
  set(simulation, "structure_factors.default_F", {100});
  set(simulation, "detector.pixels", {edge_pixels, edge_pixels});
  set(simulation, "sampling.oversample", {1});
  set(simulation, "execution.threads", {threads});
  return simulation;
}

std::int32_t ignore_rows(const nbt_rows*, void*) {
  return 0;
}

double seconds_of_run(nbt_simulation* simulation, std::int64_t rows) {
  return seconds_of([&] { check(simulation, nbt_run_chunked(simulation, rows, NBT_FLOAT32, ignore_rows, nullptr)); });
}

// The fastest of several: other work on the machine only ever adds time. Chunk sizes take turns, so that a change of
// the processor's clock meets all of them.
std::vector<double> fastest_seconds(nbt_simulation* simulation, int repetitions) {
  std::vector<double> fastest(std::size(rows_per_chunk), 1e9);
  for (int i = 0; i < repetitions; ++i) {
    for (std::size_t k = 0; k < fastest.size(); ++k) {
      fastest[k] = std::min(fastest[k], seconds_of_run(simulation, rows_per_chunk[k]));
    }
  }
  return fastest;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  const int repetitions = argc > 2 ? std::atoi(argv[2]) : 15;
  for (const int domains : {1, 10, 100}) {
    nbt_simulation* simulation = make_simulation(domains, threads);
    const std::vector<double> seconds = fastest_seconds(simulation, repetitions);
    const double whole = seconds.back();
    std::printf("| %d | %d | %.3f s", domains, threads, whole);
    for (std::size_t k = 0; k + 1 < seconds.size(); ++k) std::printf(" | %+.1f %%", 100 * (seconds[k] / whole - 1));
    std::printf(" |\n");
    nbt_destroy(simulation);
  }
}
