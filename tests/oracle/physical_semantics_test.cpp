// What the corrected defaults mean, on cases with an answer known beforehand. The golden images know only the
// reference's variants, so nothing else holds these in place.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "oracle.hpp"
#include "words.hpp"

namespace nbt::oracle {
namespace {

constexpr double degree = 180.0 / std::numbers::pi;

using Arguments = std::vector<std::string>;

Arguments operator+(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

const Arguments small = words(
    "-cell 40 50 60 90 90 90 -default_F 100 -distance 50 -pixel 0.5 -detpixels 24 -oversample 1 -N 4 -misset 10 20 30");

double sum_of(const Result& result) {
  double sum = 0.0;
  for (const double value : result.image) sum += value;
  return sum;
}

double angle_between(const Vector& a, const Vector& b) {
  return degree * std::acos(dot(a, b) / length(a) / length(b));
}

TEST(PhysicalSemantics, TriclinicCellHasTheRequestedAngles) {
  const auto cell = words("-cell 70 80 90 75 85 95 -misset 10 20 30");
  const auto exact = render(small + cell).derived;
  EXPECT_NEAR(angle_between(exact.b_A, exact.c_A), 75.0, 1e-10);
  EXPECT_NEAR(angle_between(exact.c_A, exact.a_A), 85.0, 1e-10);
  EXPECT_NEAR(angle_between(exact.a_A, exact.b_A), 95.0, 1e-10);
  EXPECT_NEAR(length(exact.a_A), 70.0, 1e-10);
}

TEST(PhysicalSemantics, SkewedCellOfSixtyDegreesHasTheDocumentedAngles) {
  Options options;
  options.compat = {"skewed-cell"};
  const auto skewed = render(small + words("-cell 50 50 50 60 60 60"), options).derived;
  EXPECT_NEAR(angle_between(skewed.b_A, skewed.c_A), 57.849, 5e-4);
  EXPECT_NEAR(angle_between(skewed.c_A, skewed.a_A), 57.849, 5e-4);
  EXPECT_NEAR(angle_between(skewed.a_A, skewed.b_A), 58.525, 5e-4);
}

TEST(PhysicalSemantics, ASourceOfWeightZeroAddsNothing) {
  Options one, two;
  one.sources = {{{-10, 0.02, 0.01}, 1.0, 1e-10}};
  two.sources = {{{-10, 0.02, 0.01}, 5.0, 1e-10}, {{-10, -0.05, 0.01}, 0.0, 1.1e-10}};
  const auto alone = render(small, one), weighted = render(small, two);
  for (std::size_t i = 0; i < alone.image.size(); ++i)
    EXPECT_NEAR(weighted.image[i], alone.image[i], 1e-13 * alone.image[i]);
}

// sum over layers of exp(-t x) - exp(-(t+1) x) = 1 - exp(-n x) at any number of layers, as long as they see the same
// image.
TEST(PhysicalSemantics, LayersTogetherAbsorbLikeTheWholeSensor) {
  const auto far = words("-distance 5000 -pixel 5 -detector_abs 300 -detector_thick 200 -detector_thicksteps");
  const double bare = sum_of(render(small + words("-distance 5000 -pixel 5")));
  for (const auto* layers : {"1", "2", "5"}) {
    const auto result = render(small + far + Arguments{layers});
    EXPECT_EQ(result.derived.layers, std::stoi(layers));
    EXPECT_NEAR(sum_of(result) / bare, 1.0 - std::exp(-200.0 / 300.0), 1e-3) << layers;
  }
}

TEST(PhysicalSemantics, CapturePerSubPixelWithoutThicknessIsIgnored) {
  EXPECT_EQ(render(small + words("-oversample_thick")).image, render(small).image);
  Options black;
  black.compat = {"thick-zero-black"};
  EXPECT_EQ(sum_of(render(small + words("-oversample_thick"), black)), 0.0);
}

TEST(PhysicalSemantics, NopolarWinsOverPolarizationPerSubPixel) {
  EXPECT_EQ(render(small + words("-nopolar -oversample_polar")).image, render(small + words("-nopolar")).image);
}

// On a small pixel far away a factor hardly changes from sub-pixel to sub-pixel: the flags then make no difference.
TEST(PhysicalSemantics, FactorsPerSubPixelAgreeWithOneFactorOnSmallPixels) {
  const auto far = words("-distance 500 -pixel 0.05 -oversample 2 -mosaic 0.4 -mosaic_domains 3");
  const auto plain = render(small + far), flagged = render(small + far + words("-oversample_omega -oversample_polar"));
  EXPECT_NEAR(sum_of(flagged) / sum_of(plain), 1.0, 1e-6);
}

TEST(PhysicalSemantics, WaterIsAddedOnceWhateverTheNumberOfSteps) {
  const auto water = words("-cell 40 50 60 -default_F 1e-9 -distance 100 -pixel 0.1 -detpixels 16 -water 50 -nopolar");
  const auto one = render(water + words("-oversample 1"));
  const auto many = render(water + words("-oversample 1 -phi 0 -osc 1 -phisteps 4 -mosaic 1 -mosaic_domains 3"));
  EXPECT_NEAR(sum_of(many) / sum_of(one), 1.0, 1e-9);

  // F^2 r_e^2 fluence (w^3 1e6 Avogadro / 18) times the solid angle of the brightest pixel, at the beam.
  const double expected = 2.57 * 2.57 * std::pow(50e-6, 3) * 1e6 * 6.02214179e23 / 18.0 * 1e-6;
  EXPECT_NEAR(*std::max_element(one.image.begin(), one.image.end()) / expected, 1.0, 1e-5);
}

TEST(PhysicalSemantics, CurvedDetectorIsACylinderOfTheGivenRadius) {
  for (const auto* convention : {"-mosflm", "-xds", "-adxv", "-dials"}) {
    Options options;
    options.trace_pixel = PixelIndex{3, 20};
    const auto result = render(small + Arguments{convention, "-curved_det"}, options);
    const auto& d = result.derived;
    const auto position = result.trace.value().evaluations.at(0).position_m;
    EXPECT_NEAR(length(position), 0.05, 1e-15) << convention;
    // Arc lengths from the beam position, fast first.
    const double x = 20.5 * 0.5e-3 - d.fast_beam_m, y = 3.5 * 0.5e-3 - d.slow_beam_m;
    EXPECT_NEAR(dot(position, d.fast_axis), 0.05 * std::sin(x / 0.05), 1e-15) << convention;
    EXPECT_NEAR(dot(position, d.slow_axis), 0.05 * std::cos(x / 0.05) * std::sin(y / 0.05), 1e-15) << convention;
  }
}

// The radius is the distance that is reported; the arcs start where the direct beam really meets the plane.
TEST(PhysicalSemantics, CurvedDetectorStartsAtTheTrueBeamPosition) {
  Options options;
  options.trace_pixel = PixelIndex{3, 20};
  const auto result = render(small + words("-curved_det -detector_rotx 7 -detector_roty -4 -twotheta 12"), options);
  const auto& d = result.derived;
  const Vector spot = (d.close_distance_m / dot(d.beam_axis, d.normal_axis)) * d.beam_axis - d.origin_m;
  const double x = 20.5 * 0.5e-3 - dot(spot, d.fast_axis), y = 3.5 * 0.5e-3 - dot(spot, d.slow_axis);
  const Vector along_fast =
      rotate_about(d.distance_m * d.beam_axis, unit(cross(d.beam_axis, d.fast_axis)), x / d.distance_m);
  const Vector expected = rotate_about(along_fast, unit(cross(d.beam_axis, d.slow_axis)), y / d.distance_m);
  EXPECT_NEAR(length(result.trace.value().evaluations.at(0).position_m - expected), 0.0, 1e-15);
}

TEST(PhysicalSemantics, WaterIsAbsorbedByTheWholeSensor) {
  const auto water =
      words("-cell 40 50 60 -default_F 1e-9 -distance 5000 -pixel 5 -detpixels 16 -oversample 1 -water 50");
  const double bare = sum_of(render(water));
  for (const auto* layers : {"1", "3"}) {
    const auto thick = words("-detector_abs 300 -detector_thick 200 -detector_thicksteps") + Arguments{layers};
    EXPECT_NEAR(sum_of(render(water + thick)) / bare, 1.0 - std::exp(-200.0 / 300.0), 1e-3) << layers;
  }
}

// On an 11 x 11 grid the test 4 e <= 1.1 keeps the points with a^2 + b^2 <= 27 in steps from the middle.
TEST(PhysicalSemantics, RoundDivergenceKeepsAnEllipseOfSources) {
  EXPECT_EQ(render(small + words("-divergence 4 -divsteps 11 -roi 0 0 0 0")).derived.source_directions.size(), 89u);
  EXPECT_EQ(
      render(small + words("-divergence 4 -divsteps 11 -roi 0 0 0 0 -square_div")).derived.source_directions.size(),
      121u);
}

TEST(PhysicalSemantics, AGivenOriginIsTheFinalOrigin) {
  const auto origin = words("-pix0_vector_mm 50 6 -7 -detector_rotx 5 -twotheta 10");
  const auto d = render(small + origin).derived;
  EXPECT_DOUBLE_EQ(d.origin_m.x, 0.050);
  EXPECT_DOUBLE_EQ(d.origin_m.y, 0.006);
  EXPECT_DOUBLE_EQ(d.origin_m.z, -0.007);
}

TEST(PhysicalSemantics, TwothetaAxisIsNormalised) {
  const auto turn = words("-twotheta_axis 0 3 0 -twotheta 20 -distance 50");
  const auto d = render(small + turn).derived;
  EXPECT_NEAR(length(d.fast_axis), 1.0, 1e-14);
  EXPECT_NEAR(length(d.slow_axis), 1.0, 1e-14);
}

TEST(PhysicalSemantics, OneEvaluationOutsideTheListDoesNotStopInterpolation) {
  Options options;
  std::string rows;
  for (int h = -3; h <= 3; ++h) {
    for (int k = -3; k <= 3; ++k) {
      for (int l = -3; l <= 3; ++l) {
        rows += std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l) + " " +
                std::to_string(50 + 7 * h + k * l) + "\n";
      }
    }
  }
  options.files["a.hkl"] = rows;
  const auto scene = small + words("-hkl a.hkl -interpolate");
  const auto physical = render(scene, options);
  options.compat = {"interp-latch"};
  const auto latched = render(scene, options);
  EXPECT_FALSE(physical.derived.interpolation_off_at.has_value());
  EXPECT_TRUE(latched.derived.interpolation_off_at.has_value());
  EXPECT_NE(physical.image, latched.image);
}

TEST(PhysicalSemantics, RandomMissetTurnsByAtMostNinetyDegrees) {
  for (int seed = 1; seed < 30; ++seed) {
    const auto random = words("-cell 50 50 50 -misset_seed " + std::to_string(seed) + " -misset random");
    const auto d = render(words("-default_F 1 -detpixels 1 -oversample 1") + random).derived;
    const double trace = (d.a_A.x + d.b_A.y + d.c_A.z) / 50.0;
    EXPECT_GE((trace - 1.0) / 2.0, -1e-6) << "seed " << seed;
  }
}

}  // namespace
}  // namespace nbt::oracle
