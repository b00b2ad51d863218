// Elementary functions over the range that formulas use, with the errors that their headers promise plus rounding.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lanes/exponential-inl.h"
#include "one_lane.hpp"

namespace nbt::test {
namespace {

constexpr int samples = 20000;

TEST(SincPi, KeepsItsRelativeAccuracyUpToHalfATurn) {
  Uniform uniform(1);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-0.5, 0.5);
    const long double truth = sinl(pi_l * x) / (pi_l * x);
    EXPECT_LT(relative_error(one_lane::SincPi(Double(), x * x), truth), 6e-16) << x;
  }
  EXPECT_EQ(one_lane::SincPi(Double(), 0.0), 1.0);
}

TEST(CosPi, HasItsAbsoluteAccuracyUpToHalfATurn) {
  Uniform uniform(2);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-0.5, 0.5);
    EXPECT_NEAR(one_lane::CosPi(Double(), x * x), static_cast<double>(cosl(pi_l * x)), 4e-16) << x;
  }
}

template <class Tag>
typename Tag::Type relative_sine(typename Tag::Type x) {
  return one_lane::RelativeSine(Tag(), one_lane::SineParabola(x));
}

TEST(RelativeSine, IsASineInUnitsOfItsOwn) {
  Uniform uniform(5);
  for (int i = 0; i < samples; ++i) {
    const double x = uniform(-0.5, 0.5) * std::pow(10.0, i % 2 == 0 ? 0.0 : uniform(-15, 0));
    const long double truth = fabsl(sinl(pi_l * x));
    EXPECT_LT(relative_error(one_lane::sine_unit<double> * relative_sine<Double>(x), truth), 1.1e-14) << x;
  }
}

// Every float from 2^-13 to 1/2; below, the quadratics no longer change. Five roundings to float of 6e-8 each, that of
// w enlarged by up to 1.23, a little from the sums inside the quadratics, the constants' own, and 1e-9 for the fit.
TEST(RelativeSine, IsGoodForEveryFloatUpToHalfATurn) {
  const double unit = static_cast<double>(one_lane::sine_unit<float>);
  double worst = 0;
  float worst_at = 0;
  for (float x = 0x1p-13f; x <= 0.5f; x = std::nextafter(x, 1.0f)) {
    const double truth = std::sin(3.14159265358979323846 * static_cast<double>(x));
    const double error = std::abs(unit * static_cast<double>(relative_sine<Float>(x)) / truth - 1);
    if (error > worst) {
      worst = error;
      worst_at = x;
    }
  }
  EXPECT_LT(worst, 3.4e-7) << "at " << worst_at;
  std::printf("largest relative error over all floats in [2^-13, 1/2]: %.3g at %.9g\n", worst,
              static_cast<double>(worst_at));
}

// sin(pi x)/(pi x) and its derivative by y = x^2, from the series in y.
void sinc_series(long double y, long double& sinc, long double& slope) {
  sinc = 1;
  slope = 0;
  long double coefficient = 1, power = 1;  // of y^n and y^(n-1)
  for (int n = 1; n <= 20; ++n) {
    coefficient *= -pi_l * pi_l / (2 * n * (2 * n + 1));
    slope += n * coefficient * power;
    power *= y;
    sinc += coefficient * power;
  }
}

// In units of its value at 0, which is exactly 1: the unit of its own cancels in ratios. `least_exponent`: of the
// numbers close to 0 that every other one is.
template <class Tag>
void expect_relative_sinc(int least_exponent, double sinc_bound, double slope_bound) {
  using T = typename Tag::Type;
  Uniform uniform(6);
  T slope;
  const auto unit = static_cast<long double>(one_lane::RelativeSinc(Tag(), T(0), slope));
  double worst_sinc = 0, worst_slope = 0;
  for (int i = 0; i <= samples; ++i) {
    const double scale = i % 2 == 0 ? 1 : std::pow(10.0, uniform(least_exponent, 0));
    const auto x = static_cast<T>(i == samples ? 0.5 : uniform(0, 0.5) * scale);
    const T y = x * x;
    long double true_sinc, true_slope;
    sinc_series(static_cast<long double>(y), true_sinc, true_slope);
    const T sinc = one_lane::RelativeSinc(Tag(), y, slope);
    const double sinc_error = relative_error(static_cast<double>(sinc), true_sinc * unit);
    const double slope_error = relative_error(static_cast<double>(slope), true_slope * unit);
    EXPECT_LT(sinc_error, sinc_bound) << "at " << x;
    EXPECT_LT(slope_error, slope_bound) << "at " << x;
    worst_sinc = std::max(worst_sinc, sinc_error);
    worst_slope = std::max(worst_slope, slope_error);
  }
  std::printf("largest relative errors: sinc %.3g, slope %.3g\n", worst_sinc, worst_slope);
}

TEST(RelativeSinc, AndItsSlopeAreGoodUpToHalfATurnInDouble) {
  expect_relative_sinc<Double>(-15, 2e-13, 4e-12);
}

TEST(RelativeSinc, AndItsSlopeAreGoodUpToHalfATurnInFloat) {
  expect_relative_sinc<Float>(-6, 8e-7, 7e-7);
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
