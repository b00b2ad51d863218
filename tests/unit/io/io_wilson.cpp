#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "amplitude_table.hpp"
#include "io/wilson.hpp"

namespace nbt::io {
namespace {

WilsonOptions lysozyme_like() {
  WilsonOptions options;
  options.cell = {79, 79, 38, 90, 90, 90};
  options.space_group = "P43212";
  options.d_min_A = 4;
  return options;
}

WilsonOptions cubic(double edge_A, const std::string& space_group, double d_min_A) {
  WilsonOptions options;
  options.cell = {edge_A, edge_A, edge_A, 90, 90, 90};
  options.space_group = space_group;
  options.d_min_A = d_min_A;
  return options;
}

TEST(Wilson, MatesOfPointGroup422AndFriedelMatesAreExactlyEqual) {
  const AmplitudeTable table(wilson_reflections(lysozyme_like()));
  ASSERT_GT(table.size(), 10000U);
  for (const auto& [index, amplitude] : table) {
    const auto [h, k, l] = index;
    for (const Index& mate : {Index{-h, -k, l}, Index{-k, h, l}, Index{k, -h, l}, Index{-h, k, -l}, Index{h, -k, -l},
                              Index{k, h, -l}, Index{-k, -h, -l}}) {
      ASSERT_EQ(table.at(mate), amplitude) << text_of(index) << " and " << text_of(mate);
      ASSERT_EQ(table.at(opposite(mate)), amplitude) << text_of(index) << " and " << text_of(opposite(mate));
    }
  }
}

// P43212: h00 and 0k0 only even, 00l only multiples of four. No other reflection is absent.
TEST(Wilson, ExactlyTheScrewAxesReflectionsAreAbsent) {
  for (const auto& [index, amplitude] : AmplitudeTable(wilson_reflections(lysozyme_like()))) {
    const auto [h, k, l] = index;
    const bool absent =
        (k == 0 && l == 0 && h % 2 != 0) || (h == 0 && l == 0 && k % 2 != 0) || (h == 0 && k == 0 && l % 4 != 0);
    ASSERT_EQ(amplitude == 0, absent) << text_of(index) << ": F = " << amplitude;
  }
}

TEST(Wilson, SphereIsComplete) {
  const CrystalReflections crystal = wilson_reflections(lysozyme_like());
  std::size_t expected = 0;
  for (int h = -20; h <= 20; ++h) {
    for (int k = -20; k <= 20; ++k) {
      for (int l = -10; l <= 10; ++l) {
        const double inverse_d2 = (h * h + k * k) / (79.0 * 79.0) + l * l / (38.0 * 38.0);
        expected += inverse_d2 > 0 && inverse_d2 <= 1 / 16.0;
      }
    }
  }
  EXPECT_EQ(crystal.reflections.size(), expected);
}

struct Moments {
  double second;        // <J^2> / <J>^2
  double deviation_E2;  // <|E^2 - 1|>
  std::size_t count;
};

// One of each pair of Friedel mates, in thin shells: within a shell the mean is nearly constant.
Moments moments(const CrystalReflections& crystal, const std::function<bool(const Reflection&)>& wanted) {
  constexpr std::size_t shell_count = 60;
  std::vector<std::vector<double>> shells(shell_count);
  for (const Reflection& r : crystal.reflections) {
    const double edge_A = crystal.cell.a_A;
    const double radius = std::sqrt(static_cast<double>(r.h * r.h + r.k * r.k + r.l * r.l)) / edge_A * crystal.d_min_A;
    const auto shell = static_cast<std::size_t>(std::pow(radius, 3) * shell_count);
    if (wanted(r)) shells[std::min(shell, shell_count - 1)].push_back(r.F * r.F);
  }
  Moments result{0, 0, 0};
  for (const std::vector<double>& shell : shells) {
    double mean = 0;
    for (const double intensity : shell) mean += intensity / static_cast<double>(shell.size());
    for (const double intensity : shell) {
      const double normalized = intensity / mean;
      result.second += normalized * normalized;
      result.deviation_E2 += std::abs(normalized - 1);
      ++result.count;
    }
  }
  result.second /= static_cast<double>(result.count);
  result.deviation_E2 /= static_cast<double>(result.count);
  return result;
}

bool is_upper_half(const Reflection& r) {
  return r.l > 0 || (r.l == 0 && (r.k > 0 || (r.k == 0 && r.h > 0)));
}

// Tolerances: five standard errors of the mean for the number of reflections, plus the shells' width.
TEST(Wilson, AcentricIntensitiesAreExponential) {
  const CrystalReflections crystal = wilson_reflections(cubic(90, "P 1", 3));
  const Moments found = moments(crystal, is_upper_half);
  ASSERT_GT(found.count, 50000U);
  EXPECT_NEAR(found.second, 2, 0.12);
  EXPECT_NEAR(found.deviation_E2, 0.736, 0.02);
}

TEST(Wilson, CentricIntensitiesAreSquaresOfNormalVariates) {
  const CrystalReflections crystal = wilson_reflections(cubic(90, "P -1", 3));
  const Moments found = moments(crystal, is_upper_half);
  ASSERT_GT(found.count, 50000U);
  EXPECT_NEAR(found.second, 3, 0.25);
  EXPECT_NEAR(found.deviation_E2, 0.968, 0.025);
}

// In P 1 2 1 the zone h0l is centric, all others are not.
TEST(Wilson, CentricZoneOfAnAcentricGroupIsCentric) {
  const CrystalReflections crystal = wilson_reflections(cubic(200, "P 1 2 1", 4));
  const Moments zone = moments(crystal, [](const Reflection& r) { return r.k == 0 && is_upper_half(r); });
  const Moments rest = moments(crystal, [](const Reflection& r) { return r.k > 0 && is_upper_half(r); });
  EXPECT_NEAR(zone.deviation_E2, 0.968, 0.1) << zone.count;
  EXPECT_NEAR(rest.deviation_E2, 0.736, 0.02) << rest.count;
}

double mean_intensity(const CrystalReflections& crystal, const std::function<bool(const Reflection&)>& wanted) {
  double sum = 0;
  std::size_t count = 0;
  for (const Reflection& r : crystal.reflections) {
    if (!wanted(r)) continue;
    sum += r.F * r.F;
    ++count;
  }
  return sum / static_cast<double>(count);
}

// The same atoms scatter as much, whatever the symmetry: what absences take, the others have more.
TEST(Wilson, CentringDoesNotChangeTheMeanOverAllIndices) {
  const auto all = [](const Reflection&) { return true; };
  const double primitive = mean_intensity(wilson_reflections(cubic(90, "P 2 2 2", 3)), all);
  const double body_centred = mean_intensity(wilson_reflections(cubic(90, "I 2 2 2", 3)), all);
  const double face_centred = mean_intensity(wilson_reflections(cubic(90, "F 2 2 2", 3)), all);
  EXPECT_NEAR(body_centred / primitive, 1, 0.06);
  EXPECT_NEAR(face_centred / primitive, 1, 0.08);
}

// N atoms of six electrons: <F^2> = 36 N where neither form factor nor B has begun to fall.
TEST(Wilson, MeanFollowsAtomsAndTemperature) {
  WilsonOptions options = cubic(400, "P 1", 40);
  options.atoms_per_cell = 1000;
  options.mean_B_A2 = 0;
  const auto all = [](const Reflection&) { return true; };
  EXPECT_NEAR(mean_intensity(wilson_reflections(options), all) / 36000, 1, 0.15);

  options = cubic(60, "P 1", 2.5);
  options.mean_B_A2 = 0;
  const AmplitudeTable cold(wilson_reflections(options));
  options.mean_B_A2 = 30;
  for (const auto& [index, amplitude] : AmplitudeTable(wilson_reflections(options))) {
    const double stol2 = (index[0] * index[0] + index[1] * index[1] + index[2] * index[2]) / (4 * 3600.0);
    ASSERT_NEAR(amplitude / cold.at(index), std::exp(-30 * stol2), 1e-12) << text_of(index);
  }
}

TEST(Wilson, ReflectionKeepsItsAmplitudeWhenTheSphereGrows) {
  WilsonOptions options = lysozyme_like();
  const AmplitudeTable small(wilson_reflections(options));
  options.d_min_A = 3;
  const AmplitudeTable large(wilson_reflections(options));
  EXPECT_GT(large.size(), 2 * small.size());
  for (const auto& [index, amplitude] : small) ASSERT_EQ(large.at(index), amplitude) << text_of(index);
}

TEST(Wilson, SeedDecidesEverything) {
  WilsonOptions options = lysozyme_like();
  const AmplitudeTable one(wilson_reflections(options));
  const AmplitudeTable again(wilson_reflections(options));
  options.seed = 2;
  const AmplitudeTable other(wilson_reflections(options));
  std::size_t equal = 0;
  std::size_t present = 0;
  for (const auto& [index, amplitude] : one) {
    ASSERT_EQ(again.at(index), amplitude) << text_of(index);
    present += amplitude != 0;
    equal += amplitude != 0 && other.at(index) == amplitude;
  }
  EXPECT_EQ(equal, 0U) << "of " << present;
}

// Fixed on one machine once: every compiler and system must give these. The last digits are the C library's.
TEST(Wilson, DrawsAreTheSameEverywhere) {
  const AmplitudeTable table(wilson_reflections(lysozyme_like()));
  EXPECT_NEAR(table.at({1, 2, 3}), 345.636480020, 1e-6);
  EXPECT_NEAR(table.at({4, 0, 0}), 1701.054551892, 1e-6);
  EXPECT_NEAR(table.at({0, 0, 4}), 141.383074334, 1e-6);
}

TEST(Wilson, GroupsAreKnownBySymbolWithAndWithoutBlanksAndByNumber) {
  WilsonOptions options = lysozyme_like();
  const AmplitudeTable symbol(wilson_reflections(options));
  for (const char* name : {"P 43 21 2", "p43212", "96"}) {
    options.space_group = name;
    const CrystalReflections crystal = wilson_reflections(options);
    EXPECT_EQ(crystal.space_group, "P 43 21 2") << name;
    for (const auto& [index, amplitude] : AmplitudeTable(crystal)) ASSERT_EQ(symbol.at(index), amplitude) << name;
  }
}

TEST(Wilson, EveryTabulatedGroupMakesAListWithEqualFriedelMates) {
  for (int number = 1; number <= 230; ++number) {
    WilsonOptions options;
    const bool hexagonal = number >= 143 && number <= 194;
    options.cell = {20, 20, 20, 90, 90, hexagonal ? 120.0 : 90.0};
    options.space_group = std::to_string(number);
    options.d_min_A = 4;
    const AmplitudeTable table(wilson_reflections(options));
    ASSERT_GT(table.size(), 300U) << number;
    for (const auto& [index, amplitude] : table) {
      ASSERT_EQ(table.at(opposite(index)), amplitude) << number << ": " << text_of(index);
    }
  }
}

TEST(Wilson, BadOptionsAreErrors) {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](const std::function<void(WilsonOptions&)>& change) {
    return [change] {
      WilsonOptions options = lysozyme_like();
      change(options);
      wilson_reflections(options);
    };
  };
  expect_error(Status::unknown_name, {"P9", "symbol"}, with([](WilsonOptions& o) { o.space_group = "P9"; }));
  expect_error(Status::unknown_name, {"231"}, with([](WilsonOptions& o) { o.space_group = "231"; }));
  expect_error(Status::unknown_name, {"''"}, with([](WilsonOptions& o) { o.space_group = ""; }));
  expect_error(Status::inconsistent_scene, {"78", "P 43 21 2"}, with([](WilsonOptions& o) { o.cell.b_A = 78; }));
  expect_error(Status::out_of_range, {"cell edge c"}, with([](WilsonOptions& o) { o.cell.c_A = -38; }));
  expect_error(Status::out_of_range, {"cell edge a"}, with([=](WilsonOptions& o) { o.cell.a_A = not_a_number; }));
  expect_error(Status::out_of_range, {"alpha"}, with([](WilsonOptions& o) { o.cell.alpha_deg = 180; }));
  expect_error(Status::out_of_range, {"no cell"},
               with([](WilsonOptions& o) { o.cell.gamma_deg = 179, o.cell.alpha_deg = 20; }));
  expect_error(Status::out_of_range, {"d_min"}, with([](WilsonOptions& o) { o.d_min_A = 0; }));
  expect_error(Status::out_of_range, {"d_min", "too many"}, with([](WilsonOptions& o) { o.d_min_A = 0.01; }));
  expect_error(Status::out_of_range, {"mean B"}, with([=](WilsonOptions& o) { o.mean_B_A2 = not_a_number; }));
  expect_error(Status::out_of_range, {"atoms"}, with([](WilsonOptions& o) { o.atoms_per_cell = -1; }));
}

}  // namespace
}  // namespace nbt::io
