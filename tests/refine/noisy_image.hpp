// A small simulated measurement.
#pragma once

#include <nbt/nbt.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace nbt::refine::tests {

struct DestroySimulation {
  void operator()(nbt_simulation* simulation) const { nbt_destroy(simulation); }
};
using SimulationPointer = std::unique_ptr<nbt_simulation, DestroySimulation>;

// 6 cells of about 100 A: spots are 1.7 mrad wide, so that 0.3 degrees are well inside the reach of the minimum.
SimulationPointer small_crystal(const std::vector<std::string>& more_arguments = {});

std::vector<double> get(nbt_simulation* simulation, const std::string& parameter, std::size_t length);
void set(nbt_simulation* simulation, const std::string& parameter, const std::vector<double>& values);

std::vector<float> rendered(nbt_simulation* simulation);
std::vector<float> with_poisson_noise(const std::vector<float>& photons, unsigned seed);

// Holds the data that the record points to.
struct ImageLoss {
  ImageLoss(int kind, std::vector<float> image);
  ImageLoss(const ImageLoss&) = delete;
  ImageLoss& operator=(const ImageLoss&) = delete;

  std::vector<float> data;
  std::vector<float> weights;
  nbt_loss record{};
};

}  // namespace nbt::refine::tests
