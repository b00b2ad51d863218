#include "model/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "model/random_rotation.hpp"

namespace nbt {
namespace {

// Check values of physics.md 8.1.
TEST(RandomGenerator, RepeatsThePublishedSequences) {
  RandomGenerator generator;
  std::int64_t seed = -1;
  for (const float expected : {0.41599935F, 0.09196489F, 0.7564105F, 0.52970022F, 0.9304365F}) {
    EXPECT_EQ(generator.uniform(seed), expected);
  }
  seed = -12345678;
  for (const float expected : {0.7659893F, 0.023453664F, 0.58972663F}) EXPECT_EQ(generator.uniform(seed), expected);
}

TEST(RandomGenerator, StaysBetweenZeroAndOneAndFillsTheRangeEvenly) {
  RandomGenerator generator;
  std::int64_t seed = -7;
  std::array<int, 10> tenths{};
  for (int draw = 0; draw < 100000; ++draw) {
    const float u = generator.uniform(seed);
    ASSERT_GT(u, 0.0F);
    ASSERT_LT(u, 1.0F);
    ++tenths[static_cast<std::size_t>(u * 10.0F)];
  }
  // 10000 expected, standard deviation 95.
  for (const int count : tenths) EXPECT_NEAR(count, 10000, 500);
}

TEST(RandomGenerator, ANonPositiveSeedRestartsAndAPositiveOneContinues) {
  RandomGenerator used;
  std::int64_t seed = -5;
  for (int draw = 0; draw < 17; ++draw) used.uniform(seed);

  for (const std::int64_t restarting : {-99, 0}) {
    RandomGenerator again = used;
    RandomGenerator fresh;
    std::int64_t restarted = restarting;
    std::int64_t fresh_seed = restarting;
    EXPECT_EQ(again.uniform(restarted), fresh.uniform(fresh_seed)) << "seed " << restarting;
    EXPECT_GT(restarted, 0);
  }

  RandomGenerator continued = used;
  std::int64_t first = 99;
  std::int64_t second = 99;
  RandomGenerator never_started;
  EXPECT_NE(continued.uniform(first), never_started.uniform(second));
}

TEST(RandomGenerator, SeedZeroAndAPositiveSeedOfAFreshGeneratorMeanSeedOne) {
  std::int64_t minus_one = -1;
  const float expected = RandomGenerator().uniform(minus_one);
  for (std::int64_t seed : {0, 1, 4711}) {
    std::int64_t variable = seed;
    EXPECT_EQ(RandomGenerator().uniform(variable), expected) << "seed " << seed;
  }
}

// Check values of physics.md 8.3: the second domain of the default mosaic seed.
TEST(RandomRotation, RepeatsThePublishedDomain) {
  RandomGenerator generator;
  std::int64_t seed = -12345678;
  const double cap = 1 / degrees_per_radian;
  random_rotation(generator, seed, cap);
  const RandomRotation domain = random_rotation(generator, seed, cap);
  EXPECT_NEAR(domain.axis.x, 0.057802, 5e-7);
  EXPECT_NEAR(domain.axis.y, 0.257818, 5e-7);
  EXPECT_NEAR(domain.axis.z, 0.964463, 5e-7);
  EXPECT_NEAR(domain.angle_radians, 0.01653929, 1e-8);
}

TEST(RandomRotation, IsARotationAboutItsAxisByItsAngleWithinTheCap) {
  RandomGenerator generator;
  std::int64_t seed = -31;
  for (int i = 0; i < 200; ++i) {
    const RandomRotation r = random_rotation(generator, seed, 0.3);
    ASSERT_LE(std::abs(r.angle_radians), 0.3 * (1 + 1e-7));
    for (const Vector3& v : {Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}, r.axis}) {
      const Vector3 difference = multiply(r.matrix, v) - rotate_about(v, r.axis, r.angle_radians);
      // Each component is a sum of three products of numbers up to 1.
      ASSERT_LT(length(difference), 1e-15 * 4) << "rotation " << i;
    }
  }
}

}  // namespace
}  // namespace nbt
