// The vector kernels of every SIMD target and precision, called directly: against long double, and against themselves
// with the pixels moved.
#include "cpu/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cpu/scratch.hpp"
#include "cpu/simd_targets.hpp"

namespace nbt {
namespace {

constexpr long double pi_l = 3.14159265358979323846264338327950288L;
constexpr int orientation_count = 10;

struct Case {
  std::string target;
  bool single;
  Shape shape;
  int cells;
};

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  const char* shapes[] = {"square", "round", "gauss", "tophat"};
  return stream << c.target << (c.single ? " single " : " double ") << shapes[static_cast<int>(c.shape)] << ' '
                << c.cells;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::string& target : simd_targets()) {
    for (const bool single : {true, false}) {
      for (const Shape shape : {Shape::square, Shape::round, Shape::gauss, Shape::tophat}) {
        for (const int cells : {1, 2, 10, 1000, 5000}) cases.push_back({target, single, shape, cells});
      }
    }
  }
  return cases;
}

// Pixels whose coordinates are Miller indices already: three products with the unit matrix, no offset. Orientations
// stretch them a little.
struct Bench {
  explicit Bench(const Case& c) : scratch(std::make_unique<Scratch>()) {
    crystal.shape = c.shape;
    for (int i = 0; i < 3; ++i) crystal.cells[i] = crystal.sphere_cells[i] = c.cells;
    // Spots about 1/cells wide on every axis.
    const double n = c.cells;
    const double metric[6] = {n, 0.1 * n, 0, n, -0.2 * n, n};
    std::copy_n(metric, 6, crystal.spot_metric);
    for (int o = 0; o < orientation_count; ++o) {
      Orientation orientation{};
      orientation.a[0] = orientation.b[1] = orientation.c[2] = 1 + o * 0x1p-12;
      orientations.push_back(orientation);
    }
    std::mt19937_64 engine(static_cast<std::uint64_t>(c.cells));
    for (int i = 0; i < tile_pixels; ++i) {
      for (int axis = 0; axis < 3; ++axis) {
        // Whole numbers up to 64 and fractions in 2^-30: the kernels' chain is then free of rounding.
        const auto fraction = static_cast<double>(engine() >> 34) * 0x1p-30 - 0.5;
        const auto whole = static_cast<double>(engine() >> 58);
        const double near_peak = std::round(fraction * 4 / n * 0x1p30) * 0x1p-30;
        scratch->coordinate[axis][i] = whole + (i % 2 == 0 ? fraction : near_peak);
      }
    }
  }

  TermBatch batch() {
    TermBatch b;
    b.pixels = tile_pixels;
    b.products = 3;
    for (int axis = 0; axis < 3; ++axis) {
      b.coordinate[axis] = scratch->coordinate[axis];
      b.basis[axis][axis] = 1;
    }
    b.orientations = orientations.data();
    b.orientation_count = orientation_count;
    b.crystal = &crystal;
    b.table = &table;
    b.work = &scratch->work;
    b.sums = scratch->terms;
    return b;
  }

  std::vector<double> run(AddTerms add, const TermBatch& b) {
    std::fill_n(scratch->terms, tile_pixels, 0.0);
    add(b);
    return {scratch->terms, scratch->terms + tile_pixels};
  }

  std::unique_ptr<Scratch> scratch;
  CrystalConstants crystal;
  AmplitudeTable table;
  std::vector<Orientation> orientations;
};

AddTerms kernel(const Case& c) {
  const std::int64_t target = find_simd_target(c.target);
  return c.single ? add_terms_single_for(target, c.shape) : add_terms_double_for(target, c.shape);
}

struct Term {
  long double value = 0;
  long double envelope = 0;
  bool at_edge = false;
};

Term square_term(const CrystalConstants& crystal, const std::array<long double, 3>& delta) {
  Term term{1, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    const long double n = crystal.cells[i];
    const long double sine = sinl(pi_l * delta[i]);
    const long double turns = n * delta[i];
    const long double G = delta[i] == 0 ? n : sinl(pi_l * (turns - roundl(turns))) / sine;
    term.value *= G * G;
    term.envelope *= delta[i] == 0 ? n * n : std::min(n * n, 1 / (sine * sine));
  }
  return term;
}

Term round_term(const CrystalConstants& crystal, const std::array<long double, 3>& delta) {
  long double rho = 0;
  for (std::size_t i = 0; i < 3; ++i) rho += crystal.sphere_cells[i] * delta[i] * crystal.sphere_cells[i] * delta[i];
  const long double u = pi_l * sqrtl(rho);
  const long double s3 = u < 1e-2L ? 1 - u * u / 10 + u * u * u * u / 280 : 3 * (sinl(u) - u * cosl(u)) / (u * u * u);
  const long double A = 0.723601254558268L;
  const long double top = A * std::min(1.0L, 3 / (u * u));
  return {A * s3 * A * s3, top * top};
}

long double spot_radius(const CrystalConstants& crystal, const std::array<long double, 3>& delta) {
  const double(&m)[6] = crystal.spot_metric;
  const long double x = m[0] * delta[0] + m[1] * delta[1] + m[2] * delta[2];
  const long double y = m[3] * delta[1] + m[4] * delta[2];
  const long double z = m[5] * delta[2];
  return x * x + y * y + z * z;
}

Term true_term(const CrystalConstants& crystal, const std::array<long double, 3>& delta) {
  if (crystal.shape == Shape::square) return square_term(crystal, delta);
  if (crystal.shape == Shape::round) return round_term(crystal, delta);
  const long double r = spot_radius(crystal, delta);
  if (crystal.shape == Shape::gauss) return {exp2l(-r), 1};
  return {r < 0.3969L ? 1.0L : 0.0L, 1, fabsl(r - 0.3969L) < 1e-9L};
}

Term true_sum(const Bench& bench, int pixel) {
  Term sum;
  for (const Orientation& o : bench.orientations) {
    std::array<long double, 3> delta;
    const double stretch[3] = {o.a[0], o.b[1], o.c[2]};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      // As the kernels round it: that rounding belongs to the chain, which is tested elsewhere.
      const double h = stretch[axis] * bench.scratch->coordinate[axis][pixel];
      delta[axis] = static_cast<long double>(h) - roundl(h);
    }
    const Term term = true_term(bench.crystal, delta);
    sum.value += term.value;
    sum.envelope += term.envelope;
    sum.at_edge = sum.at_edge || term.at_edge;
  }
  return sum;
}

class Kernel : public testing::TestWithParam<Case> {};

// physics.md 13: `double` 2.5e-7 after rounding, in fact 1e-12; `single` 2e-6.
TEST_P(Kernel, StaysWithinItsTolerance) {
  Bench bench(GetParam());
  const std::vector<double> sums = bench.run(kernel(GetParam()), bench.batch());
  const double of_value = GetParam().single ? 2e-6 : 1e-12;
  for (int i = 0; i < tile_pixels; ++i) {
    const Term truth = true_sum(bench, i);
    if (truth.at_edge) continue;
    // h is rounded to 2^-47 here, and t turns that into a phase N times as large.
    const double of_envelope = of_value + 2e-14 * GetParam().cells;
    const double error = std::abs(sums[static_cast<std::size_t>(i)] - static_cast<double>(truth.value));
    EXPECT_LE(error, of_envelope * static_cast<double>(truth.envelope)) << "pixel " << i;
    if (truth.value > 1e-6L * truth.envelope && GetParam().single) {
      EXPECT_LE(error, of_value * static_cast<double>(truth.value)) << "pixel " << i;
    }
  }
}

// Whole indices are 0/0 in the fast path: they come out as N^6 and leave the bits of all other pixels alone.
TEST_P(Kernel, WholeIndicesDoNotDisturbOtherPixels) {
  Bench bench(GetParam());
  const std::vector<double> before = bench.run(kernel(GetParam()), bench.batch());
  for (Orientation& o : bench.orientations) o = bench.orientations.front();
  const std::vector<double> same_orientation = bench.run(kernel(GetParam()), bench.batch());
  for (int axis = 0; axis < 3; ++axis) bench.scratch->coordinate[axis][37] = 5 - axis;
  std::vector<double> after = bench.run(kernel(GetParam()), bench.batch());
  const double n = GetParam().shape == Shape::square ? GetParam().cells : 1;
  const double A = GetParam().shape == Shape::round ? 0.723601254558268 * 0.723601254558268 : 1;
  EXPECT_NEAR(after[37] / (orientation_count * A * n * n * n * n * n * n), 1, 1e-6);
  after[37] = same_orientation[37];
  EXPECT_EQ(0, std::memcmp(after.data(), same_orientation.data(), after.size() * sizeof(double)));
}

// A pixel's bits do not depend on its lane: every pixel is computed again at another place.
TEST_P(Kernel, BitsDoNotDependOnTheLane) {
  Bench bench(GetParam());
  std::vector<double> before = bench.run(kernel(GetParam()), bench.batch());
  for (auto& row : bench.scratch->coordinate) std::rotate(row, row + 3, row + tile_pixels);
  std::rotate(before.begin(), before.begin() + 3, before.end());
  const std::vector<double> after = bench.run(kernel(GetParam()), bench.batch());
  EXPECT_EQ(0, std::memcmp(after.data(), before.data(), after.size() * sizeof(double)));
}

std::string test_name(const testing::TestParamInfo<Case>& test) {
  const char* shapes[] = {"Square", "Round", "Gauss", "Tophat"};
  const Case& c = test.param;
  return c.target + (c.single ? "Single" : "Double") + shapes[static_cast<int>(c.shape)] + std::to_string(c.cells);
}

INSTANTIATE_TEST_SUITE_P(All, Kernel, testing::ValuesIn(all_cases()), test_name);

// Amplitudes of a small box: index coded as h + 10 k + 100 l, so that every wrong lookup shows.
class Lookups : public testing::TestWithParam<std::string> {
 protected:
  Lookups() {
    for (int i = 0; i < 3; ++i) {
      table.box.first[i] = -3;
      table.box.last[i] = 4;
      table.box.count[i] = 8;
    }
    table.box.row_stride = 8;
    table.box.plane_stride = 64;
    for (int h = -3; h <= 4; ++h) {
      for (int k = -3; k <= 4; ++k) {
        for (int l = -3; l <= 4; ++l) {
          amplitudes.push_back(h + 10 * k + 100 * l);
          in_float.push_back(static_cast<float>(h + 10 * k + 100 * l) / 512);
        }
      }
    }
    table.in_double = amplitudes.data();
    table.in_float = in_float.data();
    table.default_F = 7;
    table.default_in_float = 7.0 / 512;
  }

  // F of one orientation in all pixels, at indices spread over and beyond the box.
  std::vector<double> amplitudes_of(bool single, Lookup lookup, Bench& bench) {
    table.unit = single ? 512 : 1;
    bench.table = table;
    bench.crystal.spot_metric[0] = bench.crystal.spot_metric[3] = bench.crystal.spot_metric[5] = 0;
    bench.crystal.spot_metric[1] = bench.crystal.spot_metric[4] = 0;
    for (int i = 0; i < tile_pixels; ++i) {
      bench.scratch->coordinate[0][i] = -4.3 + i * 0.037;
      bench.scratch->coordinate[1][i] = 4.9 - i * 0.031;
      bench.scratch->coordinate[2][i] = -0.6 + i * 0.013;
    }
    TermBatch batch = bench.batch();
    batch.orientation_count = 1;
    batch.lookup = lookup;
    std::vector<double> F = bench.run(kernel({GetParam(), single, Shape::tophat, 1}), batch);
    for (double& f : F) f = std::sqrt(f) * table.unit;
    return F;
  }

  static double nearest(double h, double k, double l) {
    const double h0 = std::ceil(h - 0.5), k0 = std::ceil(k - 0.5), l0 = std::ceil(l - 0.5);
    const double lowest = std::min({h0, k0, l0}), highest = std::max({h0, k0, l0});
    return lowest < -3 || highest > 4 ? 7 : std::abs(h0 + 10 * k0 + 100 * l0);
  }

  AmplitudeTable table;
  std::vector<double> amplitudes;
  std::vector<float> in_float;
};

TEST_P(Lookups, NearestTakesTheNearestOrTheDefault) {
  for (const bool single : {true, false}) {
    Bench bench({GetParam(), single, Shape::tophat, 1});
    const std::vector<double> F = amplitudes_of(single, Lookup::nearest, bench);
    for (int i = 0; i < tile_pixels; ++i) {
      const auto& w = bench.scratch->coordinate;
      EXPECT_NEAR(F[static_cast<std::size_t>(i)], nearest(w[0][i], w[1][i], w[2][i]), 1e-4) << single << ' ' << i;
    }
  }
}

// The amplitudes are linear in the index, so interpolation is exact.
TEST_P(Lookups, TricubicInterpolatesInsideAndIsNearestElsewhere) {
  for (const bool single : {true, false}) {
    Bench bench({GetParam(), single, Shape::tophat, 1});
    const std::vector<double> F = amplitudes_of(single, Lookup::tricubic, bench);
    int interpolated = 0;
    for (int i = 0; i < tile_pixels; ++i) {
      const auto& row = bench.scratch->coordinate;
      const double h = row[0][i], k = row[1][i], l = row[2][i];
      const bool inside = std::min({h, k, l}) >= -1 && std::max({h, k, l}) <= 2;
      const double truth = inside ? std::abs(h + 10 * k + 100 * l) : nearest(h, k, l);
      interpolated += inside;
      EXPECT_NEAR(F[static_cast<std::size_t>(i)], truth, 1e-4) << single << ' ' << i;
    }
    EXPECT_GT(interpolated, 20);
    EXPECT_LT(interpolated, 200);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, Lookups, testing::ValuesIn(simd_targets()));

}  // namespace
}  // namespace nbt
