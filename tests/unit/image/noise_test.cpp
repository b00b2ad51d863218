#include "image/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nbt::image {
namespace {

// Check values of files-and-cli.md 4.4: one generator, seed -1, all three branches in turn.
TEST(Poisson, RepeatsThePublishedDraws) {
  PoissonGenerator poisson(-1);
  for (const float expected : {5.F, 5.F, 8.F, 5.F, 6.F, 6.F, 1.F, 5.F, 5.F, 3.F}) EXPECT_EQ(poisson.draw(5), expected);
  for (const float expected : {95.F, 96.F, 94.F, 94.F, 111.F, 92.F, 89.F, 100.F}) {
    EXPECT_EQ(poisson.draw(100), expected);
  }
  for (const float expected : {2002475.5F, 2001806.625F, 1998651.375F, 1996531.375F}) {
    EXPECT_EQ(poisson.draw(2e6F), expected);
  }
}

TEST(Poisson, HasItsMeanAndItsVariance) {
  for (const float mean : {0.0F, 0.3F, 5.0F, 11.99F, 12.0F, 40.0F, 5000.0F, 2e6F}) {
    PoissonGenerator poisson(-42);
    constexpr int draws = 40000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; ++i) {
      const double deviation = static_cast<double>(poisson.draw(mean)) - static_cast<double>(mean);
      sum += deviation;
      squares += deviation * deviation;
    }
    const double sigma = std::sqrt(static_cast<double>(mean) / draws);
    // Five standard deviations of the mean; the variance of a Poisson sample scatters by about 1 % here.
    EXPECT_NEAR(sum / draws, 0, 5 * sigma) << "mean " << mean;
    EXPECT_NEAR(squares / draws, mean, 0.06 * static_cast<double>(mean)) << "mean " << mean;
  }
}

// Constants are kept while the mean repeats; those of the mean before must not be used. A mean of 0 takes one uniform
// number, so that a second generator can be brought to the same place without any mean before.
TEST(Poisson, DoesNotDependOnTheMeanBefore) {
  for (const float mean : {0.0F, 5.0F, 11.0F, 12.0F, 30.0F, 2e6F}) {
    PoissonGenerator after_another_mean(-3);
    after_another_mean.draw(0);
    RandomGenerator uniform;
    std::int64_t seed = -3;
    uniform.uniform(seed);
    EXPECT_EQ(after_another_mean.draw(mean), PoissonGenerator(seed, uniform).draw(mean)) << "mean " << mean;
  }
}

std::vector<std::uint16_t> next_row(NoiseStage& stage, const std::vector<float>& photons) {
  std::vector<std::uint16_t> counts(photons.size(), 99);
  stage.next_row(photons, counts);
  return counts;
}

TEST(Noise, DrawsPixelByPixelInsideTheRegionOnly) {
  NoiseStage stage(-1, 40, {1, 3, 1, 2});
  const std::vector<float> photons(5, 5.0F);
  EXPECT_EQ(next_row(stage, photons), std::vector<std::uint16_t>(5, 0));
  EXPECT_EQ(next_row(stage, photons), (std::vector<std::uint16_t>{0, 45, 45, 48, 0}));
  EXPECT_EQ(next_row(stage, photons), (std::vector<std::uint16_t>{0, 45, 46, 46, 0}));
  EXPECT_EQ(next_row(stage, photons), std::vector<std::uint16_t>(5, 0));
  EXPECT_EQ(stage.total_photons(), 35);
  EXPECT_EQ(stage.overloads(), 0);
}

TEST(Noise, CountsOverloadsAndTruncatesTheOffset) {
  NoiseStage stage(-1, 7.5, whole_detector(3, 1));
  const auto counts = next_row(stage, {0, 2e6F, 70000});
  EXPECT_EQ(counts, (std::vector<std::uint16_t>{7, 65535, 65535}));
  EXPECT_EQ(stage.overloads(), 2);
}

TEST(Noise, NegativeAndNanPixelsAreDarkAndStillDraw) {
  NoiseStage dark(-9, 40, whole_detector(4, 1));
  NoiseStage odd(-9, 40, whole_detector(4, 1));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(next_row(dark, {0, 0, 0, 9}), next_row(odd, {-3, nan, -0.0F, 9}));
}

TEST(Noise, InfinitelyManyPhotonsAreAnOverload) {
  NoiseStage stage(-9, 40, whole_detector(8, 1));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(next_row(stage, std::vector<float>(8, infinity)), std::vector<std::uint16_t>(8, 65535));
  EXPECT_EQ(stage.overloads(), 8);
}

TEST(Noise, ANegativeOffsetClipsAtZero) {
  NoiseStage stage(-9, -100, whole_detector(1, 1));
  EXPECT_EQ(next_row(stage, {5}), std::vector<std::uint16_t>{0});
}

// A positive generator seed goes on where the mosaic draws stopped [Q35].
TEST(Noise, APositiveSeedContinuesAUsedGenerator) {
  RandomGenerator used;
  std::int64_t mosaic_seed = -12345678;
  for (int i = 0; i < 3; ++i) used.uniform(mosaic_seed);
  const std::vector<float> photons(50, 5.0F);
  NoiseStage continued(PoissonGenerator(77, used), 0, whole_detector(50, 1));
  NoiseStage fresh(PoissonGenerator(77), 0, whole_detector(50, 1));
  EXPECT_NE(next_row(continued, photons), next_row(fresh, photons));
}

}  // namespace
}  // namespace nbt::image
