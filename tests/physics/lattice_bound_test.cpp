// What is left out is provably small: bounds of the lattice factor over intervals of the index.
#include <gtest/gtest.h>

#include <algorithm>

#include "one_lane.hpp"
#include "physics/lattice_bound-inl.h"

namespace nbt::test {
namespace {

// Distances of `delta` from a whole number that a caller may know: anything up to |delta|, also below zero.
double known_distance(double delta, Uniform& uniform) {
  const double distance = std::abs(delta);
  const double choice = uniform(0, 1);
  if (choice < 0.4) return distance;
  return choice < 0.9 ? distance * uniform(0, 1) : uniform(-0.5, 0);
}

// Over the whole period, and within some fringes of the peak.
double some_delta(Uniform& uniform, double cells) {
  const double reach = uniform(0, 1) < 0.5 ? 0.5 : std::min(0.5, 5 / cells);
  return uniform(-reach, reach);
}

// (F_latt/N)^2 of one axis.
long double grating_squared(double delta, double cells) {
  if (delta == 0) return 1;
  const long double turns = static_cast<long double>(delta) * static_cast<long double>(cells);
  const long double G = sinl(pi_l * (turns - roundl(turns))) / sinl(pi_l * static_cast<long double>(delta));
  return G * G / (static_cast<long double>(cells) * static_cast<long double>(cells));
}

constexpr double rounding = 1 + 1e-14;

TEST(SquareBound, IsAboveTheFactorEverywhereInTheInterval) {
  Uniform uniform(81);
  for (int i = 0; i < 300000; ++i) {
    const double choices[] = {1, 2, 5, 30, 100, 1000, 5000};
    double cells[3], delta[3], distance[3];
    long double truth = 1;
    for (int axis = 0; axis < 3; ++axis) {
      cells[axis] = choices[static_cast<std::size_t>(uniform(0, 7))];
      delta[axis] = some_delta(uniform, cells[axis]);
      distance[axis] = known_distance(delta[axis], uniform);
      truth *= grating_squared(delta[axis], cells[axis]);
    }
    const double bound = one_lane::SquareBound(Double(), distance[0], distance[1], distance[2], cells);
    ASSERT_GE(bound * rounding, static_cast<double>(truth))
        << "delta " << delta[0] << ' ' << delta[1] << ' ' << delta[2] << ", cells " << cells[0] << ' ' << cells[1]
        << ' ' << cells[2];
    ASSERT_LE(bound, 1);
  }
}

// Not far above it: at the tops of the fringes of one axis only sin(pi d) >= 3d - 4d^3 is lost, at most pi/3 = 1.05.
TEST(SquareBound, IsCloseToTheTopsOfTheFringes) {
  const double cells[3] = {100, 1, 1};
  for (int fringe = 1; fringe < 49; ++fringe) {
    const double delta = (fringe + 0.5) / 100;
    const double truth = static_cast<double>(grating_squared(delta, 100));
    const double bound = one_lane::SquareBound(Double(), delta, 0.0, 0.0, cells);
    EXPECT_LT(bound, 1.11 * truth) << delta;
    EXPECT_GE(bound * rounding, truth) << delta;
  }
}

// pi/6 s3(u)^2 with s3 = 3 (sin u - u cos u)/u^3.
long double sphere_squared(long double u) {
  const long double A2 = 0.52359877559829887307710723054658L;
  const long double s3 = u < 1e-2L ? 1 - u * u / 10 + u * u * u * u / 280 : 3 * (sinl(u) - u * cosl(u)) / (u * u * u);
  return A2 * s3 * s3;
}

TEST(RoundBound, IsAboveTheFactorEverywhereInTheInterval) {
  Uniform uniform(82);
  for (int i = 0; i < 300000; ++i) {
    const double choices[] = {1, 2.5, 30, 100, 1000, 5000};
    double cells[3], distance[3];
    long double square = 0;
    for (int axis = 0; axis < 3; ++axis) {
      cells[axis] = choices[static_cast<std::size_t>(uniform(0, 6))];
      const double delta = some_delta(uniform, cells[axis]);
      distance[axis] = known_distance(delta, uniform);
      square += static_cast<long double>(cells[axis]) * delta * cells[axis] * delta;
    }
    const auto truth = static_cast<double>(sphere_squared(pi_l * sqrtl(square)));
    const double bound = one_lane::RoundBound(Double(), distance[0], distance[1], distance[2], cells);
    ASSERT_GE(bound * rounding, truth) << "radius " << static_cast<double>(sqrtl(square));
  }
}

// |sin(u)/u - cos(u)| comes up to sqrt(1 + 1/u^2) in every half turn.
TEST(RoundBound, IsCloseToTheTopsOfTheRings) {
  const double cells[3] = {100, 100, 100};
  for (int ring = 2; ring < 40; ++ring) {
    long double top = 0;
    for (int i = 0; i < 100; ++i) top = std::max(top, sphere_squared(pi_l * (ring + i * 0.01L)));
    const double bound = one_lane::RoundBound(Double(), ring / 100.0, 0.0, 0.0, cells);
    // Over a ring's width u grows by pi, and the bound falls as u^-4.
    const double fall = std::pow((ring + 1.0) / ring, 4);
    EXPECT_LT(bound, 1.05 * fall * static_cast<double>(top)) << ring;
  }
}

TEST(Bounds, OfAnIndexThatMayBeWholeAreThePeak) {
  const double cells[3] = {30, 30, 30};
  EXPECT_EQ(one_lane::SquareBound(Double(), 0.0, -0.2, -0.5, cells), 1);
  EXPECT_DOUBLE_EQ(one_lane::RoundBound(Double(), 0.0, -0.2, -0.5, cells), 0.52359877559829887);
}

}  // namespace
}  // namespace nbt::test
