// Elementary functions over the range that formulas use, with the errors that their headers promise plus rounding.
#include <gtest/gtest.h>

#include "lanes/exponential-inl.h"
#include "one_lane.hpp"

namespace nbt::test {
namespace {

constexpr int samples = 20000;

TEST(SincPi, KeepsItsRelativeAccuracyUpToHalfATurn) {
  Uniform uniform(1);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-0.5, 0.5);
    const auto xf = static_cast<float>(x);
    const long double truth = sinl(pi_l * x) / (pi_l * x);
    const long double truth_f = sinl(pi_l * xf) / (pi_l * xf);
    EXPECT_LT(relative_error(one_lane::SincPi(Double(), x * x), truth), 6e-16) << x;
    EXPECT_LT(relative_error(one_lane::SincPi(Float(), xf * xf), truth_f), 1.5e-7) << x;
  }
}

TEST(SincPi, IsExactlyTheScaleAtZero) {
  EXPECT_EQ(one_lane::SincPi(Double(), 0.0), 1.0);
  EXPECT_EQ(one_lane::SincPi(Float(), 0.0f, 0x1p40f), 0x1p40f);
}

TEST(CosPi, HasItsAbsoluteAccuracyUpToHalfATurn) {
  Uniform uniform(2);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-0.5, 0.5);
    const auto xf = static_cast<float>(x);
    EXPECT_NEAR(one_lane::CosPi(Double(), x * x), static_cast<double>(cosl(pi_l * x)), 4e-16) << x;
    EXPECT_NEAR(one_lane::CosPi(Float(), xf * xf), static_cast<double>(cosl(pi_l * xf)), 2e-7) << x;
  }
}

TEST(Exp, IsGoodOverTheRangeOfDouble) {
  Uniform uniform(3);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-699, 699);
    EXPECT_LT(relative_error(one_lane::Exp(Double(), x), expl(x)), 4e-16 * (1 + std::abs(x))) << x;
  }
  EXPECT_EQ(one_lane::Exp(Double(), -701.0), 0.0);
  EXPECT_EQ(one_lane::Exp(Double(), 0.0), 1.0);
  EXPECT_EQ(one_lane::Exp(Double(), 1e300), one_lane::Exp(Double(), 700.0));
}

TEST(Expm1, DoesNotCancelNearZero) {
  Uniform uniform(4);
  for (int i = 0; i < samples; ++i) {
    const double x = std::pow(10.0, uniform(-15, 1)) * (i % 2 == 0 ? 1 : -1);
    EXPECT_LT(relative_error(one_lane::Expm1(Double(), x), expm1l(x)), 4e-15) << x;
  }
}

}  // namespace
}  // namespace nbt::test
