// Renders a few pixels through nbt.hpp. Exit status 0: the image has photons in it, and a copy of the scene gives the
// same.
#include <cstdio>
#include <nbt/nbt.hpp>
#include <numeric>

int main() try {
  nbt::Simulation simulation;
  simulation.set("crystal.cell_lengths_A", {50, 60, 70});
  simulation.set("structure_factors.default_F", 100);
  simulation.set("detector.pixels", {8, 4});
  const std::vector<float> photons = simulation.run();
  const float sum = std::accumulate(photons.begin(), photons.end(), 0.0f);
  return sum > 0 && simulation.clone().run() == photons ? 0 : 1;
} catch (const nbt::Error& error) {
  std::printf("nbt failed: %s\n", error.what());
  return 1;
}
