// Finds the cell of a tetragonal crystal and the distance of the detector in a noisy image again, for several draws of
// the noise.
//
// The edges start 0.3 percent off, the distance 0.1 percent. a and b are one free value. An edge and the distance both
// stretch the pattern; what tells them apart is the curvature of the Ewald sphere, so they are correlated and their
// standard errors larger than they would be alone. The program fails when a value is off by more than four of its
// standard errors, or by more than 0.1 percent.
#include <nbt/nbt.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <iterator>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "refine/cell_symmetry.hpp"
#include "refine/refinement.hpp"

namespace {

constexpr const char* scene =
    "-default_F 100 -misset 15 25 35 -N 6 -lambda 1 -fluence 1e29 -water 0.02 "
    "-detpixels 300 -pixel 0.2 -oversample 1 --precision double";
constexpr double true_cell_A[3] = {100, 100, 80};
constexpr double start_cell_A[3] = {100.3, 100.3, 79.76};
constexpr double true_distance_mm = 100;
constexpr double start_distance_mm = 100.1;
constexpr double most_standard_errors = 4;
constexpr double most_relative_error = 1e-3;

void require(nbt_status status, nbt_simulation* simulation) {
  if (status != NBT_OK) throw std::runtime_error(nbt_last_error(simulation));
}

void describe_scene(nbt_simulation* simulation) {
  std::istringstream words(scene);
  const std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  require(nbt_set_arguments(simulation, static_cast<int32_t>(pointers.size()), pointers.data()), simulation);
}

void place(nbt_simulation* simulation, const double* cell_A, double distance_mm) {
  require(nbt_set(simulation, "crystal.cell_lengths_A", cell_A, 3), simulation);
  require(nbt_set(simulation, "detector.distance_mm", &distance_mm, 1), simulation);
}

std::vector<float> render(nbt_simulation* simulation) {
  std::int64_t fast = 0, slow = 0;
  require(nbt_get_image_size(simulation, 0, &fast, &slow), simulation);
  std::vector<float> photons(static_cast<std::size_t>(fast * slow));
  require(nbt_run(simulation, 0, NBT_FLOAT32, photons.data(), fast * slow, fast), simulation);
  return photons;
}

void add_noise(std::vector<float>& photons, unsigned seed) {
  std::mt19937 random(seed);
  for (float& pixel : photons) {
    pixel = static_cast<float>(std::poisson_distribution<int>(static_cast<double>(pixel))(random));
  }
}

nbt_loss poisson_loss(const std::vector<float>& counts) {
  nbt_loss loss{};
  loss.struct_size = sizeof loss;
  loss.kind = NBT_LOSS_POISSON;
  loss.data_type = NBT_FLOAT32;
  loss.data = counts.data();
  loss.capacity = static_cast<std::int64_t>(counts.size());
  return loss;
}

bool print_and_judge(const nbt::refine::RefineReport& report) {
  constexpr double truth[] = {true_cell_A[0], true_cell_A[2], true_distance_mm};
  bool is_right = report.ending == nbt::refine::Ending::converged;
  std::printf("%s, %d evaluations\n", report.reason.c_str(), report.evaluations);
  std::printf("%-52s %8s %8s %10s %15s\n", "value", "true", "start", "found", "standard error");
  for (std::size_t i = 0; i < report.values.size(); ++i) {
    const nbt::refine::RefinedValue& value = report.values[i];
    const double error = std::fabs(value.found - truth[i]);
    std::printf("%-52s %8.3f %8.3f %10.5f %15.5f\n", value.name.c_str(), truth[i], value.start, value.found,
                value.standard_error);
    is_right =
        is_right && error < most_standard_errors * value.standard_error && error < most_relative_error * truth[i];
  }
  return is_right;
}

bool find_cell_and_distance(nbt_simulation* simulation, unsigned seed) {
  place(simulation, true_cell_A, true_distance_mm);
  std::vector<float> counts = render(simulation);
  add_noise(counts, seed);
  place(simulation, start_cell_A, start_distance_mm);
  nbt::refine::RefineOptions options;
  options.parameters =
      nbt::refine::apply_crystal_system(simulation, "tetragonal", {"crystal.cell_lengths_A", "detector.distance_mm"});
  std::printf("noise of seed %u: ", seed);
  return print_and_judge(nbt::refine::refine(simulation, poisson_loss(counts), options));
}

}  // namespace

int main() {
  nbt_simulation* simulation = nullptr;
  bool is_right = true;
  try {
    require(nbt_create(&simulation), nullptr);
    describe_scene(simulation);
    for (unsigned seed = 1; seed <= 5; ++seed) is_right = find_cell_and_distance(simulation, seed) && is_right;
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    is_right = false;
  }
  nbt_destroy(simulation);
  return is_right ? 0 : 1;
}
