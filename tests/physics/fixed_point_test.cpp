// Miller indices in fixed point: the two words of h + 1.5 * 2^20 against long double.
#include <gtest/gtest.h>

#include <bit>

#include "one_lane.hpp"
#include "physics/fixed_point-inl.h"

namespace nbt::test {
namespace {

struct Words {
  std::int32_t fraction;  // low
  std::int32_t whole;     // high
};

Words words_of(double h) {
  const auto bits = std::bit_cast<std::uint64_t>(h + fixed_point_offset);
  return {static_cast<std::int32_t>(static_cast<std::uint32_t>(bits)), static_cast<std::int32_t>(bits >> 32)};
}

long double delta_of(const Words& words) {
  return static_cast<long double>(words.fraction) * 0x1p-32L;
}

double nearest_of(const Words& words) {
  return one_lane::FixedPointNearest(words.fraction, words.whole) - fixed_point_bias;
}

// Near zero, near the ends of the range, and over all of it.
double some_index(Uniform& uniform, int i) {
  if (i % 3 == 0) return uniform(-3, 3);
  if (i % 3 == 1) return uniform(-fixed_point_limit + 1, fixed_point_limit - 1);
  return (i % 2 == 0 ? 1 : -1) * uniform(fixed_point_limit - 4, fixed_point_limit - 1);
}

// Adding the offset rounds h once, by half a step at most.
TEST(FixedPoint, NearestAndDistanceAddUpToTheIndex) {
  Uniform uniform(71);
  for (int i = 0; i < 100000; ++i) {
    const double h = some_index(uniform, i);
    const Words words = words_of(h);
    const long double sum = nearest_of(words) + delta_of(words);
    EXPECT_LE(fabsl(sum - h), fixed_point_step / 2) << h;
    EXPECT_LE(fabsl(delta_of(words)), 0.5L) << h;
  }
}

TEST(FixedPoint, WholeNumbersHaveNoDistance) {
  for (const double h : {0.0, 1.0, -1.0, 17.0, -300.0, fixed_point_limit - 1, 1 - fixed_point_limit}) {
    EXPECT_EQ(words_of(h).fraction, 0) << h;
    EXPECT_EQ(nearest_of(words_of(h)), h);
  }
}

// physics.md 9: of halves the lower whole number is the nearest. The words read delta = -1/2 there, and nearest + delta
// is still h: the upper one, which differs in no amplitude that is not on a jump.
TEST(FixedPoint, HalvesHaveAWholeNumberBesideThem) {
  for (const double h : {0.5, -0.5, 1.5, -1.5, 1000.5, -1000.5}) {
    const Words words = words_of(h);
    EXPECT_EQ(fabsl(delta_of(words)), 0.5L) << h;
    EXPECT_EQ(nearest_of(words) + delta_of(words), static_cast<long double>(h)) << h;
    EXPECT_EQ(nearest_of(words_of(h - fixed_point_step)), std::floor(h)) << h;
    EXPECT_EQ(nearest_of(words_of(h + fixed_point_step)), std::ceil(h)) << h;
  }
}

TEST(FixedPoint, StepsAreKeptOverTheWholeRange) {
  Uniform uniform(72);
  for (int i = 0; i < 100000; ++i) {
    const double whole = std::round(some_index(uniform, i));
    const double fraction = std::round(uniform(-0.5, 0.5) / fixed_point_step) * fixed_point_step;
    const Words words = words_of(whole + fraction);
    if (std::abs(fraction) == 0.5) continue;
    EXPECT_EQ(delta_of(words), static_cast<long double>(fraction)) << whole << " + " << fraction;
    EXPECT_EQ(nearest_of(words), whole) << whole << " + " << fraction;
  }
}

// What makes the phase cost one multiplication: dropping the overflow drops whole turns.
TEST(FixedPoint, ProductWithTheCellCountIsThePhaseExactly) {
  Uniform uniform(73);
  for (int i = 0; i < 100000; ++i) {
    const Words words = words_of(some_index(uniform, i));
    const auto cells = static_cast<std::int32_t>(uniform(1, i % 2 == 0 ? 100 : 2147483647.0));
    const auto product = static_cast<std::uint32_t>(words.fraction) * static_cast<std::uint32_t>(cells);
    const long double phase = static_cast<long double>(static_cast<std::int32_t>(product)) * 0x1p-32L;
    const long double turns = delta_of(words) * cells;
    EXPECT_EQ(phase, turns - floorl(turns + 0.5L)) << words.fraction << " * " << cells;
  }
}

TEST(FixedPoint, FractionIsTheDistanceRoundedToFloat) {
  Uniform uniform(74);
  for (int i = 0; i < 100000; ++i) {
    const auto fraction = static_cast<std::int32_t>(uniform(-2147483648.0, 2147483647.0));
    const float in_float = one_lane::FixedPointFraction(Float(), fraction);
    const long double truth = static_cast<long double>(fraction) * 0x1p-32L;
    EXPECT_LE(fabsl(in_float - truth), 0x1p-24L * fabsl(truth)) << fraction;
  }
  EXPECT_EQ(one_lane::FixedPointFraction(Float(), std::int32_t{0}), 0.0f);
  EXPECT_EQ(one_lane::FixedPointFraction(Float(), std::numeric_limits<std::int32_t>::min()), -0.5f);
}

}  // namespace
}  // namespace nbt::test
