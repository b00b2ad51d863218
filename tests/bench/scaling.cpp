// Prints that the cost of an image is linear in its evaluations, and what several threads gain.
// Usage: nbt_scaling [threads [repetitions]]
#include "measured.hpp"

namespace {

using namespace nbt::bench;

constexpr std::int64_t edge_pixels = 1024;

struct Scene {
  const char* name;
  double domains = 1, phi_steps = 1, wavelengths = 1, oversample = 1;
};

nbt_simulation* make_simulation(const Scene& scene, double threads) {
  nbt_simulation* simulation = nullptr;
  check(nullptr, nbt_create(&simulation));
  set(simulation, "crystal.cell_lengths_A", {79.1, 79.1, 37.9});
  set(simulation, "crystal.cells", {10, 10, 10});
  set(simulation, "crystal.mosaic_spread_deg", {0.5});
  set(simulation, "crystal.mosaic_domains", {scene.domains});
  set(simulation, "goniometer.phi_range_deg", {1});
  set(simulation, "goniometer.phi_steps", {scene.phi_steps});
  set(simulation, "beam.dispersion_percent", {scene.wavelengths > 1 ? 1.0 : 0.0});
  set(simulation, "beam.dispersion_steps", {scene.wavelengths});
  set(simulation, "structure_factors.default_F", {100});
  set(simulation, "detector.pixels", {edge_pixels, edge_pixels});
  set(simulation, "sampling.oversample", {scene.oversample});
  set(simulation, "execution.threads", {threads});
  return simulation;
}

double evaluations_of(nbt_simulation* simulation) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  check(simulation, nbt_estimate_memory(simulation, &request, &estimate));
  return estimate.evaluations;
}

struct Times {
  double one = 0;
  double several = 0;
};

// Medians of runs taken in turn.
Times seconds_of_runs(const Scene& scene, double threads, int repetitions) {
  Image image(edge_pixels);
  nbt_simulation* single = make_simulation(scene, 1);
  nbt_simulation* shared = make_simulation(scene, threads);
  std::vector<double> of_single, of_shared;
  for (int i = 0; i < repetitions; ++i) {
    of_single.push_back(seconds_of([&] { image.render(single); }));
    of_shared.push_back(seconds_of([&] { image.render(shared); }));
  }
  nbt_destroy(single);
  nbt_destroy(shared);
  return {median(of_single), median(of_shared)};
}

void print_row(const Scene& scene, int threads, int repetitions) {
  nbt_simulation* simulation = make_simulation(scene, 1);
  const double evaluations = evaluations_of(simulation);
  nbt_destroy(simulation);
  const Times times = seconds_of_runs(scene, threads, repetitions);
  std::printf("| %s | %.1f | %.1f | %.2f | %.2f |\n", scene.name, evaluations / 1e6, times.one * 1e3,
              times.one / evaluations * 1e9, times.one / times.several);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const int repetitions = argc > 2 ? std::atoi(argv[2]) : 7;
  std::printf("| %lld x %lld pixels | million evaluations | ms, 1 thread | ns per evaluation | gain of %d threads |\n",
              static_cast<long long>(edge_pixels), static_cast<long long>(edge_pixels), threads);
  std::printf("| --- | --- | --- | --- | --- |\n");
  for (const Scene& scene :
       {Scene{"1 domain"}, Scene{"10 domains", 10}, Scene{"100 domains", 100}, Scene{"1000 domains", 1000},
        Scene{"10 domains, 10 phi steps", 10, 10}, Scene{"10 domains, 10 phi steps, 3 wavelengths", 10, 10, 3},
        Scene{"10 domains, 10 phi steps, 3 wavelengths, 2 x 2 sub-pixels", 10, 10, 3, 2}}) {
    print_row(scene, threads, repetitions);
  }
}
