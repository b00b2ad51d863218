// Lookup of structure factors: ranges, weights, interpolation.
#include <gtest/gtest.h>

#include "one_lane.hpp"
#include "physics/structure_factor-inl.h"

namespace nbt::test {
namespace {

IndexBox box(int first, int last) {
  IndexBox b;
  const double count = last - first + 1;
  for (int i = 0; i < 3; ++i) {
    b.first[i] = first + i;  // not the same on all axes
    b.last[i] = last + i;
    b.count[i] = count;
  }
  b.row_stride = static_cast<std::int64_t>(count);
  b.plane_stride = b.row_stride * b.row_stride;
  return b;
}

TEST(NearestFlatIndex, CountsInsideTheClosedBoxAndIsMinusOneOutside) {
  const IndexBox b = box(-3, 4);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, -3.0, -2.0, -1.0), 0);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, 4.0, 5.0, 6.0), 8 * 8 * 8 - 1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, -2.0, -2.0, 0.0), 64 + 1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, -4.0, 0.0, 0.0), -1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, 0.0, 6.0, 0.0), -1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, 0.0, 0.0, 7.0), -1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, 1e300, 0.0, 0.0), -1);
  EXPECT_EQ(one_lane::NearestFlatIndex(Double(), b, std::nan(""), 0.0, 0.0), -1);
}

TEST(TricubicFlatIndex, NeedsTwoNodesOnEitherSide) {
  const IndexBox b = box(-3, 4);
  EXPECT_EQ(one_lane::TricubicFlatIndex(Double(), b, -1.0, 0.0, 1.0), 64 + 8 + 1);
  EXPECT_EQ(one_lane::TricubicFlatIndex(Double(), b, std::nextafter(-1.0, -2.0), 0.0, 1.0), -1);
  EXPECT_EQ(one_lane::TricubicFlatIndex(Double(), b, 2.0, 3.0, 4.0), 4 * 64 + 4 * 8 + 4);
  EXPECT_EQ(one_lane::TricubicFlatIndex(Double(), b, 2.0, 3.0, std::nextafter(4.0, 5.0)), -1);
}

TEST(CubicWeights, AddUpToOneAndReproduceCubics) {
  Uniform uniform(31);
  for (int i = 0; i < 1000; ++i) {
    const double x = uniform(0, 1);
    double w[4];
    one_lane::CubicWeights(Double(), x, w[0], w[2], w[3]);
    w[1] = 1 - (w[0] + w[2] + w[3]);
    double sums[4] = {0, 0, 0, 0};
    for (int node = 0; node < 4; ++node) {
      for (int power = 0; power < 4; ++power) sums[power] += w[node] * std::pow(node - 1, power);
    }
    for (int power = 0; power < 4; ++power) EXPECT_NEAR(sums[power], std::pow(x, power), 2e-15) << x;
  }
}

// physics.md 11, word for word.
TEST(CubicWeights, AreThoseOfTheSpecification) {
  Uniform uniform(32);
  for (int i = 0; i < 1000; ++i) {
    const double x = uniform(0, 1);
    const long double X = x;
    double before, after, beyond;
    one_lane::CubicWeights(Double(), x, before, after, beyond);
    EXPECT_LT(relative_error(before, -X * (X - 1) * (X - 2) / 6), 1e-15) << x;
    EXPECT_LT(relative_error(after, -(X + 1) * X * (X - 2) / 2), 1e-15) << x;
    EXPECT_LT(relative_error(beyond, (X + 1) * X * (X - 1) / 6), 1e-15) << x;
  }
}

TEST(CubicSum, ReproducesNodesAndCubics) {
  const auto interpolated = [](const double(&F)[4], double x) {
    double before, after, beyond;
    one_lane::CubicWeights(Double(), x, before, after, beyond);
    return one_lane::CubicSum(F[1], before, F[0] - F[1], after, F[2] - F[1], beyond, F[3] - F[1]);
  };
  EXPECT_EQ(interpolated({7, 0.1, 1e9, -3}, 0.0), 0.1);
  EXPECT_EQ(interpolated({0.1, 0.1, 0.1, 0.1}, 0.7), 0.1);
  const auto cubic = [](double x) { return 2 - x + 3 * x * x - 0.5 * x * x * x; };
  Uniform uniform(33);
  for (int i = 0; i < 1000; ++i) {
    const double x = uniform(0, 1);
    EXPECT_NEAR(interpolated({cubic(-1), cubic(0), cubic(1), cubic(2)}, x), cubic(x), 1e-14) << x;
  }
}

}  // namespace
}  // namespace nbt::test
