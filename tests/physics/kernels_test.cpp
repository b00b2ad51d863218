// The vector kernels of every SIMD target and precision, called directly: against long double, and against themselves
// with the pixels moved.
#include "cpu/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
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
  Precision precision;
  Shape shape;
  int cells;
  int fraction_bits = 0;  // of indices in 64-bit fixed point; 0: in floating point
};

std::string name_of(Precision precision) {
  if (precision == Precision::fast) return "Fast";
  return precision == Precision::single ? "Single" : "Double";
}

constexpr Precision in_single(bool single) {
  return single ? Precision::single : Precision::double_;
}

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  const char* shapes[] = {"square", "round", "gauss", "tophat"};
  return stream << c.target << ' ' << name_of(c.precision) << ' ' << shapes[static_cast<int>(c.shape)] << ' ' << c.cells
                << (c.fraction_bits > 0 ? " in fixed point" : "");
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::string& target : simd_targets()) {
    for (const int cells : {1, 2, 10, 1000, 5000}) {
      for (const Shape shape : {Shape::square, Shape::round, Shape::gauss, Shape::tophat}) {
        cases.push_back({target, Precision::single, shape, cells});
        cases.push_back({target, Precision::double_, shape, cells});
      }
      cases.push_back({target, Precision::fast, Shape::square, cells});
      // The indices are below 2^7, and their phases must be good to 2^-35.
      if (cells <= 256) cases.push_back({target, Precision::single, Shape::square, cells, 43});
    }
  }
  return cases;
}

// Pixels whose coordinates are Miller indices already: three products with the unit matrix, no offset. Orientations
// stretch them a little.
struct Bench {
  explicit Bench(const Case& c) : scratch(std::make_unique<Scratch>()) {
    crystal.shape = c.shape;
    crystal.fraction_bits = c.fraction_bits;
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

  // Of the first `count` orientations.
  TermBatch batch(int count = orientation_count) {
    PlannedSource source{};
    source.wavelength_m = 1;
    TermBatch b;
    b.pixels = tile_pixels;
    b.directions.products = 3;
    b.bend = -1;
    for (int axis = 0; axis < 3; ++axis) {
      b.directions.coordinate[axis] = scratch->coordinate[axis];
      b.directions.basis[axis][axis] = 1;
    }
    scratch->block.count = 0;
    append_orientations(b.directions.basis, source, orientations.data(), count, scratch->block);
    b.block = &scratch->block;
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
  if (c.precision == Precision::fast) return add_terms_fast_for(target, c.shape);
  return c.precision == Precision::single ? add_terms_single_for(target, c.shape)
                                          : add_terms_double_for(target, c.shape);
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

// physics.md 13: `double` 2.5e-7 after rounding, in fact 1e-12; `single` 2e-6; `fast` as its bound says for indices
// that are whole numbers of steps, which these are: 2e-6 too.
TEST_P(Kernel, StaysWithinItsTolerance) {
  Bench bench(GetParam());
  const std::vector<double> sums = bench.run(kernel(GetParam()), bench.batch());
  const double of_value = GetParam().precision == Precision::double_ ? 1e-12 : 2e-6;
  for (int i = 0; i < tile_pixels; ++i) {
    const Term truth = true_sum(bench, i);
    if (truth.at_edge) continue;
    // h is rounded to 2^-47 here, and t turns that into a phase N times as large.
    const double of_envelope = of_value + 2e-14 * GetParam().cells;
    const double error = std::abs(sums[static_cast<std::size_t>(i)] - static_cast<double>(truth.value));
    EXPECT_LE(error, of_envelope * static_cast<double>(truth.envelope)) << "pixel " << i;
    if (truth.value > 1e-6L * truth.envelope && GetParam().precision == Precision::single) {
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
  return c.target + name_of(c.precision) + shapes[static_cast<int>(c.shape)] + std::to_string(c.cells) +
         (c.fraction_bits > 0 ? "FixedPoint" : "");
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
    TermBatch batch = bench.batch(1);
    batch.lookup = lookup;
    std::vector<double> F = bench.run(kernel({GetParam(), in_single(single), Shape::tophat, 1}), batch);
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
    Bench bench({GetParam(), in_single(single), Shape::tophat, 1});
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
    Bench bench({GetParam(), in_single(single), Shape::tophat, 1});
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

// Random amplitudes in a box of unequal sides, much smaller than the rows that cross it.
class Tricubic : public testing::TestWithParam<std::string> {
 protected:
  static constexpr int first[3] = {-9, -4, 2};
  static constexpr int last[3] = {9, 7, 14};

  Tricubic() {
    for (int i = 0; i < 3; ++i) {
      table.box.first[i] = first[i];
      table.box.last[i] = last[i];
      table.box.count[i] = last[i] - first[i] + 1;
    }
    table.box.row_stride = last[2] - first[2] + 1;
    table.box.plane_stride = table.box.row_stride * (last[1] - first[1] + 1);
    std::mt19937_64 engine(5);
    const auto nodes = static_cast<std::size_t>(table.box.plane_stride) * (last[0] - first[0] + 1);
    for (std::size_t i = 0; i < nodes; ++i) amplitudes.push_back(std::ldexp(static_cast<double>(engine() >> 40), -18));
    table.in_double = amplitudes.data();
    table.default_F = 3;
  }

  // Rows that stay in a cell for many pixels, change it with every pixel, and leave the box and come back.
  void place(double step) {
    for (int i = 0; i < tile_pixels; ++i) {
      row[0][i] = 2.6 + 7 * std::sin(0.3 + 0.9 * step * i);
      row[1][i] = 1.4 + 4 * std::cos(1.1 + 1.1 * step * i);
      row[2][i] = 8.2 + 5 * std::sin(2.3 + 0.7 * step * i);
    }
  }

  std::vector<double> run(bool single, Bench& bench) {
    table.unit = single ? 64 : 1;
    bench.table = table;
    std::fill_n(bench.crystal.spot_metric, 6, 0.0);
    for (int axis = 0; axis < 3; ++axis) std::copy_n(row[axis], tile_pixels, bench.scratch->coordinate[axis]);
    TermBatch batch = bench.batch(1);
    batch.lookup = Lookup::tricubic;
    return bench.run(kernel({GetParam(), in_single(single), Shape::tophat, 1}), batch);
  }

  long double node(int h, int k, int l) const {
    const std::int64_t plane = (h - first[0]) * table.box.plane_stride;
    return amplitudes[static_cast<std::size_t>(plane + (k - first[1]) * table.box.row_stride + l - first[2])];
  }

  struct Truth {
    bool inside = true;
    long double F = 0;
    long double envelope = 0;
  };

  Truth truth(int pixel) const {
    Truth t;
    int lowest[3];
    long double weight[3][4];
    for (int axis = 0; axis < 3; ++axis) {
      const double h = row[axis][pixel];
      t.inside = t.inside && h >= first[axis] + 2 && h <= last[axis] - 2;
      lowest[axis] = static_cast<int>(std::floor(h)) - 1;
      const long double x = static_cast<long double>(h) - std::floor(h);
      weight[axis][0] = -x * (x - 1) * (x - 2) / 6;
      weight[axis][1] = (x + 1) * (x - 1) * (x - 2) / 2;
      weight[axis][2] = -(x + 1) * x * (x - 2) / 2;
      weight[axis][3] = (x + 1) * x * (x - 1) / 6;
    }
    if (!t.inside) return t;
    for (int i = 0; i < 64; ++i) {
      const int h = i / 16, k = i / 4 % 4, l = i % 4;
      const long double term =
          weight[0][h] * weight[1][k] * weight[2][l] * node(lowest[0] + h, lowest[1] + k, lowest[2] + l);
      t.F += term;
      t.envelope += fabsl(term);
    }
    return t;
  }

  double row[3][tile_pixels];
  AmplitudeTable table;
  std::vector<double> amplitudes;
};

// physics.md 11. Also in `single` nothing is lost but the last rounding: 3e-7 of F, however much cancels.
TEST_P(Tricubic, IsTheSumOfTheSpecification) {
  for (const bool single : {true, false}) {
    Bench bench({GetParam(), in_single(single), Shape::tophat, 1});
    int interpolated = 0;
    for (const double step : {0.0004, 0.013, 0.4}) {
      place(step);
      const std::vector<double> squares = run(single, bench);
      for (int i = 0; i < tile_pixels; ++i) {
        const Truth t = truth(i);
        if (!t.inside) continue;
        ++interpolated;
        const double F = std::sqrt(squares[static_cast<std::size_t>(i)]) * table.unit;
        const double of_value = single ? 3e-7 * static_cast<double>(fabsl(t.F)) : 0;
        EXPECT_NEAR(F, static_cast<double>(fabsl(t.F)), of_value + 1e-14 * static_cast<double>(t.envelope))
            << single << ' ' << i;
      }
    }
    EXPECT_GT(interpolated, 300);
    EXPECT_LT(interpolated, 700);
  }
}

// Neither the lane nor the neighbours, in the same cell or outside the box, change a bit.
TEST_P(Tricubic, BitsDoNotDependOnTheNeighbours) {
  for (const bool single : {true, false}) {
    Bench bench({GetParam(), in_single(single), Shape::tophat, 1});
    for (const double step : {0.0004, 0.013, 0.4}) {
      place(step);
      const std::vector<double> before = run(single, bench);
      std::vector<std::size_t> order(tile_pixels);
      std::iota(order.begin(), order.end(), 0);
      std::shuffle(order.begin(), order.end(), std::mt19937_64(8));
      double moved[3][tile_pixels];
      for (int axis = 0; axis < 3; ++axis) {
        for (std::size_t i = 0; i < tile_pixels; ++i) moved[axis][i] = row[axis][order[i]];
        std::copy_n(moved[axis], tile_pixels, row[axis]);
      }
      const std::vector<double> after = run(single, bench);
      for (std::size_t i = 0; i < tile_pixels; ++i) EXPECT_EQ(after[i], before[order[i]]) << single << ' ' << i;
    }
  }
}

// Two nodes on an axis: nothing can be interpolated, and nothing beyond the table is read.
TEST_P(Tricubic, TakesTheNearestInABoxTooSmallForACell) {
  for (int axis = 0; axis < 3; ++axis) {
    table.box.first[axis] = 0;
    table.box.last[axis] = 1;
    table.box.count[axis] = 2;
    for (int i = 0; i < tile_pixels; ++i) row[axis][i] = 0.9;
  }
  table.box.row_stride = 2;
  table.box.plane_stride = 4;
  amplitudes = {1, 2, 3, 4, 5, 6, 7, 8};
  amplitudes.shrink_to_fit();
  table.in_double = amplitudes.data();
  row[1][3] = 1.6;
  for (const bool single : {true, false}) {
    Bench bench({GetParam(), in_single(single), Shape::tophat, 1});
    const std::vector<double> squares = run(single, bench);
    for (int i = 0; i < tile_pixels; ++i) {
      const double F = i == 3 ? table.default_F : 8;
      EXPECT_EQ(squares[static_cast<std::size_t>(i)], F * F / (table.unit * table.unit)) << single << ' ' << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryTarget, Tricubic, testing::ValuesIn(simd_targets()));
INSTANTIATE_TEST_SUITE_P(EveryTarget, Lookups, testing::ValuesIn(simd_targets()));

}  // namespace
}  // namespace nbt
