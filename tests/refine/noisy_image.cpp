#include "noisy_image.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <sstream>

namespace nbt::refine::tests {

SimulationPointer small_crystal(const std::vector<std::string>& more_arguments) {
  std::istringstream words(
      "-default_F 100 -cell 100 100 90 90 90 90 -N 6 -misset 11 23 -37 -lambda 1 -fluence 1e29 -water 0.02 "
      "-distance 100 -detpixels 192 -pixel 0.15 -oversample 1 --precision double");
  std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
  arguments.insert(arguments.end(), more_arguments.begin(), more_arguments.end());
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  nbt_simulation* simulation = nullptr;
  EXPECT_EQ(nbt_create(&simulation), NBT_OK);
  EXPECT_EQ(nbt_set_arguments(simulation, static_cast<int32_t>(pointers.size()), pointers.data()), NBT_OK)
      << nbt_last_error(simulation);
  return SimulationPointer(simulation);
}

std::vector<double> get(nbt_simulation* simulation, const std::string& parameter, std::size_t length) {
  std::vector<double> values(length);
  EXPECT_EQ(nbt_get(simulation, parameter.c_str(), values.data(), length), NBT_OK) << nbt_last_error(simulation);
  return values;
}

void set(nbt_simulation* simulation, const std::string& parameter, const std::vector<double>& values) {
  EXPECT_EQ(nbt_set(simulation, parameter.c_str(), values.data(), values.size()), NBT_OK) << nbt_last_error(simulation);
}

std::vector<float> rendered(nbt_simulation* simulation) {
  std::int64_t fast = 0, slow = 0;
  EXPECT_EQ(nbt_get_image_size(simulation, 0, &fast, &slow), NBT_OK) << nbt_last_error(simulation);
  std::vector<float> photons(static_cast<std::size_t>(fast * slow));
  EXPECT_EQ(nbt_run(simulation, 0, NBT_FLOAT32, photons.data(), fast * slow, fast), NBT_OK)
      << nbt_last_error(simulation);
  return photons;
}

std::vector<float> with_poisson_noise(const std::vector<float>& photons, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> counts;
  for (const float mean : photons) {
    counts.push_back(mean > 0 ? static_cast<float>(std::poisson_distribution<int>(static_cast<double>(mean))(random))
                              : 0.0F);
  }
  return counts;
}

ImageLoss::ImageLoss(int kind, std::vector<float> image) : data(std::move(image)) {
  record.struct_size = sizeof record;
  record.kind = kind;
  record.data_type = NBT_FLOAT32;
  record.real_type = NBT_FLOAT32;
  record.data = data.data();
  record.capacity = static_cast<std::int64_t>(data.size());
}

}  // namespace nbt::refine::tests
