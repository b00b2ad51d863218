// Describes a scene by parameter names, renders it, and counts the photons of its brightest pixel.
#include <algorithm>
#include <iostream>
#include <nbt/nbt.hpp>

int main() try {
  nbt::Simulation sim;
  sim.set("crystal.cell_lengths_A", {79.1, 79.1, 37.9});
  sim.set("crystal.cells", {10, 10, 10});
  sim.set("structure_factors.default_F", 100);
  sim.set("detector.pixels", {512, 512});

  const std::vector<float> photons = sim.run();
  std::cout << "the brightest pixel has " << *std::ranges::max_element(photons) << " photons\n";
} catch (const nbt::Error& error) {
  std::cerr << nbt_status_text(error.status()) << ": " << error.what() << "\n";
  return 1;
}
