// Gradients against the oracle's dual numbers: random scenes, every differentiable parameter.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "derivatives.hpp"
#include "gradient.hpp"
#include "oracle.hpp"
#include "random_command_line.hpp"
#include "simulation.hpp"
#include "words.hpp"

namespace nbt::test {
namespace {

constexpr int scenes_per_test = 2;
constexpr int tests = 20;

std::vector<double> random_weights(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> weights(count);
  for (double& w : weights) w = uniform(generator);
  return weights;
}

struct Judged {
  double derivative = 0;
  double absolute = 0;
};

// sum w dv/dp by the oracle.
Judged judge(const oracle::DerivativeImage& truth, const std::vector<double>& weights) {
  Judged sum;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum.derivative += weights[i] * truth.derivative[i];
    sum.absolute += std::fabs(weights[i]) * truth.absolute[i];
  }
  return sum;
}

// Evaluations that the oracle repeats for every component in reasonable time.
constexpr double most_evaluations = 1e5;

double evaluations(Simulation& simulation) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  simulation.check(nbt_estimate_memory(simulation.handle(), &request, &estimate));
  return estimate.evaluations;
}

bool is_dark(const std::vector<double>& image) {
  return std::all_of(image.begin(), image.end(), [](double v) { return v == 0; });
}

class RandomGradients : public testing::TestWithParam<int> {
 protected:
  // The first scenes from a seed on that the oracle can differentiate in reasonable time and that are not dark.
  void agree() {
    std::uint64_t seed = static_cast<std::uint64_t>(GetParam()) * 1000;
    for (int compared = 0; compared < scenes_per_test; ++seed) {
      const oracle::RandomScene scene = oracle::random_scene(seed);
      const auto& compat = scene.options.compat;
      if (compat.count("running-product") != 0 || compat.count("nanobragg") != 0) continue;
      SCOPED_TRACE("scene " + std::to_string(seed) + ": " + scene.describe());
      if (compare(scene)) ++compared;
    }
  }

 private:
  static bool compare(const oracle::RandomScene& scene) {
    const WorkingFolder folder;
    scene.write_inputs(folder.path());
    oracle::Options options = scene.options;
    options.directory = folder.path();
    Simulation in_double(command_line(scene, "double"));
    if (evaluations(in_double) > most_evaluations || is_dark(in_double.run64())) return false;
    const std::vector<std::string> names = component_names(in_double, {});
    const auto pixels = static_cast<std::size_t>(in_double.fast_count() * in_double.slow_count());
    const std::vector<double> weights = random_weights(pixels, scene.seed);
    std::vector<Judged> truth;
    for (const std::string& name : names) {
      truth.push_back(judge(oracle::differentiate(scene.arguments, options, seed_of(name)), weights));
    }
    const auto agrees = [&](Simulation& simulation, double tolerance) {
      compare(scene, names, truth, run_gradient(simulation, weights_loss(weights), {}), tolerance);
    };
    agrees(in_double, 1e-9);
    if (device_under_test() == "cpu") compare_images(in_double, names, truth, weights);  // others have none
    Simulation in_single(command_line(scene, "single"));
    agrees(in_single, 1e-5);
    return true;
  }

  static void compare(const oracle::RandomScene& scene, const std::vector<std::string>& names,
                      const std::vector<Judged>& truth, const Gradient& gradient, double tolerance) {
    double largest = 0;
    for (const Judged& judged : truth) largest = std::max(largest, judged.absolute);
    EXPECT_GT(largest, 0) << "the scene does not move";
    // Where a parameter moves a pixel in two ways that cancel, rounding is that of the ways.
    const double floor = 1e-3 * tolerance * largest;
    for (std::size_t p = 0; p < names.size(); ++p) {
      if (has_other_meaning(names[p], scene)) continue;
      EXPECT_NEAR(gradient.values[p], truth[p].derivative, tolerance * truth[p].absolute + floor)
          << names[p] << ", absolute " << truth[p].absolute << ", tolerance " << tolerance;
    }
  }

  // Derivative images, weighted and added up, are the gradient: each way is checked by the other.
  static void compare_images(Simulation& simulation, const std::vector<std::string>& names,
                             const std::vector<Judged>& truth, const std::vector<double>& weights) {
    const Gradient gradient = run_gradient(simulation, weights_loss(weights), {});
    const Jacobian jacobian = run_jacobian(simulation, {});
    ASSERT_EQ(jacobian.derivatives.size(), names.size());
    double largest = 0;
    for (const Judged& judged : truth) largest = std::max(largest, judged.absolute);
    for (std::size_t p = 0; p < names.size(); ++p) {
      double sum = 0, absolute = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * jacobian.derivatives[p][i];
        absolute += std::fabs(weights[i] * jacobian.derivatives[p][i]);
      }
      EXPECT_NEAR(sum, gradient.values[p], 1e-10 * (absolute + truth[p].absolute) + 1e-13 * largest)
          << "image of " << names[p];
    }
  }

  // Values that were not given but resolved. The oracle takes an origin and a divergence that are not there as such,
  // and a random misset at the angles that were drawn, which crystal.misset_deg does not move.
  static bool has_other_meaning(const std::string& name, const oracle::RandomScene& scene) {
    const std::vector<std::string>& arguments = scene.arguments;
    const auto given = [&](const std::string& text) {
      return std::any_of(arguments.begin(), arguments.end(),
                         [&](const std::string& argument) { return argument == text; });
    };
    if (name.starts_with("detector.origin_mm")) {
      return scene.options.compat.count("pix0-ignored") != 0 || (!given("-pix0_vector") && !given("-pix0_vector_mm"));
    }
    if (name == "beam.divergence_horizontal_mrad") return !given("-hdivrange") && !given("-divergence");
    if (name == "beam.divergence_vertical_mrad") return !given("-vdivrange") && !given("-divergence");
    return name.starts_with("crystal.misset_deg") && given("random");
  }

  static oracle::Seed seed_of(const std::string& name) {
    oracle::Seed seed;
    const std::size_t bracket = name.find('[');
    seed.parameter = name.substr(0, bracket);
    if (bracket != std::string::npos) seed.component = std::stoi(name.substr(bracket + 1));
    return seed;
  }
};

TEST_P(RandomGradients, AgreeWithDualNumbers) {
  agree();
}

INSTANTIATE_TEST_SUITE_P(Scenes, RandomGradients, testing::Range(0, tests));

void keeps_precision(const std::string& cells, const std::string& pixel_mm) {
  const std::string where = "N = " + cells + ", pixels of " + pixel_mm + " mm";
  std::vector<std::string> arguments = oracle::words(
      "-cell 70 80 90 85 95 100 -misset 10 20 30 -default_F 100 -nointerpolate -detpixels 40 -distance 120 -polar 0.7 "
      "-oversample 1 -mosaic 0.5 -mosaic_domains 4");
  arguments.insert(arguments.end(), {"-N", cells, "-pixel", pixel_mm});
  Simulation in_double(arguments), in_single(arguments);
  in_double.set_text("precision.mode", "double");
  const std::vector<std::string> parameters = {
      "crystal.cell_lengths_A", "crystal.cell_angles_deg", "crystal.misset_deg", "crystal.cells",
      "detector.distance_mm",   "detector.rotation_deg",   "beam.wavelength_A",  "crystal.mosaic_spread_deg"};
  const std::vector<std::string> names = component_names(in_double, parameters);
  const std::vector<double> weights = random_weights(1600, 2);
  const Gradient exact = run_gradient(in_double, weights_loss(weights), parameters);
  const Gradient single = run_gradient(in_single, weights_loss(weights), parameters);
  for (std::size_t p = 0; p < names.size(); ++p) {
    oracle::Seed seed;
    const std::size_t bracket = names[p].find('[');
    seed.parameter = names[p].substr(0, bracket);
    if (bracket != std::string::npos) seed.component = std::stoi(names[p].substr(bracket + 1));
    const Judged truth = judge(oracle::differentiate(arguments, {}, seed), weights);
    ASSERT_GT(truth.absolute, 0) << names[p] << ", " << where;
    EXPECT_NEAR(exact.values[p], truth.derivative, 1e-9 * truth.absolute) << names[p] << ", " << where;
    EXPECT_NEAR(single.values[p], truth.derivative, 1e-5 * truth.absolute) << names[p] << ", " << where;
  }
}

// `single` for any cell count: no more than 1e-5 of the absolute contributions, so no sign can flip above that. The
// small pixels see scattering angles below a degree and a half, where the detector moves nearly along the rays.
TEST(GradientPrecision, KeepsForManyCellsAndSmallAngles) {
  for (const std::string pixel_mm : {"1.5", "0.1"}) {
    for (const std::string cells : {"5", "10", "30", "100", "300", "1000"}) keeps_precision(cells, pixel_mm);
  }
}

// Some reflections, one by one.
TEST(GradientAmplitudes, AgreeWithDualNumbers) {
  for (const std::string interpolation : {"-nointerpolate", "-interpolate"}) {
    const std::vector<std::string> arguments = {
        "-cell",       "30", "35",   "40",          "90",         "90", "90",        "-misset", "10",        "20",
        "30",          "-N", "5",    interpolation, "-detpixels", "30", "-pixel",    "1",       "-distance", "60",
        "-oversample", "1",  "-phi", "1",           "-osc",       "1",  "-phisteps", "2"};
    std::vector<oracle::Reflection> reflections;
    std::vector<std::int32_t> h, k, l;
    std::vector<double> F;
    const std::vector<double> random = random_weights(13 * 13 * 13, 9);
    for (int i = 0; i < 13 * 13 * 13; ++i) {
      reflections.push_back({i / 169 - 6, i / 13 % 13 - 6, i % 13 - 6, 100 + 50 * random[static_cast<std::size_t>(i)]});
      h.push_back(reflections.back().h);
      k.push_back(reflections.back().k);
      l.push_back(reflections.back().l);
      F.push_back(reflections.back().amplitude);
    }
    oracle::Options options;
    options.reflections = reflections;
    std::vector<std::string> with_default = arguments;
    with_default.insert(with_default.end(), {"-default_F", "0"});
    Simulation simulation(with_default);
    simulation.set_text("precision.mode", "double");
    simulation.check(nbt_set_structure_factors(simulation.handle(), h.data(), k.data(), l.data(), F.data(), F.size()));
    const std::vector<double> weights = random_weights(900, 4);
    std::vector<double> by_F(F.size());
    nbt_gradient_outputs outputs{};
    outputs.struct_size = sizeof outputs;
    outputs.amplitudes = by_F.data();
    outputs.amplitude_count = by_F.size();
    run_gradient(simulation, weights_loss(weights), {"detector.distance_mm"}, &outputs);
    int moving = 0;
    for (std::size_t i = 0; i < F.size(); i += 37) {
      oracle::Seed seed;
      seed.reflection = {reflections[i].h, reflections[i].k, reflections[i].l};
      const Judged truth = judge(oracle::differentiate(with_default, options, seed), weights);
      EXPECT_NEAR(by_F[i], truth.derivative, 1e-9 * truth.absolute + 1e-15)
          << interpolation << ", reflection " << h[i] << ' ' << k[i] << ' ' << l[i];
      if (truth.absolute > 0) ++moving;
    }
    EXPECT_GT(moving, 3) << interpolation;
  }
}

}  // namespace
}  // namespace nbt::test
