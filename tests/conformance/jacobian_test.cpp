// Laws of derivative images and normal equations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "gradient.hpp"
#include "simulation.hpp"

namespace nbt::test {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

// Everything that a factor can do at once.
const Settings rich = {{"crystal.cell_lengths_A", "70 80 90"},
                       {"crystal.cell_angles_deg", "85 95 100"},
                       {"crystal.misset_deg", "10 20 30"},
                       {"crystal.cells", "5 6 7"},
                       {"crystal.mosaic_spread_deg", "0.4"},
                       {"crystal.mosaic_domains", "3"},
                       {"goniometer.phi_start_deg", "2"},
                       {"goniometer.phi_range_deg", "1"},
                       {"goniometer.phi_steps", "2"},
                       {"structure_factors.default_F", "100"},
                       {"structure_factors.interpolation", "nearest"},
                       {"detector.pixels", "70 12"},
                       {"detector.distance_mm", "90"},
                       {"detector.rotation_deg", "3 -4 5"},
                       {"detector.twotheta_deg", "6"},
                       {"detector.thickness_um", "300"},
                       {"detector.attenuation_depth_um", "400"},
                       {"beam.polarization_factor", "0.7"},
                       {"beam.dispersion_percent", "1"},
                       {"beam.divergence_horizontal_mrad", "2"},
                       {"background.water_um", "5"},
                       {"sampling.oversample", "2"}};

const std::vector<Settings> variants = {
    {},
    {{"sampling.oversample_omega", "1"}, {"sampling.oversample_polar", "1"}, {"sampling.oversample_thick", "1"}},
    {{"crystal.shape", "round"}, {"crystal.fudge", "1.3"}},
    {{"crystal.shape", "gauss"}, {"crystal.fudge", "0.8"}},
    {{"crystal.shape", "tophat"}, {"crystal.fudge", "0.01"}},
    {{"detector.curved", "1"}},
    {{"detector.curved", "1"}, {"compat.tokens", "curved-lab-axes"}},
    {{"detector.point_pixel", "1"}, {"sampling.dmin_A", "2.1"}},
    {{"compat.tokens", "last-layer-capture,wide-layer-pitch"}},
    {{"phi_carryover.mode", "c-parity"}, {"goniometer.phi_start_deg", "0"}},
};

void apply(Simulation& simulation, const Settings& settings) {
  for (const auto& [name, value] : settings) simulation.set_text(name, value);
}

std::string text_of(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text += name + "=" + value + " ";
  return text;
}

std::vector<double> random_numbers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> numbers(count);
  for (double& x : numbers) x = uniform(generator);
  return numbers;
}

// A direction along which each component moves the image about as much as another.
std::vector<double> balanced_direction(const Jacobian& jacobian) {
  std::vector<double> direction = random_numbers(jacobian.derivatives.size(), 11);
  for (std::size_t p = 0; p < direction.size(); ++p) {
    double square = 0;
    for (const double d : jacobian.derivatives[p]) square += d * d;
    direction[p] = square > 0 ? direction[p] / std::sqrt(square) : 0;
  }
  return direction;
}

// <J v, w> = <v, J^T w>
TEST(Jacobian, IsTheTransposeOfTheGradient) {
  for (const Settings& variant : variants) {
    Simulation simulation;
    apply(simulation, rich);
    apply(simulation, variant);
    simulation.set_text("precision.mode", "double");
    const Jacobian jacobian = run_jacobian(simulation, {});
    const std::vector<double> v = balanced_direction(jacobian);
    const std::vector<double> w = random_numbers(jacobian.image.size(), 5);
    const Jacobian along = run_jacobian(simulation, {}, v);
    const Gradient gradient = run_gradient(simulation, weights_loss(w), {});
    double forwards = 0, backwards = 0, absolute = 0;
    for (std::size_t i = 0; i < w.size(); ++i) forwards += along.derivatives.front()[i] * w[i];
    for (std::size_t p = 0; p < v.size(); ++p) backwards += v[p] * gradient.values[p];
    for (std::size_t i = 0; i < w.size(); ++i) absolute += std::fabs(along.derivatives.front()[i] * w[i]);
    ASSERT_GT(absolute, 0) << text_of(variant);
    EXPECT_NEAR(forwards, backwards, 1e-12 * absolute) << text_of(variant);
  }
}

TEST(Jacobian, HasTheBitsOfAnyChunks) {
  Simulation simulation;
  apply(simulation, rich);
  const Jacobian whole = run_jacobian(simulation, {"crystal.misset_deg", "detector.distance_mm"}, {}, 12);
  for (const std::int64_t rows : {1, 5}) {
    for (const int threads : {1, 3}) {
      simulation.set("execution.threads", threads);
      const Jacobian parts = run_jacobian(simulation, {"crystal.misset_deg", "detector.distance_mm"}, {}, rows);
      for (std::size_t p = 0; p < whole.derivatives.size(); ++p) {
        EXPECT_EQ(std::memcmp(whole.derivatives[p].data(), parts.derivatives[p].data(),
                              whole.derivatives[p].size() * sizeof(double)),
                  0)
            << "component " << p << ", " << rows << " rows, " << threads << " threads";
      }
    }
  }
}

TEST(Jacobian, HasTheImageOfARun) {
  Simulation simulation;
  apply(simulation, rich);
  simulation.set_text("precision.mode", "double");
  const std::vector<double> image = simulation.run64();
  const Jacobian jacobian = run_jacobian(simulation, {"detector.distance_mm"});
  for (std::size_t i = 0; i < image.size(); ++i) {
    EXPECT_NEAR(jacobian.image[i], image[i], 1e-10 * image[i] + 1e-14) << "pixel " << i;
  }
}

// Chunks share one buffer: what an earlier one left there must not show.
TEST(Jacobian, IsZeroOutsideTheRegion) {
  Simulation simulation, whole;
  apply(simulation, rich);
  apply(whole, rich);
  for (Simulation* each : {&simulation, &whole}) each->set_text("precision.mode", "double");
  const std::vector<std::string> parameters = {"crystal.misset_deg", "detector.distance_mm"};
  simulation.set_text("detector.roi", "5 66 3 8");
  const Jacobian inside = run_jacobian(whole, parameters);
  for (const std::int64_t rows : {1, 5, 12}) {
    const Jacobian cut = run_jacobian(simulation, parameters, {}, rows);
    for (std::size_t p = 0; p < inside.derivatives.size(); ++p) {
      double largest = 0;
      for (const double d : inside.derivatives[p]) largest = std::max(largest, std::fabs(d));
      for (int slow = 0; slow < 12; ++slow) {
        for (int fast = 0; fast < 70; ++fast) {
          const bool counts = fast >= 5 && fast <= 66 && slow >= 3 && slow <= 8;
          const auto i = static_cast<std::size_t>(slow * 70 + fast);
          const double expected = counts ? inside.derivatives[p][i] : 0;
          ASSERT_NEAR(cut.derivatives[p][i], expected, counts ? 1e-10 * largest : 0)
              << "component " << p << ", fast " << fast << ", slow " << slow << ", " << rows << " rows";
        }
      }
    }
  }
}

// Movements of the cell go through sums in float of r h, where h is large and what is left of it may be small.
TEST(Jacobian, OfSingleIsThatOfDouble) {
  const std::vector<std::string> parameters = {"crystal.cell_lengths_A", "crystal.cell_angles_deg",
                                               "crystal.misset_deg", "goniometer.phi_start_deg", "beam.wavelength_A"};
  for (const std::string cells : {"5 6 7", "100 100 100", "1000 1000 1000"}) {
    Simulation in_double, in_single;
    for (Simulation* simulation : {&in_double, &in_single}) {
      apply(*simulation, rich);
      simulation->set_text("crystal.cells", cells);
    }
    in_double.set_text("precision.mode", "double");
    in_single.set_text("precision.mode", "single");
    const std::vector<std::string> names = component_names(in_double, parameters);
    const Jacobian exact = run_jacobian(in_double, parameters);
    const Jacobian single = run_jacobian(in_single, parameters);
    for (std::size_t p = 0; p < names.size(); ++p) {
      double difference = 0, absolute = 0;
      for (std::size_t i = 0; i < exact.image.size(); ++i) {
        difference += std::fabs(single.derivatives[p][i] - exact.derivatives[p][i]);
        absolute += std::fabs(exact.derivatives[p][i]);
      }
      ASSERT_GT(absolute, 0) << names[p];
      EXPECT_LE(difference, 1e-5 * absolute) << names[p] << ", N = " << cells << ": " << difference / absolute;
    }
  }
}

TEST(NormalEquations, AreProductsOfDerivativeImages) {
  const std::vector<std::string> parameters = {"crystal.misset_deg", "detector.distance_mm",
                                               "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]"};
  for (const std::int32_t kind : {NBT_LOSS_LEAST_SQUARES, NBT_LOSS_GAUSSIAN, NBT_LOSS_POISSON}) {
    Simulation simulation;
    apply(simulation, rich);
    simulation.set_text("precision.mode", "double");
    const Jacobian jacobian = run_jacobian(simulation, parameters);
    std::vector<double> data = jacobian.image;
    for (double& d : data) d *= 1.1;
    nbt_loss loss = data_loss(kind, data);
    loss.scale = 1.2;
    loss.gain = 0.5;
    loss.readout_variance = data[data.size() / 2];
    const NormalEquations equations = run_normal_equations(simulation, loss, parameters, true);
    const std::size_t count = 6;
    ASSERT_EQ(equations.gradient.size(), count);
    std::vector<double> matrix(count * count, 0.0);
    for (std::size_t i = 0; i < data.size(); ++i) {
      const double model = 1.2 * jacobian.image[i];
      const double variance = 0.5 * model + loss.readout_variance;
      const double spread = 0.5 / variance;
      const double curvature = kind == NBT_LOSS_LEAST_SQUARES ? 1
                               : kind == NBT_LOSS_GAUSSIAN    ? 1 / variance + spread * spread / 2
                                                              : 1 / model;
      const auto derivative = [&](std::size_t p) {
        return p < 5 ? 1.2 * jacobian.derivatives[p][i] : jacobian.image[i];
      };
      for (std::size_t p = 0; p < count; ++p) {
        for (std::size_t q = 0; q < count; ++q) matrix[p * count + q] += curvature * derivative(p) * derivative(q);
      }
    }
    for (std::size_t p = 0; p < count; ++p) {
      for (std::size_t q = 0; q < count; ++q) {
        const double scale = std::sqrt(matrix[p * count + p] * matrix[q * count + q]);
        ASSERT_GT(scale, 0) << p << ' ' << q;
        EXPECT_NEAR(equations.matrix[p * count + q], matrix[p * count + q], 1e-10 * scale)
            << "loss " << kind << ", element " << p << ' ' << q;
      }
    }
    const Gradient gradient = run_gradient(simulation, loss, parameters);
    EXPECT_NEAR(equations.loss / gradient.loss, 1, 1e-11) << "loss " << kind;
    for (std::size_t p = 0; p < 5; ++p) {
      EXPECT_NEAR(equations.gradient[p], gradient.values[p],
                  1e-9 * std::sqrt(matrix[p * count + p] * std::fabs(gradient.loss)))
          << "loss " << kind << ", component " << p;
    }
    EXPECT_NEAR(equations.gradient[5] / gradient.by_scale, 1, 1e-9) << "loss " << kind;
  }
}

}  // namespace
}  // namespace nbt::test
