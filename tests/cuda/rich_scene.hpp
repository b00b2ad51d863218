// What the tests of derivatives on the CUDA device share: a scene in which everything moves, and losses over it.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "gradient.hpp"
#include "host_card.hpp"

namespace nbt::test {

inline std::vector<double> random_numbers(std::size_t count, double least, double most) {
  std::mt19937_64 generator(11);
  std::uniform_real_distribution<double> uniform(least, most);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = uniform(generator);
  return numbers;
}

inline nbt_loss loss_over(std::int32_t kind, const std::vector<double>& data) {
  nbt_loss loss = data_loss(kind, data);
  loss.gain = 1;
  loss.readout_variance = 1;
  return loss;
}

inline void set_grid(const Handle& handle) {
  const std::int32_t first[3] = {-14, -14, -14}, last[3] = {14, 14, 14};
  const std::vector<double> F = random_numbers(29 * 29 * 29, 50, 150);
  ASSERT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
}

// A scene in which everything moves: domains, steps, sources, layers, sub-pixels, absorption.
inline Handle rich_scene(const char* device, const char* precision, const char* shape, const char* interpolation) {
  Handle handle = on_device(device, false);
  handle.set("detector.pixels", {300, 9});
  handle.set("detector.pixel_size_mm", 0.2);
  handle.set_text("precision.mode", precision);
  handle.set_text("crystal.shape", shape);
  handle.set_text("structure_factors.interpolation", interpolation);
  set_grid(handle);
  handle.set("sampling.oversample", 2);
  handle.set("crystal.mosaic_spread_deg", 0.4);
  handle.set("crystal.mosaic_domains", 11);
  handle.set("goniometer.phi_start_deg", 1);
  handle.set("goniometer.phi_range_deg", 1);
  handle.set("goniometer.phi_steps", 2);
  handle.set("beam.dispersion_percent", 0.5);
  handle.set("beam.polarization_factor", 0.6);
  handle.set("detector.thickness_um", 300);
  handle.set("detector.attenuation_depth_um", 250);
  handle.set("background.water_um", 5);
  return handle;
}

struct Rows {
  const std::vector<double>* data;
};
inline std::int32_t hand_rows(nbt_data_rows* rows, void* user) {
  rows->data = static_cast<const Rows*>(user)->data->data() + rows->first_row * rows->fast_count;
  return 0;
}

}  // namespace nbt::test
