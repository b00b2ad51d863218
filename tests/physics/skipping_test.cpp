// Exact skipping: the sums of gauss and tophat are the same, bit for bit, whether orientations that give nothing in a
// segment are left out or not; for every SIMD target and both precisions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cpu/kernels.hpp"
#include "cpu/scratch.hpp"
#include "cpu/simd_targets.hpp"
#include "model/vector.hpp"

namespace nbt {
namespace {

constexpr double wavelength_m = 1e-10;

struct Case {
  std::string target;
  Precision precision;
  Shape shape;
};

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  return stream << c.target << (c.precision == Precision::single ? " single " : " double ")
                << (c.shape == Shape::gauss ? "gauss" : "tophat");
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::string& target : simd_targets()) {
    for (const Precision precision : {Precision::single, Precision::double_}) {
      for (const Shape shape : {Shape::gauss, Shape::tophat}) cases.push_back({target, precision, shape});
    }
  }
  return cases;
}

class Uniform {
 public:
  double operator()(double low, double high) {
    return low + (high - low) * (static_cast<double>(engine_() >> 11) * 0x1p-53);
  }

 private:
  std::mt19937_64 engine_{91};
};

// Spots that are narrow in units of the index, oblique to the axes. `width` is that of the exponent 1.
void set_metric(double width, double (&metric)[6]) {
  const double triangle[6] = {1, 0.25, -0.125, 1.25, 0.375, 0.75};
  for (int i = 0; i < 6; ++i) metric[i] = triangle[i] / width;
}

// Diagonal of the inverse of R^T R by solving R^T x = unit vector: window^2 = radius |x|^2.
void set_windows(const double (&m)[6], double radius, double (&window)[3]) {
  for (int axis = 0; axis < 3; ++axis) {
    const double right[3] = {axis == 0 ? 1.0 : 0.0, axis == 1 ? 1.0 : 0.0, axis == 2 ? 1.0 : 0.0};
    const double x = right[0] / m[0];
    const double y = (right[1] - m[1] * x) / m[3];
    const double z = (right[2] - m[2] * x - m[4] * y) / m[5];
    window[axis] = std::sqrt(radius * (x * x + y * y + z * z));
  }
}

// Beyond it a term is exactly 0: gauss 2^-r below the range of its type, tophat r >= 0.3969.
double vanishing_radius(const Case& c) {
  if (c.shape == Shape::tophat) return 0.4;
  return c.precision == Precision::single ? 126 : 1023;
}

// A row of a flat panel, 30 degrees off the beam, an index passing 0.04 with every pixel.
class Row {
 public:
  explicit Row(const Case& c) : kernel_case(c), scratch(std::make_unique<Scratch>()) {
    crystal.shape = c.shape;
    const Vector3 axes_m[] = {{55e-10, 12e-10, 3e-10}, {-9e-10, 61e-10, 5e-10}, {2e-10, -7e-10, 71e-10}};
    for (int i = 0; i < 3; ++i) {
      crystal.cells[i] = crystal.sphere_cells[i] = 30;
      crystal.index_length[i] = length(axes_m[i]) / wavelength_m;
    }
    // Windows of about 0.15 whatever the radius.
    set_metric(0.1 / std::sqrt(vanishing_radius(c)), crystal.spot_metric);
    Uniform uniform;
    for (int o = 0; o < largest_orientation_block; ++o) {
      const Vector3 turn = {uniform(-0.02, 0.02), uniform(-0.02, 0.02), uniform(-0.02, 0.02)};
      Orientation orientation;
      double(*const targets[])[3] = {&orientation.a, &orientation.b, &orientation.c};
      for (int i = 0; i < 3; ++i) {
        const Vector3 turned = axes_m[i] + cross(turn, axes_m[i]);
        (*targets[i])[0] = turned.x, (*targets[i])[1] = turned.y, (*targets[i])[2] = turned.z;
      }
      orientations.push_back(orientation);
    }
    place();
  }

  // Of the first orientations; segment_pixels 0: nothing is skipped.
  std::vector<double> sums(int orientation_count, int pixels, int segment_pixels) {
    TermBatch batch;
    batch.pixels = pixels;
    batch.directions = directions;
    PlannedSource source{};
    source.incident[0] = 1;
    source.wavelength_m = wavelength_m;
    scratch->block.count = 0;
    append_orientations(directions.basis, source, orientations.data(), orientation_count, scratch->block);
    batch.block = &scratch->block;
    batch.crystal = &crystal;
    batch.table = &table;
    batch.lookup = table.in_double == nullptr ? Lookup::constant : Lookup::nearest;
    batch.work = &scratch->work;
    batch.sums = scratch->terms;
    batch.bend = 0.1444 * pixel * pixel / (0.95 * 0.95);  // no pixel is nearer than 0.95
    batch.skipping.segment_pixels = segment_pixels;
    set_windows(crystal.spot_metric, vanishing_radius(kernel_case), batch.skipping.window);
    EXPECT_LT(batch.skipping.window[0], 0.5) << "nothing could be skipped";
    std::fill_n(scratch->terms, tile_pixels, 0.0);
    const std::int64_t target = find_simd_target(kernel_case.target);
    const AddTerms add = kernel_case.precision == Precision::single ? add_terms_single_for(target, kernel_case.shape)
                                                                    : add_terms_double_for(target, kernel_case.shape);
    add(batch);
    return {scratch->terms, scratch->terms + pixels};
  }

  // Every reflection, and every one beyond the list, is not a number.
  void poison_amplitudes() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    amplitudes.assign(1, nan);
    amplitudes_float.assign(1, std::numeric_limits<float>::quiet_NaN());
    for (double& count : table.box.count) count = 1;
    table.box.row_stride = table.box.plane_stride = 1;
    table.in_double = amplitudes.data();
    table.in_float = amplitudes_float.data();
    table.default_F = table.default_in_float = nan;
  }

 private:
  void place() {
    constexpr double distance = 1;
    const Vector3 anchor = {distance * std::cos(0.5), distance * std::sin(0.5), 0.05};
    const Vector3 fast = {0.1, -0.2, std::sqrt(0.95)};
    const double basis[2][3] = {{anchor.x, anchor.y, anchor.z}, {fast.x, fast.y, fast.z}};
    for (int j = 0; j < 2; ++j) std::copy_n(basis[j], 3, directions.basis[j]);
    for (int i = 0; i < tile_pixels; ++i) {
      const double along = pixel * (i - tile_pixels / 2);
      const double inverse = 1 / length(anchor + along * fast);
      scratch->coordinate[0][i] = inverse;
      scratch->coordinate[1][i] = along * inverse;
    }
    for (int j = 0; j < 2; ++j) directions.coordinate[j] = scratch->coordinate[j];
  }

  static constexpr double pixel = 0.0007;

  Case kernel_case;
  std::unique_ptr<Scratch> scratch;
  Directions directions;
  CrystalConstants crystal;
  AmplitudeTable table;
  std::vector<double> amplitudes;
  std::vector<float> amplitudes_float;
  std::vector<Orientation> orientations;
};

class ExactSkipping : public testing::TestWithParam<Case> {};

// One orientation, fewer and more than a vector's lanes, no multiple of them, a full block.
constexpr int orientation_counts[] = {1, 2, 3, 7, 13, 33, 61, 64};

TEST_P(ExactSkipping, ChangesNoBit) {
  Row row(GetParam());
  int lit = 0, dark = 0;
  for (const int orientations : orientation_counts) {
    for (const int pixels : {64, 192, 256}) {
      const std::vector<double> all = row.sums(orientations, pixels, 0);
      for (const double sum : all) ++(sum > 0 ? lit : dark);
      for (const int segment : {16, 32, 64}) {
        const std::vector<double> some = row.sums(orientations, pixels, segment);
        EXPECT_EQ(std::memcmp(some.data(), all.data(), all.size() * sizeof(double)), 0)
            << "orientations " << orientations << ", pixels " << pixels << ", segments of " << segment;
      }
    }
  }
  EXPECT_GT(lit, 100) << "no spot to lose";
  EXPECT_GT(dark, 100) << "nothing to skip";
}

// 0 times an amplitude that is not a number is none either: only what was not evaluated stays 0.
TEST_P(ExactSkipping, EvaluatesNothingWhereNothingIs) {
  Row row(GetParam());
  row.poison_amplitudes();
  const auto finite = [&](int segment) {
    const std::vector<double> sums = row.sums(7, tile_pixels, segment);
    return std::count_if(sums.begin(), sums.end(), [](double sum) { return std::isfinite(sum); });
  };
  EXPECT_EQ(finite(0), 0);
  const auto skipped_16 = finite(16), skipped_32 = finite(32), skipped_64 = finite(64);
  EXPECT_GT(skipped_16, 0);
  EXPECT_GE(skipped_16, skipped_32) << "shorter segments know the index better";
  EXPECT_GE(skipped_32, skipped_64);
}

std::string test_name(const testing::TestParamInfo<Case>& test) {
  const Case& c = test.param;
  return c.target + (c.precision == Precision::single ? "Single" : "Double") +
         (c.shape == Shape::gauss ? "Gauss" : "Tophat");
}

INSTANTIATE_TEST_SUITE_P(All, ExactSkipping, testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace nbt
