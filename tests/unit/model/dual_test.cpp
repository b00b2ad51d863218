// Each operation on dual numbers against its derivative.
#include "model/dual.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace nbt {
namespace {

constexpr Dual x{2.5, 1}, y{-0.75, 3};

void expect_dual(const Dual& actual, double value, double tangent) {
  EXPECT_DOUBLE_EQ(actual.value, value);
  EXPECT_DOUBLE_EQ(actual.tangent, tangent);
}

TEST(Dual, OperatorsFollowTheRulesOfDifferentiation) {
  expect_dual(-x, -2.5, -1);
  expect_dual(x + y, 1.75, 4);
  expect_dual(x - y, 3.25, -2);
  expect_dual(x * y, -1.875, 2.5 * 3 - 0.75);
  expect_dual(x / y, 2.5 / -0.75, (-0.75 - 2.5 * 3) / (0.75 * 0.75));
  expect_dual(2 * x, 5, 2);
  expect_dual(1.0 / x, 0.4, -1 / 6.25);
}

TEST(Dual, FunctionsFollowTheRulesOfDifferentiation) {
  expect_dual(sqrt(x), std::sqrt(2.5), 0.5 / std::sqrt(2.5));
  expect_dual(sin(y), std::sin(-0.75), 3 * std::cos(-0.75));
  expect_dual(cos(y), std::cos(-0.75), -3 * std::sin(-0.75));
  expect_dual(atan2(x, y), std::atan2(2.5, -0.75), (-0.75 - 2.5 * 3) / (2.5 * 2.5 + 0.75 * 0.75));
  expect_dual(fabs(x), 2.5, 1);
  expect_dual(fabs(y), 0.75, -3);
}

TEST(Dual, AtZeroFabsStandsStillAndSqrtOfAConstantIsConstant) {
  expect_dual(fabs(Dual{0, 1}), 0, 0);
  expect_dual(sqrt(Dual{0, 0}), 0, 0);
  EXPECT_EQ(sqrt(Dual{0, 1}).tangent, std::numeric_limits<double>::infinity());
}

TEST(Dual, ComparesByValueAlone) {
  EXPECT_TRUE((x == Dual{2.5, 7}));
  EXPECT_TRUE(y < x && x > 0 && y <= -0.75 && x != y);
  EXPECT_FALSE(Dual(std::numeric_limits<double>::quiet_NaN()) > 0);
  expect_dual(std::min(x, y), -0.75, 3);
  expect_dual(std::max(Dual(3), x), 3, 0);
}

TEST(Dual, ZeroThatMovesDoesNotStayZero) {
  EXPECT_TRUE(stays_zero(Dual{0, 0}));
  EXPECT_FALSE(stays_zero(Dual{0, 1}));
  EXPECT_FALSE(stays_zero(Dual{1, 0}));
}

}  // namespace
}  // namespace nbt
