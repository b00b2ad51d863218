// Miller indices in fixed point: the two words of h + 1.5 * 2^20 against long double.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

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

// w = |x| - x^2 of x = fraction/2^32: two roundings, of the conversion and of the result.
TEST(FixedPoint, ParabolaIsThatOfTheFraction) {
  Uniform uniform(74);
  for (int i = 0; i < 100000; ++i) {
    const auto fraction = static_cast<std::int32_t>(uniform(-2147483648.0, 2147483647.0));
    if (fraction == 0) continue;
    const float w = one_lane::FixedPointParabola(Float(), static_cast<float>(fraction));
    const long double x = fabsl(static_cast<long double>(fraction)) * 0x1p-32L;
    EXPECT_LE(fabsl(w - (x - x * x)), 2 * 0x1p-24L * (x - x * x)) << fraction;
  }
  const float none = one_lane::RelativeSine(Float(), one_lane::FixedPointParabola(Float(), 0.0f));
  EXPECT_FALSE(std::isfinite(none * one_lane::ops::Reciprocal(Float(), none))) << "a whole index must show in the sum";
}

// The two words of 64-bit fixed point: delta and N delta peeled keep the relative accuracy of float down to one step.
TEST(WideFixedPoint, KeepsTheRelativeAccuracyOfFloatNearWholeNumbers) {
  Uniform uniform(75);
  for (const int bits : {36, 40, 43, 45, 47}) {
    const WideFixedPoint scheme(bits);
    const double limit = std::exp2(51 - bits) - 1;
    for (int i = 0; i < 20000; ++i) {
      const double cells = std::floor(uniform(1, 1000));
      // Whole numbers of steps, half of them near a whole number or a zero of the grating.
      const double near = std::round(uniform(2 - limit, limit - 2)) + std::round(uniform(0, cells)) / cells;
      const double wanted =
          i % 2 == 0 ? uniform(-limit, limit) : near + uniform(-1, 1) * std::pow(10, uniform(-12, -3));
      const double h = std::ldexp(std::round(std::ldexp(wanted, bits)), -bits);
      const auto shifted = std::bit_cast<std::uint64_t>(h + scheme.offset) << scheme.shift;
      const auto upper = static_cast<std::int32_t>(shifted >> 32);
      const auto lower = static_cast<std::int32_t>(static_cast<std::uint32_t>(shifted));
      const float rest = one_lane::FixedPointRest(Float(), lower);
      const float delta = one_lane::FixedPointSum(Float(), upper, rest, 1.0f);
      const auto product = static_cast<std::uint32_t>(upper) * static_cast<std::uint32_t>(cells);
      const float t =
          one_lane::FixedPointSum(Float(), static_cast<std::int32_t>(product), rest, static_cast<float>(cells));
      const long double true_delta = static_cast<long double>(h) - roundl(h);
      const long double turns = true_delta * static_cast<long double>(cells);
      const long double true_t = turns - roundl(turns);
      // Halves may go either way.
      EXPECT_LE(fabsl(fabsl(delta * 0x1p-32L) - fabsl(true_delta)), 0x1p-23L * fabsl(true_delta)) << bits << ' ' << h;
      EXPECT_LE(fabsl(fabsl(t * 0x1p-32L) - fabsl(true_t)), 0x1p-23L * fabsl(true_t) + 0x1p-62L * cells)
          << bits << ' ' << h << ' ' << cells;
    }
  }
}

TEST(WideFixedPoint, FindsTheNearestWholeNumberHalvesDown) {
  Uniform uniform(76);
  for (const int bits : {36, 43, 47}) {
    const WideFixedPoint scheme(bits);
    const double limit = std::exp2(51 - bits) - 1;
    for (int i = 0; i < 20000; ++i) {
      const double wanted = i % 3 == 0 ? std::round(uniform(-limit, limit)) + 0.5 : uniform(-limit, limit);
      const double h = std::ldexp(std::round(std::ldexp(std::clamp(wanted, -limit, limit), bits)), -bits);
      const std::uint64_t raised = std::bit_cast<std::uint64_t>(h + scheme.offset) + scheme.half;
      const auto whole = static_cast<std::int32_t>(raised >> 32) >> scheme.whole_shift;
      EXPECT_EQ(whole - scheme.bias, static_cast<std::int32_t>(std::ceil(h - 0.5))) << bits << ' ' << h;
    }
  }
}

}  // namespace
}  // namespace nbt::test
