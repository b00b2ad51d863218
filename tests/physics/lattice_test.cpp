// The lattice factor of every shape against its definition in long double.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "one_lane.hpp"
#include "physics/lattice-inl.h"

namespace nbt::test {
namespace {

using std::array;

// sin(pi N delta)/sin(pi delta), the argument peeled so that no digit is lost.
long double grating(double delta, int cells) {
  if (delta == 0) return cells;
  const long double turns = static_cast<long double>(delta) * cells;
  return sinl(pi_l * (turns - roundl(turns))) / sinl(pi_l * delta);
}

// min(N^2, 1/sin^2): numerics.md 1.
long double envelope(double delta, int cells) {
  const long double sine = sinl(pi_l * delta);
  return std::min(static_cast<long double>(cells) * cells, 1 / (sine * sine));
}

template <class Tag>
double square_squared(const array<double, 3>& delta, int cells) {
  using T = typename Tag::Type;
  const auto n = static_cast<double>(cells);
  array<T, 3> d{}, t{};
  for (std::size_t i = 0; i < 3; ++i) {
    d[i] = static_cast<T>(delta[i]);
    t[i] = static_cast<T>(one_lane::GratingPhase(Double(), delta[i], n));
    one_lane::AvoidZeroOverZero(Tag(), static_cast<T>(n), d[i], t[i]);
  }
  const T F = one_lane::SquareLattice(Tag(), d[0], d[1], d[2], t[0], t[1], t[2]);
  return static_cast<double>(F) * static_cast<double>(F);
}

class SquareShape : public testing::TestWithParam<int> {};

TEST_P(SquareShape, StaysWithinItsErrorOfTheEnvelopeAndOfTheValue) {
  const int cells = GetParam();
  Uniform uniform(static_cast<std::uint64_t>(cells));
  for (int i = 0; i < 20000; ++i) {
    array<double, 3> delta{};
    long double truth = 1, env = 1;
    for (double& d : delta) {
      // Half of the samples near the peak, where the main maximum and the first zeros are.
      d = i % 2 == 0 ? uniform(-0.5, 0.5) : uniform(-3.0, 3.0) / cells;
      d -= std::round(d);
      truth *= grating(d, cells) * grating(d, cells);
      env *= envelope(d, cells);
    }
    const double in_double = square_squared<Double>(delta, cells);
    const double in_float = square_squared<Float>(delta, cells);
    // The product N delta is rounded to 53 bits: 2^-53 N/2 turns of phase, twice in the square.
    const double phase_error = 1.1e-16 * cells * 20;
    // The sines are good to 1e-14, and six of them enter squared.
    EXPECT_NEAR(in_double, static_cast<double>(truth), (1.2e-13 + phase_error) * static_cast<double>(env)) << delta[0];
    EXPECT_NEAR(in_float, static_cast<double>(truth), (2e-6 + phase_error) * static_cast<double>(env)) << delta[0];
    if (truth > 1e-6L * env) {
      EXPECT_LT(relative_error(in_float, truth), 2e-6) << delta[0] << ' ' << delta[1] << ' ' << delta[2];
    }
  }
}

TEST_P(SquareShape, IsTheCellCountAtTheLatticePoint) {
  const auto n = static_cast<double>(GetParam());
  EXPECT_NEAR(square_squared<Double>({0, 0, 0}, GetParam()) / (n * n * n * n * n * n), 1, 5e-15);
  EXPECT_NEAR(square_squared<Float>({0, 0, 0}, GetParam()) / (n * n * n * n * n * n), 1, 5e-7);
}

// Rounding noise of an aligned crystal: all three indices whole but for some 1e-15. In float the product of three such
// distances is far below the smallest normal number.
TEST_P(SquareShape, SurvivesTinyDistancesOnAllAxes) {
  const auto n = static_cast<double>(GetParam());
  for (const double delta : {1e-13, 1e-15, 1e-17, 1e-19, 1e-25}) {
    EXPECT_NEAR(square_squared<Float>({delta, -delta, delta / 3}, GetParam()) / (n * n * n * n * n * n), 1, 1e-6)
        << delta;
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, SquareShape, testing::Values(1, 2, 3, 10, 100, 1000, 5000));

long double s3(long double u) {
  if (u < 1e-2L) return 1 - u * u / 10 + u * u * u * u / 280;
  return 3 * (sinl(u) - u * cosl(u)) / (u * u * u);
}

TEST(RoundShape, IsTheTransformOfASphere) {
  Uniform uniform(11);
  for (int i = 0; i < 50000; ++i) {
    const double x = i % 2 == 0 ? uniform(0, 3000) : std::pow(10.0, uniform(-9, 1));
    const long double u = pi_l * x;
    const double scale = std::min(1.0, 3.0 / static_cast<double>(u * u));
    const double truth = static_cast<double>(0.723601254558268L * s3(u));
    EXPECT_NEAR(std::abs(one_lane::RoundLattice(Double(), x * x)), std::abs(truth), 1e-14 * scale + 8e-16 * x * scale)
        << x;
  }
}

TEST(RoundShape, DependsOnTheScaledDistanceAlone) {
  const double cells[3] = {5, 7, 11};
  EXPECT_DOUBLE_EQ(one_lane::SphereRadiusSquared(Double(), 0.1, -0.2, 0.3, cells), 0.25 + 1.96 + 10.89);
}

TEST(GaussShape, IsAPowerOfTwoInItsOwnUnits) {
  Uniform uniform(12);
  for (int i = 0; i < 20000; ++i) {
    const double r = uniform(0, i % 2 == 0 ? 120 : 1000);
    const double whole = std::nearbyint(r);
    const long double truth = exp2l(-static_cast<long double>(r));
    EXPECT_LT(relative_error(one_lane::GaussSquared(Double(), whole, r - whole), truth), 1e-15) << r;
    if (r > 123) continue;
    const float in_float = one_lane::GaussSquared(Float(), static_cast<float>(whole), static_cast<float>(r - whole));
    EXPECT_LT(relative_error(in_float, truth), 2.5e-7) << r;
  }
  EXPECT_EQ(one_lane::GaussSquared(Float(), 130.0f, 0.25f), 0.0f);
  EXPECT_EQ(one_lane::GaussSquared(Double(), 1100.0, 0.25), 0.0);
}

// 2^(-c r) as the kernels form it is exp(-2 fudge r/0.63).
TEST(GaussShape, TriangleOfTheMetricGivesTheDistanceOfTheVectors) {
  const double metric[6] = {2, 0.5, -0.25, 3, 0.75, 4};
  const double a = 0.1, b = -0.3, c = 0.2;
  const double x = 2 * a + 0.5 * b - 0.25 * c, y = 3 * b + 0.75 * c, z = 4 * c;
  EXPECT_DOUBLE_EQ(one_lane::SpotRadius(Double(), a, b, c, metric), x * x + y * y + z * z);
}

TEST(NearestIndex, HalvesGoDown) {
  EXPECT_EQ(one_lane::NearestIndex(Double(), 2.5), 2);
  EXPECT_EQ(one_lane::NearestIndex(Double(), -2.5), -3);
  EXPECT_EQ(one_lane::NearestIndex(Double(), std::nextafter(2.5, 3.0)), 3);
  EXPECT_EQ(one_lane::NearestIndex(Double(), -0.2), 0);
}

}  // namespace
}  // namespace nbt::test
