// What a scene becomes: the rules of physics.md 3 to 6 that the golden cases do not reach.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/conventions.hpp"
#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

Parameters cubic() {
  Parameters parameters;
  const double lengths[3] = {100, 100, 100};
  parameters.set(Id::crystal_cell_lengths_A, lengths);
  parameters.set(Id::structure_factors_default_F, 1);
  return parameters;
}

Parameters with(std::initializer_list<std::pair<const char*, const char*>> settings) {
  Parameters parameters = cubic();
  for (const auto& [name, text] : settings) parameters.set_text(name, text);
  return parameters;
}

std::string failure(const Parameters& parameters, const SceneData& data = {}) {
  try {
    resolve(parameters, data);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_vector(const Vector3& actual, const Vector3& expected, double tolerance) {
  EXPECT_NEAR(actual.x, expected.x, tolerance);
  EXPECT_NEAR(actual.y, expected.y, tolerance);
  EXPECT_NEAR(actual.z, expected.z, tolerance);
}

// physics.md 5.1, row by row: count, range, step as given (-1: not given) and as resolved.
TEST(Divergence, FollowsTheTableOfCountRangeAndStep) {
  const struct {
    std::int64_t count;
    double range, step;
    Sampling expected;
  } rows[] = {
      {0, -1, -1, {1, 0, 0}},       {0, -1, 0.2, {2, 0.2, 0.2}}, {0, 0.3, -1, {2, 0.3, 0.3}},
      {0, 0.5, 0.2, {3, 0.5, 0.2}}, {4, -1, -1, {4, 1.0, 0.25}}, {4, -1, 0.2, {2, 0.2, 0.2}},
      {4, 0.3, -1, {4, 0.3, 0.1}},  {1, 0.3, -1, {2, 0.3, 0.3}}, {5, 0.3, 0.2, {5, 0.3, 0.2}},
      {5, 0, -1, {1, 0, 0}},
  };
  for (const auto& row : rows) {
    const Sampling s = resolve_divergence(row.count, row.range, row.step);
    EXPECT_EQ(s.count, row.expected.count) << row.count << " " << row.range << " " << row.step;
    EXPECT_DOUBLE_EQ(s.range, row.expected.range) << row.count << " " << row.range << " " << row.step;
    EXPECT_DOUBLE_EQ(s.step, row.expected.step) << row.count << " " << row.range << " " << row.step;
  }
}

TEST(Phi, FollowsTheTableOfCountRangeAndStep) {
  const struct {
    const char *count, *range, *step;
    std::size_t steps;
    double step_deg;
  } rows[] = {
      {"", "", "", 1, 0},       {"", "", "2", 2, 2},       {"", "3", "", 2, 1.5},
      {"", "3", "0.4", 8, 0.4}, {"5", "", "", 5, 0.2},     {"5", "", "0.3", 2, 0.3},
      {"5", "4", "", 5, 0.8},   {"5", "4", "0.5", 5, 0.5}, {"0", "", "", 1, 1},
  };
  for (const auto& row : rows) {
    Parameters p = cubic();
    if (*row.count) p.set_text("goniometer.phi_steps", row.count);
    if (*row.range) p.set_text("goniometer.phi_range_deg", row.range);
    if (*row.step) p.set_text("goniometer.phi_step_deg", row.step);
    const Scene scene = resolve(p, {});
    const std::string text = std::string("count ") + row.count + ", range " + row.range + ", step " + row.step;
    EXPECT_EQ(scene.crystal.phi_rad.size(), row.steps) << text;
    EXPECT_NEAR(scene.crystal.phi_step_rad * degrees_per_radian, row.step_deg, 1e-12) << text;
  }
}

TEST(Phi, FixesGiveMidpointsAndKeepTheCount) {
  const Scene scene = resolve(with({{"goniometer.phi_steps", "4"},
                                    {"goniometer.phi_step_deg", "0.5"},
                                    {"compat.fixes", "phi-midpoint,phi-step-count"}}),
                              {});
  ASSERT_EQ(scene.crystal.phi_rad.size(), 4u);
  EXPECT_NEAR(scene.crystal.phi_rad[0] * degrees_per_radian, 0.25, 1e-12);
  EXPECT_NEAR(scene.crystal.phi_range_rad * degrees_per_radian, 2, 1e-12);
}

// [Q31]: the exact construction gives the cell that was asked for; the reference's gives other angles.
TEST(Cell, RhombohedralAnglesAreThoseAskedForUnlessSkewed) {
  const auto angles = [](const char* compat) {
    return resolve(with({{"crystal.cell_angles_deg", "60 60 60"}, {"compat.tokens", compat}}), {}).crystal.angles_rad;
  };
  const auto exact = angles("");
  const auto skewed = angles("skewed-cell");
  const double asked[] = {60, 60, 60}, reference[] = {57.849, 57.849, 58.525};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(exact[i] * degrees_per_radian, asked[i], 1e-9);
    EXPECT_NEAR(skewed[i] * degrees_per_radian, reference[i], 1e-3);
  }
}

TEST(Cell, ClosedFormOfTheExactConstruction) {
  const Scene scene =
      resolve(with({{"crystal.cell_lengths_A", "50 60 70"}, {"crystal.cell_angles_deg", "80 95 110"}}), {});
  const double ca = std::cos(80 / degrees_per_radian), sa = std::sin(80 / degrees_per_radian),
               cb = std::cos(95 / degrees_per_radian), sb = std::sin(95 / degrees_per_radian),
               cg = std::cos(110 / degrees_per_radian);
  const double t = (cg - ca * cb) / sa, w = std::sqrt(sb * sb - t * t);
  expect_vector(scene.crystal.a_m, 50e-10 * Vector3{w, t, cb}, 1e-20);
  expect_vector(scene.crystal.b_m, 60e-10 * Vector3{0, sa, ca}, 1e-20);
  expect_vector(scene.crystal.c_m, {0, 0, 70e-10}, 1e-20);
}

TEST(Cell, ImpossibleOnesAreNamed) {
  EXPECT_NE(failure(with({{"crystal.cell_angles_deg", "60 60 130"}})).find("60 60 130"), std::string::npos);
  EXPECT_NE(failure(with({{"crystal.cell_angles_deg", "150 120 110"}})).find("150 120 110"), std::string::npos);
  EXPECT_NE(failure(Parameters()).find("crystal.cell_lengths_A"), std::string::npos);
  EXPECT_NE(failure(with({{"crystal.orientation_matrix", "1 2 3 2 4 6 0 0 1"}})).find("singular"), std::string::npos);
}

TEST(Cell, MatrixOfADescribedCrystalGivesTheSameCrystal) {
  const Scene described = resolve(with({{"crystal.misset_deg", "10 20 30"}, {"beam.wavelength_A", "0.9"}}), {});
  const Crystal& c = described.crystal;
  const Vector3 columns[] = {c.a_star_per_A, c.b_star_per_A, c.c_star_per_A};
  std::vector<double> matrix(9);
  for (std::size_t i = 0; i < 3; ++i) {
    matrix[i] = columns[i].x * 0.9;
    matrix[3 + i] = columns[i].y * 0.9;
    matrix[6 + i] = columns[i].z * 0.9;
  }
  Parameters p;
  p.set(Id::crystal_orientation_matrix, matrix);
  p.set_text("beam.wavelength_A", "0.9");
  const Scene scene = resolve(p, {});
  expect_vector(scene.crystal.a_m, c.a_m, 1e-21);
  expect_vector(scene.crystal.b_m, c.b_m, 1e-21);
  expect_vector(scene.crystal.c_m, c.c_m, 1e-21);
}

// Table of physics.md 3.2/3.3: where the default beam hits, in pixels off the image centre [Q01].
TEST(BeamCenter, DefaultsAreOffTheImageCentreAsTheConventionsHaveIt) {
  const struct {
    const char* convention;
    double pixels;
  } rows[] = {{"mosflm", 1}, {"denzo", 0.5}, {"adxv", 0.5}, {"xds", 0}, {"dials", 0}, {"custom", 0}};
  for (const auto& row : rows) {
    const Scene scene = resolve(with({{"detector.convention", row.convention}, {"detector.pixels", "80 56"}}), {});
    const Panel& panel = scene.panels.front();
    EXPECT_NEAR(panel.fast_beam_m / panel.pixel_size_m - 40, row.pixels, 1e-9) << row.convention;
    EXPECT_NEAR(panel.slow_beam_m / panel.pixel_size_m - 28, row.pixels, 1e-9) << row.convention;
  }
}

TEST(Detector, GivenOriginIsFinal) {
  const Scene scene = resolve(
      with({{"detector.convention", "custom"}, {"detector.origin_mm", "90 3 -4"}, {"detector.rotation_deg", "1 2 3"}}),
      {});
  expect_vector(scene.panels.front().origin_m, {0.09, 0.003, -0.004}, 1e-15);
}

TEST(Detector, TwoThetaAxisIsNormalisedUnlessRaw) {
  const auto fast_length = [](const char* compat) {
    return length(resolve(with({{"detector.convention", "custom"},
                                {"detector.twotheta_axis", "0 3 0"},
                                {"detector.twotheta_deg", "20"},
                                {"compat.tokens", compat}}),
                          {})
                      .panels.front()
                      .fast);
  };
  EXPECT_NEAR(fast_length(""), 1, 1e-12);
  EXPECT_GT(std::fabs(fast_length("raw-twotheta-axis") - 1), 0.01);
}

TEST(Detector, LayersFillTheSensorUnlessWide) {
  const auto panel = [](const char* steps, const char* compat) {
    Parameters p =
        with({{"detector.thickness_um", "300"}, {"detector.attenuation_depth_um", "200"}, {"compat.tokens", compat}});
    if (*steps) p.set_text("detector.thickness_steps", steps);
    return resolve(p, {}).panels.front();
  };
  EXPECT_NEAR(panel("4", "").layer_pitch_m, 75e-6, 1e-15);
  EXPECT_NEAR(panel("4", "wide-layer-pitch").layer_pitch_m, 100e-6, 1e-15);
  EXPECT_EQ(panel("", "").layers, 2);
  EXPECT_EQ(panel("1", "").layers, 1);
  EXPECT_EQ(panel("1", "wide-layer-pitch").layers, 2);
}

TEST(Detector, ImpossibleOnesAreNamed) {
  EXPECT_NE(failure(with({{"detector.distance_mm", "0"}})).find("distance"), std::string::npos);
  EXPECT_NE(failure(with({{"detector.rotation_deg", "0 90 0"}})).find("parallel to the beam"), std::string::npos);
  EXPECT_NE(failure(with({{"detector.size_mm", "1e9 1"}, {"detector.pixel_size_mm", "1e-6"}})).find("pixels"),
            std::string::npos);
  EXPECT_NE(
      failure(
          with({{"detector.convention", "custom"}, {"detector.fast_axis", "0 1 0"}, {"detector.slow_axis", "0 2 0"}}))
          .find("parallel"),
      std::string::npos);
  EXPECT_NE(failure(with({{"detector.thickness_um", "5"}, {"detector.attenuation_depth_um", "0"}})).find("attenuation"),
            std::string::npos);
}

TEST(Mask, MustHaveTheSizeOfTheDetector) {
  auto mask = std::make_shared<Mask>();
  mask->fast_count = mask->slow_count = 10;
  mask->bits.assign(2, ~0ull);
  SceneData data;
  data.mask = mask;
  EXPECT_NE(failure(cubic(), data).find("10 x 10"), std::string::npos);
}

TEST(Beam, FluenceFromFluxAndErrorForAPointBeam) {
  const Scene scene =
      resolve(with({{"beam.flux_per_s", "1e12"}, {"beam.exposure_s", "2"}, {"beam.size_mm", "0.05"}}), {});
  EXPECT_NEAR(scene.fluence_per_m2 / (2e12 / (5e-5 * 5e-5)), 1, 1e-14);
  EXPECT_NE(failure(with({{"beam.flux_per_s", "1e12"}, {"beam.size_mm", "0"}})).find("infinite fluence"),
            std::string::npos);
}

TEST(Sources, WeightsAverageToOneUnlessEqual) {
  SceneData data;
  data.sources = {{{-1, 0, 0}, 1, 1e-10}, {{-1, 0.1, 0}, 3, 0}};
  const Scene scene = resolve(cubic(), data);
  EXPECT_DOUBLE_EQ(scene.sources[0].weight, 0.5);
  EXPECT_DOUBLE_EQ(scene.sources[1].weight, 1.5);
  EXPECT_DOUBLE_EQ(scene.sources[1].wavelength_m, 1e-10);
  EXPECT_DOUBLE_EQ(resolve(with({{"compat.tokens", "equal-source-weights"}}), data).sources[1].weight, 1);
  data.sources = {{{-1, 0, 0}, 0, 1e-10}};
  EXPECT_NE(failure(cubic(), data).find("weights"), std::string::npos);
}

TEST(Sources, CentredGridIsSymmetric) {
  const Scene scene = resolve(with({{"beam.divergence_horizontal_mrad", "10"},
                                    {"beam.divergence_horizontal_step_mrad", "4"},
                                    {"compat.fixes", "center-divergence"}}),
                              {});
  ASSERT_EQ(scene.sources.size(), 3u);
  expect_vector(scene.sources[1].incident, {1, 0, 0}, 1e-15);
}

TEST(RandomMisset, NeedsASeedAndFollowsTheNoiseSeedOnlyWhenFixed) {
  EXPECT_NE(failure(with({{"crystal.misset_random", "1"}})).find("crystal.misset_seed"), std::string::npos);
  EXPECT_NE(failure(with({{"crystal.misset_random", "1"}, {"noise.seed", "3"}})).find("crystal.misset_seed"),
            std::string::npos);
  EXPECT_EQ(
      failure(with({{"crystal.misset_random", "1"}, {"noise.seed", "3"}, {"compat.fixes", "misset-seed-follows"}})),
      "no error");
}

TEST(Mosaic, CountsAndSpreadsResolveTogether) {
  const auto domains = [](const char* spread, const char* count) {
    Parameters p = cubic();
    if (*spread) p.set_text("crystal.mosaic_spread_deg", spread);
    if (*count) p.set_text("crystal.mosaic_domains", count);
    return resolve(p, {}).crystal.mosaic_rotations.size();
  };
  EXPECT_EQ(domains("", ""), 1u);
  EXPECT_EQ(domains("0.5", ""), 10u);
  EXPECT_EQ(domains("", "7"), 1u);
  EXPECT_EQ(domains("0", "7"), 1u);
  EXPECT_EQ(domains("0.5", "7"), 7u);
}

TEST(Mosaic, TablesThatCannotFitAreRefusedBeforeTheyAreMade) {
  const std::string message = failure(with(
      {{"crystal.mosaic_spread_deg", "1"}, {"crystal.mosaic_domains", "100000000"}, {"limits.memory_bytes", "1e6"}}));
  EXPECT_NE(message.find("limits.memory_bytes"), std::string::npos) << message;
}

TEST(Mosaic, GivenRotationsMustBeRotations) {
  SceneData data;
  data.mosaic_rotations = {identity_matrix, {1, 0, 0, 0, 1, 0, 0, 0.1, 1}};
  EXPECT_NE(failure(cubic(), data).find("rotation 1"), std::string::npos);
}

TEST(Interpolation, IsChosenByTheCountsBeforeTheSizeUnlessFixed) {
  SceneData data;
  data.structure_factors = box_of_reflections({{0, 0, 0, 1}, {5, 5, 5, 1}}, 0);
  const auto tricubic = [&](const char* fixes) {
    return resolve(
               with({{"crystal.size_mm", "0.001 0.001 0.001"}, {"sampling.oversample", "1"}, {"compat.fixes", fixes}}),
               data)
        .tricubic;
  };
  EXPECT_TRUE(tricubic(""));
  EXPECT_FALSE(tricubic("interp-after-size"));
}

TEST(CarryOver, ItsOwnSwitchBeatsTheTokens) {
  EXPECT_FALSE(resolve(cubic(), {}).carryover);
  EXPECT_TRUE(resolve(with({{"compat.tokens", "nanobragg"}}), {}).carryover);
  EXPECT_FALSE(resolve(with({{"compat.tokens", "nanobragg"}, {"phi_carryover.mode", "spec"}}), {}).carryover);
  EXPECT_TRUE(resolve(with({{"phi_carryover.mode", "c-parity"}}), {}).carryover);
}

}  // namespace
}  // namespace nbt
