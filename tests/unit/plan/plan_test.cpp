#include "plan/plan.hpp"

#include <gtest/gtest.h>

#include "model/error.hpp"
#include "plan/first_sweep.hpp"
#include "plan/orientations.hpp"

namespace nbt {
namespace {

using Id = ParameterId;

Parameters cubic() {
  Parameters parameters;
  const double lengths[3] = {100, 100, 100};
  parameters.set(Id::crystal_cell_lengths_A, lengths);
  parameters.set(Id::structure_factors_default_F, 1);
  return parameters;
}

using Angles = std::vector<double>;

// Closed form of the stale orientation: the golden images of carryover_* confirm it, these are its rules one by one.
TEST(CarryOver, StepsAtZeroKeepTheNearestEarlierAngle) {
  EXPECT_EQ(carried_over_phi({1, 2, 3}, false), (Angles{1, 2, 3}));
  EXPECT_EQ(carried_over_phi({0, 1, 2}, false), (Angles{2, 1, 2}));
  EXPECT_EQ(carried_over_phi({-1, 0, 1}, false), (Angles{-1, -1, 1}));
  EXPECT_EQ(carried_over_phi({-1, -0.0, 1}, false), (Angles{-1, -1, 1}));
  EXPECT_EQ(carried_over_phi({-1, 1e-18, 1}, false), (Angles{-1, 1e-18, 1}));
  EXPECT_EQ(carried_over_phi({0, 0}, false), (Angles{0, 0}));
}

TEST(CarryOver, FirstSweepStartsUnrotated) {
  EXPECT_EQ(carried_over_phi({0, 1, 2}, true), (Angles{0, 1, 2}));
  EXPECT_EQ(carried_over_phi({1, 0, 2}, true), (Angles{1, 1, 2}));
}

Parameters sweep(int threads, const char* roi) {
  Parameters p = cubic();
  p.set_text("detector.pixels", "4 10");
  p.set_text("goniometer.phi_range_deg", "1");
  p.set_text("phi_carryover.mode", "c-parity");
  p.set(Id::phi_carryover_threads, threads);
  if (*roi) p.set_text("detector.roi", roi);
  return p;
}

std::vector<std::int64_t> rows_of(const Plan& plan) {
  std::vector<std::int64_t> rows;
  for (const FirstSweepPixel& p : plan.first_sweep_pixels) rows.push_back(p.slow);
  return rows;
}

// 10 rows over 4 threads: blocks of 3, 3, 2, 2.
TEST(FirstSweep, OnePixelPerBlockOfRows) {
  EXPECT_EQ(rows_of(*make_plan(resolve(sweep(1, ""), {}))), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(rows_of(*make_plan(resolve(sweep(4, ""), {}))), (std::vector<std::int64_t>{0, 3, 6, 8}));
  EXPECT_EQ(make_plan(resolve(sweep(100, ""), {}))->first_sweep_pixels.size(), 10u);
}

TEST(FirstSweep, SkipsRowsOutsideTheRegionAndMaskedPixels) {
  SceneData data;
  auto mask = std::make_shared<Mask>();
  mask->fast_count = 4;
  mask->slow_count = 10;
  mask->bits = {~(std::uint64_t{1} << (4 * 4 + 1))};  // slow 4, fast 1
  data.mask = mask;
  const auto plan = make_plan(resolve(sweep(4, "1 2 4 6"), data));
  ASSERT_EQ(plan->first_sweep_pixels.size(), 2u);
  EXPECT_EQ(plan->first_sweep_pixels[0].slow, 4);
  EXPECT_EQ(plan->first_sweep_pixels[0].fast, 2);
  EXPECT_EQ(plan->first_sweep_pixels[1].slow, 6);
  EXPECT_EQ(plan->first_sweep_pixels[1].fast, 1);
}

TEST(FirstSweep, NothingIsKeptWhenNoStepStandsAtZero) {
  Parameters p = sweep(3, "");
  p.set(Id::goniometer_phi_start_deg, 1);
  const auto plan = make_plan(resolve(p, {}));
  EXPECT_TRUE(plan->first_sweep.empty());
  EXPECT_TRUE(plan->first_sweep_pixels.empty());
}

TEST(Plan, CountsStepsIn64Bits) {
  Parameters p = cubic();
  p.set_text("crystal.mosaic_spread_deg", "1");
  p.set_text("crystal.mosaic_domains", "1000");
  p.set_text("goniometer.phi_range_deg", "1");
  p.set_text("goniometer.phi_steps", "10");
  p.set_text("sampling.oversample", "1000");
  const auto plan = make_plan(resolve(p, {}));
  EXPECT_EQ(plan->steps, 10'000'000'000);
  EXPECT_EQ(plan->orientations.size(), 10000u);
  EXPECT_EQ(evaluations_per_pixel(*plan), 10'000'000'000);
}

TEST(Plan, BytesCountTheTables) {
  Parameters p = cubic();
  p.set_text("crystal.mosaic_spread_deg", "1");
  p.set_text("crystal.mosaic_domains", "1000");
  SceneData data;
  data.structure_factors = box_of_reflections({{0, 0, 0, 1}, {49, 49, 49, 1}}, 0);
  const auto plan = make_plan(resolve(p, data));
  const double tables = 1000 * 2 * 72.0 + 125000 * (8 + 4);
  EXPECT_GE(static_cast<double>(plan_bytes(*plan)), tables);
  EXPECT_LE(static_cast<double>(plan_bytes(*plan)), tables + 8192);
}

TEST(Plan, FlagsBecomeRules) {
  const auto plan = [](const char* name, const char* compat) {
    Parameters p = cubic();
    p.set_text("detector.thickness_um", "300");
    if (*name) p.set_text(name, "1");
    p.set_text("compat.tokens", compat);
    return *make_plan(resolve(p, {}));
  };
  EXPECT_EQ(plan("", "").solid_angle, FactorRule::cached);
  EXPECT_EQ(plan("", "").capture, FactorRule::cached);
  EXPECT_EQ(plan("", "last-layer-capture").capture, FactorRule::last_layer);
  EXPECT_EQ(plan("sampling.oversample_thick", "last-layer-capture").capture, FactorRule::every_term);
  EXPECT_EQ(plan("sampling.oversample_omega", "").solid_angle, FactorRule::every_term);
  EXPECT_EQ(plan("sampling.oversample_polar", "").polarization, FactorRule::every_term);
}

}  // namespace
}  // namespace nbt
