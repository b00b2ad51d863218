// sampling.tail_tolerance: what is left out is never more than the report says, for every pixel.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "simulation.hpp"

namespace nbt::test {
namespace {

// Spots some pixels wide, the next one some segments away, many orientations: most terms are tails.
void describe(Simulation& simulation, const std::string& shape, double cells) {
  simulation.set_text("crystal.shape", shape).set("crystal.cells", {cells, cells, cells});
  simulation.set("crystal.cell_lengths_A", {61, 72, 83}).set("crystal.cell_angles_deg", {85, 95, 103});
  simulation.set("crystal.misset_deg", {10, 20, 30}).set("structure_factors.default_F", 100);
  simulation.set("crystal.mosaic_spread_deg", 0.3).set("crystal.mosaic_domains", 20);
  simulation.set_text("structure_factors.interpolation", "nearest");
  simulation.set("detector.pixels", {300, 24}).set("detector.pixel_size_mm", 0.02);
  simulation.set("sampling.oversample", 2).set("execution.threads", 1);
}

void add_reflections(Simulation& simulation) {
  const std::int32_t first[3] = {-9, -9, -9}, last[3] = {9, 9, 9};
  std::mt19937_64 engine(61);
  std::vector<double> F(19 * 19 * 19);
  for (double& value : F) value = 50 + std::ldexp(static_cast<double>(engine() >> 40), -17);
  simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
}

double bound_of(Simulation& simulation) {
  const auto precision = nlohmann::json::parse(simulation.report()).at("precision");
  return precision.at("tail_error_bound_photons").get<double>();
}

struct Scene {
  const char* name;
  std::function<void(Simulation&)> change;
};

const std::vector<Scene>& scenes() {
  static const auto tokens = [](Simulation& simulation, const char* text) {
    simulation.set("detector.thickness_um", 400).set("detector.attenuation_depth_um", 300);
    simulation.set("detector.thickness_steps", 3).set_text("compat.tokens", text);
  };
  static const std::vector<Scene> list = {
      {"constant_F", [](Simulation&) {}},
      {"reflection_list", add_reflections},
      {"tricubic",
       [](Simulation& simulation) {
         add_reflections(simulation);
         simulation.set_text("structure_factors.interpolation", "tricubic");
       }},
      {"unequal_cells",
       [](Simulation& simulation) {
         simulation.set("crystal.cells", {20, 70, 35});
       }},
      {"tilted_detector",
       [](Simulation& simulation) {
         simulation.set("detector.rotation_deg", {25, -30, 10});
       }},
      {"curved_detector", [](Simulation& simulation) { simulation.set("detector.curved", 1); }},
      {"layers", [](Simulation& simulation) { tokens(simulation, ""); }},
      {"layers_of_the_reference", [](Simulation& simulation) { tokens(simulation, "last-layer-capture"); }},
      {"every_factor_for_every_term",
       [](Simulation& simulation) {
         tokens(simulation, "");
         simulation.set("sampling.oversample_thick", 1).set("sampling.oversample_polar", 1);
         simulation.set("sampling.oversample_omega", 1).set("beam.polarization_factor", 0.9);
       }},
      {"weighted_sources_sweep",
       [](Simulation& simulation) {
         const double directions[] = {-1, 0, 0, -1, 0.001, 0, -1, 0, 0.002}, weights[] = {1, 5, 0.2};
         simulation.check(nbt_set_sources(simulation.handle(), directions, nullptr, weights, 3));
         simulation.set("goniometer.phi_range_deg", 0.2).set("goniometer.phi_steps", 3);
       }},
      {"resolution_limit", [](Simulation& simulation) { simulation.set("sampling.dmin_A", 8); }},
  };
  return list;
}

using Case = std::tuple<std::size_t, std::string, double>;

class TailTolerance : public testing::TestWithParam<Case> {
 protected:
  Simulation simulation() const {
    Simulation result;
    describe(result, std::get<1>(GetParam()), std::get<2>(GetParam()));
    scenes()[std::get<0>(GetParam())].change(result);
    return result;
  }
};

// What is left rounds as before, so only rounding of the sums comes on top: in double 64 terms and 2^-53 each.
TEST_P(TailTolerance, NoPixelLacksMoreThanTheBound) {
  constexpr double rounding = 1e-13;
  const std::vector<double> whole = simulation().set_text("precision.mode", "double").run64();
  bool any_left_out = false;
  for (const double tolerance : {1e-4, 1e-3, 1e-2, 1e-1}) {
    Simulation with = simulation();
    with.set_text("precision.mode", "double").set("sampling.tail_tolerance", tolerance);
    const std::vector<double> image = with.run64();
    const double bound = bound_of(with);
    ASSERT_GT(bound, 0);
    double largest = 0;
    for (std::size_t i = 0; i < image.size(); ++i) {
      const double lacking = whole[i] - image[i];
      ASSERT_LE(std::fabs(lacking), bound + rounding * whole[i]) << "pixel " << i << ", tolerance " << tolerance;
      ASSERT_GE(lacking, -rounding * whole[i]) << "more than before: pixel " << i << ", tolerance " << tolerance;
      largest = std::max(largest, lacking - rounding * whole[i]);
    }
    any_left_out = any_left_out || largest > 0;
    std::printf("tolerance %g: bound %.3g photons, largest difference %.3g of it\n", tolerance, bound, largest / bound);
    if (tolerance > 0.05) {
      EXPECT_GT(largest, bound / 1000) << "the bound is far from what is left out";
    }
  }
  EXPECT_TRUE(any_left_out);
}

// Rounding of float sums comes on top: 2e-6 of the value each, of the image with and of the one without.
TEST_P(TailTolerance, HoldsInSinglePrecisionsToo) {
  const std::vector<double> whole = simulation().set_text("precision.mode", "double").run64();
  for (const char* precision : {"single", "fast"}) {
    Simulation with = simulation();
    with.set_text("precision.mode", precision).set("sampling.tail_tolerance", 0.1);
    const std::vector<double> without = simulation().set_text("precision.mode", precision).run64();
    const std::vector<double> image = with.run64();
    const double bound = bound_of(with);
    EXPECT_TRUE(image != without) << "nothing is left out in " << precision;
    for (std::size_t i = 0; i < image.size(); ++i) {
      ASSERT_LE(std::fabs(image[i] - without[i]), bound + 4e-6 * whole[i]) << precision << ", pixel " << i;
    }
  }
}

std::string test_name(const testing::TestParamInfo<Case>& test) {
  const auto& [scene, shape, cells] = test.param;
  return std::string(scenes()[scene].name) + "_" + shape + std::to_string(static_cast<int>(cells));
}

INSTANTIATE_TEST_SUITE_P(Scenes, TailTolerance,
                         testing::Combine(testing::Range<std::size_t>(0, scenes().size()),
                                          testing::Values("square", "round"), testing::Values(30.0, 100.0)),
                         test_name);

TEST(TailToleranceOff, ZeroIsTheSameAsUnset) {
  for (const char* shape : {"square", "round", "gauss", "tophat"}) {
    for (const char* precision : {"single", "double", "fast", "exact"}) {
      Simulation unset, zero;
      for (Simulation* simulation : {&unset, &zero}) {
        describe(*simulation, shape, 30);
        simulation->set_text("precision.mode", precision).set("detector.pixels", {90, 12});
      }
      zero.set("sampling.tail_tolerance", 0);
      const std::vector<float> a = unset.run32(), b = zero.run32();
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0) << shape << ", " << precision;
    }
  }
}

// Only the shapes that have tails, and never in `exact`.
TEST(TailToleranceOff, ChangesNoBitWhereItDoesNotApply) {
  for (const auto& [shape, precision] : {std::pair("gauss", "single"), std::pair("tophat", "double"),
                                         std::pair("square", "exact"), std::pair("round", "exact")}) {
    Simulation off, on;
    for (Simulation* simulation : {&off, &on}) {
      describe(*simulation, shape, 10);
      simulation->set_text("precision.mode", precision).set("detector.pixels", {90, 12});
    }
    on.set("sampling.tail_tolerance", 0.1);
    const std::vector<float> a = off.run32(), b = on.run32();
    EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0) << shape << ", " << precision;
  }
}

}  // namespace
}  // namespace nbt::test
