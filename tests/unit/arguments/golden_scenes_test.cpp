// The arguments of every golden case, resolved, give what an independent calculation derived for the case.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

#include "../formats/scratch_folder.hpp"
#include "applied.hpp"
#include "golden_case.hpp"
#include "model/conventions.hpp"

namespace nbt {
namespace {

using golden::GoldenCase;
using nlohmann::json;

// The stored values have 15 digits.
constexpr double tolerance = 1e-12;

double scale_of(const json& values) {
  double largest = 0;
  for (const json& value : values) largest = std::max(largest, std::fabs(value.get<double>()));
  return largest;
}

void expect_number(double value, double expected, double scale, const std::string& what) {
  EXPECT_LE(std::fabs(value - expected), tolerance * std::max(std::fabs(expected), scale))
      << what << ": " << value << " instead of " << expected;
}

void expect_numbers(const std::vector<double>& values, const json& expected, const std::string& what) {
  ASSERT_EQ(values.size(), expected.size()) << what;
  for (std::size_t i = 0; i < values.size(); ++i) {
    expect_number(values[i], expected[i], scale_of(expected), what + "[" + std::to_string(i) + "]");
  }
}

std::vector<double> numbers(const Vector3& v, double unit = 1) {
  return {v.x * unit, v.y * unit, v.z * unit};
}

class GoldenScene : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path("/"); }

  static Scene resolved(const GoldenCase& golden) {
    std::vector<std::string> args = {"--compat", "nanobragg"};
    for (const std::string& argument : golden.arguments) {
      const bool is_input = argument.starts_with("inputs/");
      args.push_back(is_input ? (golden::data_directory() / argument).string() : argument);
    }
    const Applied applied = run_words(args, {1234567});
    require_complete(applied.parameters, applied.data);
    return resolve(applied.parameters, applied.data);
  }

  ScratchFolder folder_;
};

void expect_detector(const Scene& scene, const json& derived) {
  const Panel& panel = scene.panels.at(0);
  EXPECT_EQ(panel.fast_count, derived["fast_pixels"]);
  EXPECT_EQ(panel.slow_count, derived["slow_pixels"]);
  expect_number(panel.pixel_size_m, derived["pixel_size_m"], 0, "pixel size");
  expect_numbers(numbers(panel.fast), derived["detector_fast_axis"], "fast");
  expect_numbers(numbers(panel.slow), derived["detector_slow_axis"], "slow");
  expect_numbers(numbers(panel.normal), derived["detector_normal_axis"], "normal");
  expect_numbers(numbers(panel.origin_m), derived["detector_origin_m"], "origin");
  expect_numbers(numbers(scene.twotheta_axis), derived["twotheta_axis"], "two-theta axis");
  EXPECT_EQ(convention_row(scene.convention).name, derived["convention"].get<std::string>());
  EXPECT_EQ(scene.pivot == Pivot::beam ? "beam" : "sample", derived["pivot"].get<std::string>());
  const double edge_m = panel.pixel_size_m * static_cast<double>(panel.fast_count);
  expect_number(panel.distance_m, derived["distance_m"], 0, "distance");
  expect_number(panel.close_distance_m, derived["close_distance_m"], 0, "close distance");
  expect_number(panel.fast_beam_m, derived["Fbeam_m"], edge_m, "Fbeam");
  expect_number(panel.slow_beam_m, derived["Sbeam_m"], edge_m, "Sbeam");
  expect_number(panel.fast_close_m, derived["Fclose_m"], edge_m, "Fclose");
  expect_number(panel.slow_close_m, derived["Sclose_m"], edge_m, "Sclose");
  const Region& region = panel.region;
  const auto limits = derived["roi"].get<std::vector<std::int64_t>>();  // the upper ones may lie one pixel outside
  EXPECT_EQ(region.fast_first, limits[0]);
  EXPECT_EQ(region.fast_last, std::min(limits[1], panel.fast_count - 1));
  EXPECT_EQ(region.slow_first, limits[2]);
  EXPECT_EQ(region.slow_last, std::min(limits[3], panel.slow_count - 1));
}

void expect_layers(const Panel& panel, const json& derived) {
  EXPECT_EQ(panel.layers, derived["thickness_layers"]);
  expect_number(panel.layer_pitch_m, derived["thickness_step_m"], 0, "layer pitch");
  if (panel.layers > 1) expect_number(panel.attenuation_per_m, derived["detector_mu_per_m"], 0, "attenuation");
}

void expect_beam(const Scene& scene, const json& derived) {
  expect_numbers(numbers(scene.beam_direction), derived["beam_axis"], "beam");
  expect_numbers(numbers(scene.polarization_axis), derived["polarization_axis"], "polarization axis");
  expect_number(scene.wavelength_m, derived["wavelength_m"], 0, "wavelength");
  expect_number(scene.fluence_per_m2, derived["fluence_per_m2"], 0, "fluence");
  expect_number(scene.background, derived["background_I"], 0, "background");
  if (!derived.contains("sources")) {
    EXPECT_EQ(scene.sources.size(), 1u);
    return;
  }
  ASSERT_EQ(scene.sources.size(), derived["sources"].size());
  for (std::size_t i = 0; i < scene.sources.size(); ++i) {
    const json& source = derived["sources"][i];
    const std::string what = "source " + std::to_string(i);
    expect_numbers(numbers(scene.sources[i].incident, -1), source["direction_to_source"], what);
    expect_number(scene.sources[i].wavelength_m, source["wavelength_m"], 0, what);
  }
}

void expect_crystal(const Scene& scene, const json& derived) {
  const Crystal& crystal = scene.crystal;
  expect_numbers(numbers(crystal.a_m, 1e10), derived["real_a_A"], "a");
  expect_numbers(numbers(crystal.b_m, 1e10), derived["real_b_A"], "b");
  expect_numbers(numbers(crystal.c_m, 1e10), derived["real_c_A"], "c");
  expect_numbers(numbers(crystal.a_star_per_A), derived["recip_a_invA"], "a*");
  expect_numbers(numbers(crystal.b_star_per_A), derived["recip_b_invA"], "b*");
  expect_numbers(numbers(crystal.c_star_per_A), derived["recip_c_invA"], "c*");
  const auto& cells = crystal.cells;
  expect_numbers({static_cast<double>(cells[0]), static_cast<double>(cells[1]), static_cast<double>(cells[2])},
                 derived["cells"], "cells");
  if (!derived.contains("misset_deg")) return;
  std::vector<double> misset;
  for (const double radians : crystal.misset_rad) misset.push_back(radians * 180 / std::numbers::pi);
  expect_numbers(misset, derived["misset_deg"], "misset");
}

void expect_sampling(const Scene& scene, const json& derived) {
  const Crystal& crystal = scene.crystal;
  expect_numbers(numbers(crystal.spindle), derived["spindle_axis"], "spindle");
  std::vector<double> phi_deg;
  for (const double radians : crystal.phi_rad) phi_deg.push_back(radians * 180 / std::numbers::pi);
  expect_numbers(phi_deg, derived["phi_deg"], "phi");
  EXPECT_EQ(scene.oversample, derived["oversample"]);
  EXPECT_EQ(scene.tricubic, derived["interpolation_at_start"].get<bool>());
  EXPECT_EQ(crystal.mosaic_rotations.size(), derived["mosaic_domains"]);
  const double spread_deg = crystal.mosaic_spread_rad * 180 / std::numbers::pi;
  if (crystal.mosaic_rotations.size() > 1) {
    expect_number(spread_deg, derived["mosaic_spread_deg"], 0, "mosaic spread");
  }
  const std::int64_t oversample = scene.oversample;
  const auto steps =
      static_cast<std::int64_t>(scene.sources.size() * crystal.mosaic_rotations.size() * crystal.phi_rad.size()) *
      oversample * oversample;
  EXPECT_EQ(steps, derived["steps"]);
  if (!derived.contains("mosaic_matrices")) return;
  for (std::size_t i = 0; i < crystal.mosaic_rotations.size(); ++i) {
    const Matrix3& matrix = crystal.mosaic_rotations[i];
    expect_numbers({matrix.begin(), matrix.end()}, derived["mosaic_matrices"][i], "domain " + std::to_string(i));
  }
}

TEST_P(GoldenScene, IsWhatTheReferenceDerived) {
  const GoldenCase golden = golden::load_case(GetParam());
  const Scene scene = resolved(golden);
  const json& derived = golden.facts.at("derived");
  expect_detector(scene, derived);
  expect_layers(scene.panels.at(0), derived);
  expect_beam(scene, derived);
  expect_crystal(scene, derived);
  expect_sampling(scene, derived);
}

INSTANTIATE_TEST_SUITE_P(AllCases, GoldenScene, testing::ValuesIn(golden::case_names()),
                         [](const auto& of_case) { return of_case.param; });

TEST(GoldenScenes, AreAHundred) {
  EXPECT_EQ(golden::case_names().size(), 100u);
}

}  // namespace
}  // namespace nbt
