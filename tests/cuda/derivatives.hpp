// All that a gradient run gives, on the CUDA device.
#pragma once

#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstring>
#include <string>
#include <vector>

#include "rich_scene.hpp"

namespace nbt::test {

struct Derivatives {
  nbt_status status = NBT_OK;
  double loss = 0;
  double by_scale = 0;
  std::vector<double> parameters, amplitudes, sources, orientations;
};

struct Wishes {
  bool amplitudes = false;
  bool sources = false;
  bool orientations = false;
};

inline Derivatives differentiate(nbt_simulation* handle, const nbt_loss& loss, const Wishes& wishes = {}) {
  Derivatives d;
  std::size_t count = 0, sources = 0, steps = 0, domains = 0, grid = 0;
  std::int32_t first[3], last[3];
  EXPECT_EQ(nbt_get_component_count(handle, nullptr, 0, &count), NBT_OK) << nbt_last_error(handle);
  EXPECT_EQ(nbt_get_sample_counts(handle, &sources, &steps, &domains), NBT_OK) << nbt_last_error(handle);
  EXPECT_EQ(nbt_get_structure_factor_box(handle, first, last, &grid), NBT_OK) << nbt_last_error(handle);
  d.parameters.resize(count);
  d.amplitudes.resize(wishes.amplitudes ? grid : 0);
  d.sources.resize(wishes.sources ? 5 * sources : 0);
  d.orientations.resize(wishes.orientations ? 3 * steps * domains : 0);
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  outputs.amplitudes = d.amplitudes.empty() ? nullptr : d.amplitudes.data();
  outputs.amplitude_count = d.amplitudes.size();
  outputs.sources = d.sources.empty() ? nullptr : d.sources.data();
  outputs.source_count = d.sources.size() / 5;
  outputs.orientations = d.orientations.empty() ? nullptr : d.orientations.data();
  outputs.orientation_count = d.orientations.size() / 3;
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  d.status = nbt_run_gradient(handle, &loss, nullptr, 0, d.parameters.data(), count, &outputs, &result);
  d.loss = result.loss;
  d.by_scale = result.scale_derivative;
  return d;
}

inline void expect_same_bits(const Derivatives& a, const Derivatives& b, const std::string& what) {
  EXPECT_EQ(std::memcmp(&a.loss, &b.loss, sizeof a.loss), 0) << what << ": " << a.loss << " and " << b.loss;
  EXPECT_TRUE(same_bits(a.parameters, b.parameters)) << what;
  EXPECT_TRUE(same_bits(a.amplitudes, b.amplitudes)) << what;
  EXPECT_TRUE(same_bits(a.sources, b.sources)) << what;
  EXPECT_TRUE(same_bits(a.orientations, b.orientations)) << what;
}

}  // namespace nbt::test
