#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "io/difference_png.hpp"
#include "io/image_compare.hpp"
#include "read_png.hpp"

namespace nbt::io {
namespace {

FloatImage flat(std::int64_t fast, std::int64_t slow, float value) {
  return {{fast, slow}, std::vector<float>(static_cast<std::size_t>(fast * slow), value)};
}

float& at(FloatImage& image, std::int64_t fast, std::int64_t slow) {
  return image.pixels.at(static_cast<std::size_t>(slow * image.size.fast_count + fast));
}

// Gaussian spots on a lattice, brighter towards larger indices, on a slope.
FloatImage spots(double shift_fast, double shift_slow) {
  FloatImage image = flat(120, 90, 0);
  for (std::int64_t slow = 0; slow < 90; ++slow) {
    for (std::int64_t fast = 0; fast < 120; ++fast) {
      double value = 1 + 0.001 * static_cast<double>(slow);
      for (int i = 1; i <= 5; ++i) {
        for (int j = 1; j <= 4; ++j) {
          const double df = static_cast<double>(fast) - 20 * i - shift_fast;
          const double ds = static_cast<double>(slow) - 18 * j - shift_slow;
          value += (50 + 10 * i + j) * std::exp(-(df * df + ds * ds) / 4);
        }
      }
      at(image, fast, slow) = static_cast<float>(value);
    }
  }
  return image;
}

FloatImage scaled(FloatImage image, float factor) {
  for (float& pixel : image.pixels) pixel *= factor;
  return image;
}

TEST(Compare, AnImageEqualsItself) {
  const FloatImage image = spots(0, 0);
  const ImageComparison c = compare_images(image, image);
  EXPECT_EQ(c.compared_pixels, 120 * 90);
  EXPECT_EQ(c.differing_pixels, 0);
  EXPECT_EQ(c.skipped_pixels, 0);
  ASSERT_TRUE(c.correlation);
  EXPECT_NEAR(*c.correlation, 1, 1e-12);
  EXPECT_EQ(c.rmse, 0);
  EXPECT_EQ(c.largest_difference.value, 0);
  EXPECT_EQ(c.sum_ratio, 1.0);
  EXPECT_EQ(c.max_ratio, 1.0);
  EXPECT_EQ(c.peaks.sought, 20);
  EXPECT_EQ(c.peaks.matched, 20);
  EXPECT_EQ(c.peaks.mean_distance_pixels, 0.0);
}

TEST(Compare, ScaleChangesRatiosOnly) {
  const FloatImage image = spots(0, 0);
  const ImageComparison c = compare_images(image, scaled(image, 4));
  EXPECT_NEAR(*c.correlation, 1, 1e-12);
  EXPECT_NEAR(*c.sum_ratio, 4, 1e-12);
  EXPECT_EQ(c.max_ratio, 4.0);
  EXPECT_EQ(c.peaks.matched, 20);
  EXPECT_EQ(c.peaks.mean_distance_pixels, 0.0);
  EXPECT_NEAR(c.largest_difference.value, 3 * c.max_a, 1e-9);
}

TEST(Compare, NegativeIsAnticorrelated) {
  const FloatImage image = spots(0, 0);
  EXPECT_NEAR(*compare_images(image, scaled(image, -1)).correlation, -1, 1e-12);
}

TEST(Compare, ShiftIsThePeaksDistance) {
  const ImageComparison c = compare_images(spots(0, 0), spots(3, 4));
  EXPECT_EQ(c.peaks.matched, 20);
  EXPECT_EQ(c.peaks.mean_distance_pixels, 5.0);
  EXPECT_EQ(c.peaks.largest_distance_pixels, 5.0);
  EXPECT_LT(*c.correlation, 0.5);
}

TEST(Compare, PeaksBeyondTheRadiusDoNotMatch) {
  CompareOptions options;
  options.peaks.match_radius_pixels = 4.9;
  const ImageComparison c = compare_images(spots(0, 0), spots(3, 4), options);
  EXPECT_EQ(c.peaks.sought, 20);
  EXPECT_EQ(c.peaks.matched, 0);
  EXPECT_FALSE(c.peaks.mean_distance_pixels);
}

TEST(Compare, NumbersOfAHandMadePair) {
  const FloatImage a{{2, 2}, {1, 2, 3, 4}};
  const FloatImage b{{2, 2}, {2, 2, 3, 1}};
  const ImageComparison c = compare_images(a, b);
  EXPECT_EQ(c.differing_pixels, 2);
  EXPECT_DOUBLE_EQ(c.rmse, std::sqrt((1 + 9) / 4.0));
  EXPECT_EQ(c.largest_difference.value, 3);
  EXPECT_EQ(c.largest_difference.fast, 1);
  EXPECT_EQ(c.largest_difference.slow, 1);
  EXPECT_EQ(c.largest_difference.a, 4);
  EXPECT_EQ(c.largest_difference.b, 1);
  EXPECT_EQ(c.sum_ratio, 0.8);
  EXPECT_EQ(c.max_ratio, 0.75);
  // Covariance -1 over the root of 5 times 2.
  EXPECT_NEAR(*c.correlation, -1 / std::sqrt(10.0), 1e-12);
}

TEST(Compare, RegionLimitsEverything) {
  FloatImage a = flat(10, 8, 1);
  FloatImage b = a;
  at(a, 4, 3) = at(b, 4, 3) = 5;
  at(b, 9, 7) = 1000;
  CompareOptions options;
  options.region = ImageRegion{3, 6, 2, 4};
  const ImageComparison c = compare_images(a, b, options);
  EXPECT_EQ(c.compared_pixels, 12);
  EXPECT_EQ(c.differing_pixels, 0);
  EXPECT_EQ(c.max_b, 5);
  EXPECT_EQ(compare_images(a, b).largest_difference.fast, 9);
  EXPECT_EQ(compare_images(a, b).largest_difference.slow, 7);
}

TEST(Compare, PixelsThatAreNoNumbersAreSkippedAndCounted) {
  FloatImage a = flat(4, 4, 1);
  FloatImage b = a;
  at(a, 1, 1) = std::numeric_limits<float>::quiet_NaN();
  at(b, 2, 2) = std::numeric_limits<float>::infinity();
  const ImageComparison c = compare_images(a, b);
  EXPECT_EQ(c.skipped_pixels, 2);
  EXPECT_EQ(c.compared_pixels, 14);
  EXPECT_EQ(c.rmse, 0);
}

TEST(Compare, WhatDoesNotExistIsAbsent) {
  const ImageComparison c = compare_images(flat(4, 4, 0), flat(4, 4, 2));
  EXPECT_FALSE(c.correlation);
  EXPECT_FALSE(c.sum_ratio);
  EXPECT_FALSE(c.max_ratio);
  EXPECT_EQ(c.peaks.sought, 0);
  EXPECT_NE(comparison_text(c).find("correlation         undefined"), std::string::npos) << comparison_text(c);
  EXPECT_TRUE(nlohmann::json::parse(comparison_json(c)).at("correlation").is_null());
}

TEST(Compare, JsonHoldsEveryNumberExactly) {
  const ImageComparison c = compare_images(spots(0, 0), spots(1, 0));
  const auto json = nlohmann::json::parse(comparison_json(c));
  EXPECT_EQ(json.at("rmse").get<double>(), c.rmse);
  EXPECT_EQ(json.at("correlation").get<double>(), *c.correlation);
  EXPECT_EQ(json.at("sum_ratio").get<double>(), *c.sum_ratio);
  EXPECT_EQ(json.at("max_ratio").get<double>(), *c.max_ratio);
  EXPECT_EQ(json.at("largest_difference").at("fast").get<std::int64_t>(), c.largest_difference.fast);
  EXPECT_EQ(json.at("peaks").at("matched").get<std::int64_t>(), c.peaks.matched);
  EXPECT_EQ(json.at("region").at("fast_last").get<int>(), 119);
}

TEST(Compare, BadQuestionsAreErrors) {
  const FloatImage a = flat(4, 3, 1);
  expect_error(Status::wrong_length, {"4 x 3", "3 x 4"}, [&] { compare_images(a, flat(3, 4, 1)); });
  expect_error(Status::wrong_length, {"11 pixels"}, [&] { compare_images(a, {{4, 3}, std::vector<float>(11)}); });
  const float not_a_number = std::numeric_limits<float>::quiet_NaN();
  expect_error(Status::inconsistent_scene, {"no pixel"}, [&] { compare_images(a, flat(4, 3, not_a_number)); });
  for (const ImageRegion& region :
       {ImageRegion{0, 4, 0, 2}, ImageRegion{-1, 2, 0, 2}, ImageRegion{2, 1, 0, 2}, ImageRegion{0, 3, 0, 3}}) {
    CompareOptions options;
    options.region = region;
    expect_error(Status::out_of_range, {"region along"}, [&] { compare_images(a, a, options); });
  }
  CompareOptions options;
  options.peaks.match_radius_pixels = -1;
  expect_error(Status::out_of_range, {"radius"}, [&] { compare_images(a, a, options); });
}

TEST(Peaks, FlatTopIsOnePeakAndEdgesCount) {
  FloatImage image = flat(6, 4, 0);
  at(image, 2, 1) = at(image, 3, 1) = at(image, 2, 2) = at(image, 3, 2) = 5;
  at(image, 5, 3) = 4;
  const std::vector<Peak> peaks = find_peaks(image, {0, 5, 0, 3}, 1);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_EQ(peaks[0].fast, 2);
  EXPECT_EQ(peaks[0].slow, 1);
  EXPECT_EQ(peaks[1].fast, 5);
  EXPECT_EQ(peaks[1].value, 4);
}

TEST(Peaks, SlopeThatGoesOnOutsideTheRegionIsNoPeak) {
  FloatImage image = flat(6, 1, 0);
  for (std::int64_t i = 0; i < 6; ++i) at(image, i, 0) = static_cast<float>(i);
  EXPECT_TRUE(find_peaks(image, {0, 3, 0, 0}, 0).empty());
}

TEST(Peaks, PeakOfBIsGivenAwayOnce) {
  const std::vector<Peak> a = {{10, 10, 5}, {12, 10, 9}};
  const PeakMatch match = match_peaks(a, {{11, 10, 7}}, 10, 3);
  EXPECT_EQ(match.sought, 2);
  EXPECT_EQ(match.matched, 1);
}

TEST(Peaks, OnlyTheBrightestAreSought) {
  const std::vector<Peak> a = {{0, 0, 1}, {10, 0, 3}, {20, 0, 2}};
  const PeakMatch match = match_peaks(a, {{0, 0, 1}, {10, 1, 3}}, 2, 3);
  EXPECT_EQ(match.sought, 2);
  EXPECT_EQ(match.matched, 1);
  EXPECT_EQ(match.mean_distance_pixels, 1.0);
}

TEST(DifferencePng, BlueWhereLowerRedWhereHigherGrayWhereNothing) {
  const ScratchFolder folder;
  const FloatImage a = flat(4, 2, 10);
  FloatImage b = a;
  at(b, 0, 0) = 0;
  at(b, 1, 0) = 20;
  at(b, 2, 0) = std::numeric_limits<float>::quiet_NaN();
  write_difference_png(folder.file("d.png"), a, b);
  const PngPicture picture = read_png(folder.file("d.png"));
  EXPECT_GT(picture.at(0, 0)[2], picture.at(0, 0)[0] + 50);
  EXPECT_GT(picture.at(1, 0)[0], picture.at(1, 0)[2] + 50);
  EXPECT_EQ(picture.at(2, 0), (std::array<std::uint8_t, 3>{128, 128, 128}));
  for (const std::uint8_t channel : picture.at(3, 1)) EXPECT_GT(channel, 235);
}

TEST(DifferencePng, ReductionKeepsTheLargestOfEitherSign) {
  const ScratchFolder folder;
  const FloatImage a = flat(100, 60, 10);
  FloatImage b = a;
  at(b, 99, 59) = 0;
  at(b, 98, 59) = 15;
  DifferenceOptions options;
  options.largest_edge_pixels = 10;
  write_difference_png(folder.file("d.png"), a, b, options);
  const PngPicture picture = read_png(folder.file("d.png"));
  ASSERT_EQ(picture.width, 10);
  ASSERT_EQ(picture.height, 6);
  EXPECT_GT(picture.at(9, 5)[2], picture.at(9, 5)[0] + 50);
}

}  // namespace
}  // namespace nbt::io
