// Lookup of structure factors: ranges, weights, interpolation.
#include <gtest/gtest.h>

#include <vector>

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
    one_lane::CubicWeights(Double(), x, w[0], w[1], w[2], w[3]);
    double sums[4] = {0, 0, 0, 0};
    for (int node = 0; node < 4; ++node) {
      for (int power = 0; power < 4; ++power) sums[power] += w[node] * std::pow(node - 1, power);
    }
    for (int power = 0; power < 4; ++power) EXPECT_NEAR(sums[power], std::pow(x, power), 2e-15) << x;
  }
}

TEST(Tricubic, ReproducesAPolynomialOfDegreeThreePerAxis) {
  const IndexBox b = box(-4, 5);
  const auto polynomial = [](double h, double k, double l) {
    return (1 + h - 0.5 * h * h * h) * (2 - k * k) * (0.25 * l * l * l - l + 3);
  };
  std::vector<double> F;
  for (int h = -4; h <= 5; ++h) {
    for (int k = -3; k <= 6; ++k) {
      for (int l = -2; l <= 7; ++l) F.push_back(polynomial(h, k, l));
    }
  }
  Uniform uniform(32);
  for (int i = 0; i < 2000; ++i) {
    const double h = uniform(-2, 3), k = uniform(-1, 4), l = uniform(0, 5);
    const auto index = static_cast<std::int64_t>(one_lane::TricubicFlatIndex(Double(), b, h, k, l));
    ASSERT_GE(index, 0);
    const double value =
        one_lane::Tricubic(Double(), b, F.data(), index, h - std::floor(h), k - std::floor(k), l - std::floor(l));
    EXPECT_NEAR(value, polynomial(h, k, l), 1e-11) << h << ' ' << k << ' ' << l;
  }
}

}  // namespace
}  // namespace nbt::test
