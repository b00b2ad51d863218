// Finds the orientation of a crystal in a noisy image again, for several draws of the noise.
//
// The image is simulated with a known orientation and given Poisson noise. Refinement starts 0.3 degrees away about
// each axis. The program fails when a value is off by more than four of its standard errors, or by more than 0.01
// degrees.
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

#include "refine/refinement.hpp"

namespace {

constexpr const char* scene =
    "-default_F 100 -cell 100 110 95 90 95 90 -N 6 -lambda 1 -fluence 1e29 -water 0.02 "
    "-distance 100 -detpixels 256 -pixel 0.1 -oversample 1 --precision double";
constexpr double true_misset_deg[3] = {15, 25, 35};
constexpr double start_misset_deg[3] = {15.3, 24.7, 35.3};
constexpr double most_standard_errors = 4;
constexpr double most_error_deg = 0.01;

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
  bool is_right = report.ending == nbt::refine::Ending::converged;
  std::printf("%s, %d evaluations\n", report.reason.c_str(), report.evaluations);
  std::printf("%-24s %9s %9s %11s %15s\n", "value", "true", "start", "found", "standard error");
  for (std::size_t i = 0; i < report.values.size(); ++i) {
    const nbt::refine::RefinedValue& value = report.values[i];
    const double error = std::fabs(value.found - true_misset_deg[i]);
    std::printf("%-24s %9.4f %9.4f %11.6f %15.6f\n", value.name.c_str(), true_misset_deg[i], value.start, value.found,
                value.standard_error);
    is_right = is_right && error < most_standard_errors * value.standard_error && error < most_error_deg;
  }
  return is_right;
}

bool find_orientation(nbt_simulation* simulation, unsigned seed) {
  require(nbt_set(simulation, "crystal.misset_deg", true_misset_deg, 3), simulation);
  std::vector<float> counts = render(simulation);
  add_noise(counts, seed);
  require(nbt_set(simulation, "crystal.misset_deg", start_misset_deg, 3), simulation);
  nbt::refine::RefineOptions options;
  options.parameters = {"crystal.misset_deg"};
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
    for (unsigned seed = 1; seed <= 5; ++seed) is_right = find_orientation(simulation, seed) && is_right;
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    is_right = false;
  }
  nbt_destroy(simulation);
  return is_right ? 0 : 1;
}
