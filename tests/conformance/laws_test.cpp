// Laws of diffraction that hold whatever the formulas: each for every precision.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "model/vector.hpp"
#include "simulation.hpp"

namespace nbt::test {
namespace {

class Laws : public testing::TestWithParam<std::string> {
 protected:
  // Custom convention: beam along z, fast along x, slow along y; unpolarized correction off.
  Simulation scene(double distance_mm = 100, double pixel_mm = 0.1, int pixels = 21) const {
    Simulation simulation;
    simulation.set_text("precision.mode", GetParam()).set_text("detector.convention", "xds");
    simulation.set("detector.distance_mm", distance_mm).set("detector.pixel_size_mm", pixel_mm);
    simulation.set("detector.pixels", {static_cast<double>(pixels), static_cast<double>(pixels)});
    simulation.set("crystal.cell_lengths_A", {100, 100, 100}).set("structure_factors.default_F", 10);
    simulation.set("crystal.cells", {5, 5, 5}).set("sampling.oversample", 1).set("beam.polarization", 0);
    return simulation;
  }

  double relative_tolerance() const { return GetParam() == "single" ? 4e-6 : 1e-9; }

  void expect_equal(const std::vector<double>& a, const std::vector<double>& b, double relative, const char* what) {
    ASSERT_EQ(a.size(), b.size());
    const double largest = *std::max_element(b.begin(), b.end());
    ASSERT_GT(largest, 0) << what;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], relative * (std::fabs(b[i]) + 1e-3 * largest)) << what << ", pixel " << i;
    }
  }
};

// In phase, N^3 cells scatter N^3 times the amplitude of one. The beam centre is a peak: q = 0 there.
TEST_P(Laws, BraggPeakIsSquareOfCellCount) {
  for (const char* shape : {"square", "gauss", "tophat"}) {
    auto peak = [&](double n) {
      Simulation simulation = scene();
      simulation.set_text("crystal.shape", shape).set("crystal.cells", {n, n, n});
      return simulation.run64()[10 * 21 + 10];
    };
    for (const double n : {2.0, 7.0, 30.0, 300.0}) {
      EXPECT_NEAR(peak(n) / peak(1) / std::pow(n, 6), 1, relative_tolerance()) << shape << ", cells per edge: " << n;
    }
  }
}

// Amplitudes enter squared, whatever their size: float32 must not run out of range inside.
TEST_P(Laws, IntensityIsSquareOfAmplitude) {
  const auto image = [&](double F) {
    Simulation simulation = scene();
    simulation.set("structure_factors.default_F", F);
    const std::vector<std::int32_t> h = {0, 1, 0, 0}, k = {0, 0, 1, 0}, l = {0, 0, 0, 1};
    const std::vector<double> amplitudes = {F, 2 * F, 3 * F, 0.5 * F};
    simulation.check(
        nbt_set_structure_factors(simulation.handle(), h.data(), k.data(), l.data(), amplitudes.data(), h.size()));
    simulation.set("crystal.cells", {1000, 1000, 1000});
    return simulation.set("crystal.misset_deg", {0.2, 0.3, 0.4})
        .set_text("structure_factors.interpolation", "nearest")
        .run64();
  };
  const std::vector<double> one = image(1);
  for (const double F : {1e-15, 1e15}) {
    std::vector<double> scaled = image(F);
    for (double& v : scaled) v /= F * F;
    expect_equal(scaled, one, relative_tolerance(), "amplitude");
  }
}

TEST_P(Laws, InverseSquareLaw) {
  // Twice as far with pixels twice as large covers the same angles; with equal pixels a quarter of the solid angle.
  const std::vector<double> near = scene(100, 0.1).set("crystal.misset_deg", {10, 20, 30}).run64();
  const std::vector<double> same_angles = scene(200, 0.2).set("crystal.misset_deg", {10, 20, 30}).run64();
  expect_equal(same_angles, near, relative_tolerance(), "same angles");
  const double at_centre = scene(100, 0.1).run64()[10 * 21 + 10];
  const double farther = scene(300, 0.1).run64()[10 * 21 + 10];
  EXPECT_NEAR(at_centre / farther, 9, 9 * relative_tolerance());
}

Vector3 turned(const Vector3& v, const Vector3& axis, double angle) {
  return rotate_about(v, axis, angle);
}

std::vector<double> list(const Vector3& v) {
  return {v.x, v.y, v.z};
}

// Turning beam, detector, spindle, polarization and crystal together changes nothing.
TEST_P(Laws, RotationOfEverythingTogetherChangesNothing) {
  const auto image = [&](double angle) {
    const Vector3 axis = unit(Vector3{1, -2, 0.5});
    const auto turn = [&](const Vector3& v) { return list(turned(v, axis, angle)); };
    Simulation s;
    s.set_text("precision.mode", GetParam()).set_text("detector.convention", "custom");
    s.set("beam.direction", turn({0, 0, 1})).set("beam.polarization_axis", turn({1, 0, 0}));
    s.set("detector.fast_axis", turn({1, 0, 0})).set("detector.slow_axis", turn({0, 1, 0}));
    s.set("detector.normal_axis", turn({0, 0, 1})).set("goniometer.spindle_axis", turn({1, 0, 0}));
    s.set("detector.pixels", {40, 40}).set("detector.pixel_size_mm", 1).set("beam.polarization_factor", 0.7);
    const Vector3 a = turned({0.01, 0.002, 0.003}, axis, angle), b = turned({-0.001, 0.012, 0.001}, axis, angle),
                  c = turned({0.002, -0.003, 0.015}, axis, angle);
    s.set("crystal.orientation_matrix", {a.x, b.x, c.x, a.y, b.y, c.y, a.z, b.z, c.z});
    s.set("structure_factors.default_F", 10).set("crystal.cells", {5, 6, 4}).set("sampling.oversample", 1);
    s.set("goniometer.phi_start_deg", 3).set("goniometer.phi_range_deg", 2).set("goniometer.phi_steps", 3);
    return s.run64();
  };
  const std::vector<double> straight = image(0);
  for (const double angle : {0.3, 2.0}) {
    expect_equal(image(angle), straight, GetParam() == "single" ? 2e-5 : 1e-8, "angle");
  }
}

// |F(hkl)| = |F(-h-k-l)| makes the transform of the crystal centrosymmetric. At a wavelength so short that the Ewald
// sphere is flat over the image, the image is too.
TEST_P(Laws, FlatEwaldSphereGivesFriedelSymmetricImage) {
  Simulation s = scene(1e8, 1, 41);
  s.set("beam.wavelength_A", 1e-6).set("crystal.misset_deg", {5, 40, 70}).set("crystal.cells", {4, 3, 5});
  s.set("crystal.cell_lengths_A", {20, 25, 30});
  const std::vector<double> image = s.run64();
  const std::vector<double> mirrored(image.rbegin(), image.rend());
  const double largest = *std::max_element(image.begin(), image.end());
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_NEAR(image[i], mirrored[i], 2e-4 * largest) << "pixel " << i;
  }
}

TEST_P(Laws, PhiSweepIsTheMeanOfItsStills) {
  const int steps = 4;
  const double start = 1.5, range = 2;
  const auto at = [&](double phi) {
    return scene().set("goniometer.phi_start_deg", phi).set("crystal.misset_deg", {9, 8, 7}).run64();
  };
  std::vector<double> mean(21 * 21);
  for (int k = 0; k < steps; ++k) {
    const std::vector<double> still = at(start + range * k / steps);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += still[i] / steps;
  }
  Simulation sweep = scene();
  sweep.set("goniometer.phi_start_deg", start)
      .set("goniometer.phi_range_deg", range)
      .set("crystal.misset_deg", {9, 8, 7});
  sweep.set("goniometer.phi_steps", steps);
  expect_equal(sweep.run64(), mean, relative_tolerance() * 10, "sweep");
}

TEST_P(Laws, MosaicCrystalIsTheMeanOfItsDomains) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> small(-0.02, 0.02);
  std::vector<double> rotations, mean(21 * 21);
  const std::size_t domains = 5;
  for (std::size_t m = 0; m < domains; ++m) {
    const Vector3 angles{small(random), small(random), small(random)};
    std::vector<double> rotation(9);
    for (std::size_t j = 0; j < 3; ++j) {
      const Vector3 column = rotate_xyz({j == 0 ? 1.0 : 0.0, j == 1 ? 1.0 : 0.0, j == 2 ? 1.0 : 0.0}, angles);
      rotation[j] = column.x;
      rotation[3 + j] = column.y;
      rotation[6 + j] = column.z;
    }
    Simulation alone = scene();
    alone.check(nbt_set_mosaic_rotations(alone.handle(), rotation.data(), 1));
    const std::vector<double> image = alone.run64();
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += image[i] / static_cast<double>(domains);
    rotations.insert(rotations.end(), rotation.begin(), rotation.end());
  }
  Simulation together = scene();
  together.check(nbt_set_mosaic_rotations(together.handle(), rotations.data(), domains));
  expect_equal(together.run64(), mean, relative_tolerance() * 10, "domains");
}

// Near a peak of a crystal of 1000^3 cells, against the closed form in 80-bit arithmetic from the exact geometry.
TEST_P(Laws, ThousandCellsNearAPeak) {
  const double distance_mm = 100, pixel_mm = 0.0005;
  const int pixels = 61;
  Simulation s = scene(distance_mm, pixel_mm, pixels);
  s.set("crystal.cells", {1000, 1000, 1000}).set("detector.point_pixel", 1);
  const std::vector<double> image = s.run64();
  const long double pi = 3.14159265358979323846264338327950288L;
  const auto grating = [&](long double h) {
    const long double d = h - std::round(h);
    return d == 0 ? 1000.0L : std::sin(pi * 1000 * d) / std::sin(pi * d);
  };
  for (int slow = 0; slow < pixels; ++slow) {
    for (int fast = 0; fast < pixels; ++fast) {
      const long double x = (fast - 30) * 0.0005L, y = (slow - 30) * 0.0005L, z = 100;
      const long double R = std::sqrt(x * x + y * y + z * z);
      const long double g = grating(100 * x / R) * grating(100 * y / R) * grating(100 * (z / R - 1));
      const long double expected = 100 * g * g / (R * R) * 1e6L;
      const long double envelope = 100 * 1e18L / (R * R) * 1e6L;
      const double value = image[static_cast<std::size_t>(slow * pixels + fast)];
      const long double allowed =
          GetParam() == "single" ? 2e-6L * expected + 4e-13L * envelope : 1e-8L * expected + 1e-14L * envelope;
      ASSERT_NEAR(value, static_cast<double>(expected), static_cast<double>(allowed))
          << "slow " << slow << ", fast " << fast;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryPrecision, Laws, testing::Values("double", "single", "exact"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace nbt::test
