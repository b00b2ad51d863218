#include "image/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace nbt::image {
namespace {

struct Image {
  std::int64_t fast_count;
  std::vector<float> pixels;

  ImageStatistics statistics(const Region& region, std::shared_ptr<const Mask> mask = nullptr) const {
    StatisticsStage stage(region, std::move(mask));
    const auto width = static_cast<std::size_t>(fast_count);
    for (std::size_t begin = 0; begin < pixels.size(); begin += width) {
      stage.next_row(std::span(pixels).subspan(begin, width));
    }
    return stage.result();
  }
  std::int64_t slow_count() const { return static_cast<std::int64_t>(pixels.size()) / fast_count; }
  Region whole() const { return whole_detector(fast_count, slow_count()); }
};

Image wavy_image(std::int64_t fast_count, std::int64_t slow_count, double offset) {
  Image image{fast_count, {}};
  for (std::int64_t i = 0; i < fast_count * slow_count; ++i) {
    image.pixels.push_back(static_cast<float>(offset + std::sin(0.7 * static_cast<double>(i))));
  }
  return image;
}

// The bit of pixel i is set where i is not a multiple of `period`.
std::shared_ptr<const Mask> periodic_mask(const Image& image, std::size_t period) {
  auto mask = std::make_shared<Mask>();
  mask->fast_count = image.fast_count;
  mask->slow_count = image.slow_count();
  mask->bits.resize(image.pixels.size() / 64 + 1);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (i % period != 0) mask->bits[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return mask;
}

TEST(Statistics, OfAFewPixelsAsByHand) {
  const Image image{2, {1, 2, 4, 5}};
  const ImageStatistics s = image.statistics(image.whole());
  EXPECT_EQ(s.sum, 12);
  EXPECT_EQ(s.mean, 3);
  EXPECT_EQ(s.maximum, 5);
  EXPECT_DOUBLE_EQ(s.rms, std::sqrt(46.0 / 3));
  EXPECT_DOUBLE_EQ(s.rmsd, std::sqrt(10.0 / 3));
  EXPECT_DOUBLE_EQ(s.true_rms, std::sqrt(46.0 / 4));
  EXPECT_DOUBLE_EQ(s.true_rmsd, std::sqrt(10.0 / 3));
}

TEST(Statistics, TheFirstOfSeveralMaximaIsTheMaximum) {
  const Image image{3, {0, 1, 7, 7, 1, 7}};
  const ImageStatistics s = image.statistics(image.whole());
  EXPECT_EQ(s.maximum_fast, 2);
  EXPECT_EQ(s.maximum_slow, 0);
}

TEST(Statistics, OfABlackImageAreZero) {
  const Image image{3, std::vector<float>(6, 0.0F)};
  const ImageStatistics s = image.statistics(image.whole());
  for (const double value : {s.maximum, s.mean, s.rms, s.rmsd, s.true_rms, s.true_rmsd}) EXPECT_EQ(value, 0);
}

TEST(Statistics, OfAConstantImageHaveNoDeviation) {
  const Image image{5, std::vector<float>(35, 0.1F)};
  EXPECT_EQ(image.statistics(image.whole()).true_rmsd, 0);
}

TEST(Statistics, OfAnEmptyRegionAreZero) {
  const Image image{2, {1, 2, 3, 4}};
  for (const Region& region : {Region{}, Region{5, 9, 0, 1}, Region{1, 0, 0, 1}}) {
    const ImageStatistics s = image.statistics(region);
    EXPECT_EQ(s.region_pixels, 0);
    EXPECT_EQ(s.rms, 0);
    EXPECT_EQ(s.maximum, 0);
  }
}

// The formulas of physics.md 12, pixel by pixel in two passes. A large offset would ruin a difference of sums.
TEST(Statistics, EqualTheTwoPassFormulasWithRegionAndMask) {
  for (const double offset : {1.5, 1000.0}) {
    const Image image = wavy_image(31, 23, offset);
    const auto mask = periodic_mask(image, 5);
    const Region region{3, 28, 2, 19};
    double sum = 0;
    double rounded_squares = 0;
    std::int64_t rendered = 0;
    std::int64_t in_region = 0;
    const auto for_each = [&](auto action) {
      for (std::int64_t i = 0; i < 31 * 23; ++i) {
        if (region.contains(i % 31, i / 31)) action(i % 5 != 0, image.pixels[static_cast<std::size_t>(i)]);
      }
    };
    for_each([&](bool is_rendered, float v) {
      ++in_region;
      if (!is_rendered) return;
      ++rendered;
      sum += static_cast<double>(v);
      rounded_squares += static_cast<double>(v * v);
    });
    const double mean = sum / static_cast<double>(rendered);
    double all_deviations = 0;
    double rendered_deviations = 0;
    for_each([&](bool is_rendered, float v) {
      const double square = (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
      all_deviations += square;
      if (is_rendered) rendered_deviations += square;
    });
    const ImageStatistics s = image.statistics(region, mask);
    EXPECT_EQ(s.rendered_pixels, rendered);
    EXPECT_EQ(s.region_pixels, in_region);
    EXPECT_EQ(s.mean, mean);
    EXPECT_EQ(s.rms, std::sqrt(rounded_squares / static_cast<double>(rendered - 1)));
    // Rounding of some hundred additions in either calculation.
    const double expected_rmsd = std::sqrt(all_deviations / static_cast<double>(in_region - 1));
    EXPECT_NEAR(s.rmsd, expected_rmsd, 1e-14 * expected_rmsd) << "offset " << offset;
    EXPECT_NEAR(s.true_rmsd, std::sqrt(rendered_deviations / static_cast<double>(rendered - 1)), 1e-12);
  }
}

TEST(Statistics, MergedMomentsAreThoseOfAllNumbers) {
  Moments merged;
  merged.merge({});
  merged.merge({2, 1.5, 0.5});  // 1 2
  merged.merge({3, 4, 2});      // 3 4 5
  EXPECT_EQ(merged.count, 5);
  EXPECT_DOUBLE_EQ(merged.mean, 3);
  EXPECT_DOUBLE_EQ(merged.squared_deviations, 10);
  EXPECT_DOUBLE_EQ(merged.squared_deviations_from(2), 15);
}

}  // namespace
}  // namespace nbt::image
