// What gradients must keep, whatever the scene: bits, sums, limits, memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <tuple>

#include "gradient.hpp"
#include "simulation.hpp"

namespace nbt::test {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

void apply(Simulation& simulation, const Settings& settings) {
  for (const auto& [name, value] : settings) simulation.set_text(name, value);
}

const Settings base = {{"crystal.cell_lengths_A", "70 80 90"}, {"crystal.cell_angles_deg", "85 95 100"},
                       {"crystal.misset_deg", "10 20 30"},     {"crystal.cells", "7 8 9"},
                       {"structure_factors.default_F", "100"}, {"structure_factors.interpolation", "nearest"},
                       {"detector.pixels", "300 24"},          {"detector.distance_mm", "120"},
                       {"beam.polarization_factor", "0.7"},    {"sampling.oversample", "1"}};

std::vector<double> random_data(Simulation& simulation, double scale) {
  std::mt19937_64 generator(7);
  std::uniform_real_distribution<double> uniform(0.5, 1.5);
  std::vector<double> data = simulation.run64();
  double mean = 0;
  for (const double v : data) mean += v / static_cast<double>(data.size());
  for (double& v : data) v = scale * mean * uniform(generator);
  return data;
}

// Rows of an image in memory.
struct RowSource {
  const std::vector<double>* data;
  std::int64_t fast_count;
};
std::int32_t hand_rows(nbt_data_rows* rows, void* user) {
  const auto& source = *static_cast<const RowSource*>(user);
  rows->data = source.data->data() + rows->first_row * source.fast_count;
  return 0;
}

void expect_same_bits(const Gradient& a, const Gradient& b, const std::string& what) {
  EXPECT_EQ(std::memcmp(&a.loss, &b.loss, sizeof a.loss), 0) << what << ": loss " << a.loss << " and " << b.loss;
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    EXPECT_EQ(std::memcmp(&a.values[i], &b.values[i], sizeof(double)), 0)
        << what << ", component " << i << ": " << a.values[i] << " and " << b.values[i];
  }
}

Gradient in_chunks(Simulation& simulation, const std::vector<double>& data, std::int64_t rows, int threads) {
  simulation.set("execution.threads", threads);
  RowSource source{&data, simulation.fast_count()};
  nbt_loss loss = data_loss(NBT_LOSS_LEAST_SQUARES, data);
  loss.data = nullptr;
  loss.callback = hand_rows;
  loss.user = &source;
  loss.rows_per_chunk = rows;
  return run_gradient(simulation, loss, {});
}

void expect_bits_of_any_chunks(const Settings& settings) {
  Simulation simulation;
  apply(simulation, base);
  apply(simulation, settings);
  const std::vector<double> data = random_data(simulation, 1);
  const Gradient whole = run_gradient(simulation, data_loss(NBT_LOSS_LEAST_SQUARES, data), {});
  EXPECT_GT(std::fabs(*std::max_element(whole.values.begin(), whole.values.end())), 0);
  for (const std::int64_t rows : {1, 8, 16, 128}) {
    for (const int threads : {1, 2, 3}) {
      expect_same_bits(whole, in_chunks(simulation, data, rows, threads),
                       std::to_string(rows) + " rows, " + std::to_string(threads) + " threads");
    }
  }
}

TEST(GradientBits, DoNotDependOnChunksAndThreads) {
  for (const std::string precision : {"double", "single"}) {
    expect_bits_of_any_chunks({{"precision.mode", precision}});
    expect_bits_of_any_chunks({{"precision.mode", precision},
                               {"sampling.oversample", "2"},
                               {"crystal.mosaic_spread_deg", "0.5"},
                               {"crystal.mosaic_domains", "30"},
                               {"detector.thickness_um", "200"},
                               {"beam.dispersion_percent", "0.5"},
                               {"background.water_um", "10"}});
  }
}

TEST(GradientBits, DoNotDependOnChunksWithTenThousandOrientations) {
  expect_bits_of_any_chunks({{"precision.mode", "single"},
                             {"detector.pixels", "40 9"},
                             {"crystal.mosaic_spread_deg", "0.5"},
                             {"crystal.mosaic_domains", "10000"}});
}

// L(s) = sum d s v: its derivative by fluence is L/fluence, and by default_F 2 L/default_F.
TEST(GradientLaws, HomogeneousParametersGiveTheLossBack) {
  for (const std::string shape : {"square", "round", "gauss", "tophat"}) {
    Simulation simulation;
    apply(simulation, base);
    simulation.set_text("crystal.shape", shape).set_text("precision.mode", "double");
    const std::vector<double> weights(static_cast<std::size_t>(300 * 24), 1.0);
    const Gradient g =
        run_gradient(simulation, weights_loss(weights), {"beam.fluence_per_m2", "structure_factors.default_F"});
    ASSERT_GT(g.loss, 0) << shape;
    EXPECT_NEAR(g.values[0] * 125932015286227086360700780544.0 / g.loss, 1, 1e-12) << shape;
    EXPECT_NEAR(g.values[1] * 100 / (2 * g.loss), 1, 1e-12) << shape;
  }
}

// The sum over all F of F dL/dF is 2 L where F comes from the list, nearest or interpolated.
void expect_amplitudes_to_give_the_loss_back(const std::string& interpolation, const std::string& precision,
                                             const Settings& settings) {
  Simulation simulation;
  apply(simulation, base);
  apply(simulation, settings);
  simulation.set_text("structure_factors.interpolation", interpolation).set_text("precision.mode", precision);
  simulation.set_text("structure_factors.default_F", "0");
  const std::int32_t first[3] = {-40, -40, -40}, last[3] = {40, 40, 40};
  std::vector<double> F(81 * 81 * 81);
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<double> uniform(10, 200);
  for (double& f : F) f = uniform(generator);
  simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
  const auto pixels = static_cast<std::size_t>(simulation.fast_count() * simulation.slow_count());
  const std::vector<double> weights(pixels, 1.0);
  std::vector<double> by_F(F.size());
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  outputs.amplitudes = by_F.data();
  outputs.amplitude_count = by_F.size();
  const Gradient g = run_gradient(simulation, weights_loss(weights), {"detector.distance_mm"}, &outputs);
  double sum = 0;
  for (std::size_t i = 0; i < F.size(); ++i) sum += F[i] * by_F[i];
  ASSERT_GT(g.loss, 0);
  EXPECT_NEAR(sum / (2 * g.loss), 1, precision == "double" ? 1e-12 : 1e-6) << interpolation << ' ' << precision;
}

TEST(GradientLaws, AmplitudesGiveTheLossBack) {
  for (const std::string interpolation : {"nearest", "tricubic"}) {
    for (const std::string precision : {"double", "single"}) {
      expect_amplitudes_to_give_the_loss_back(interpolation, precision, {});
    }
  }
}

// More than four reflections in some pixels, and not in others.
TEST(GradientLaws, AmplitudesGiveTheLossBackWhereDomainsSeeManyReflections) {
  for (const std::string precision : {"double", "single"}) {
    expect_amplitudes_to_give_the_loss_back("nearest", precision,
                                            {{"detector.pixels", "300 6"},
                                             {"sampling.oversample", "2"},
                                             {"crystal.mosaic_spread_deg", "2"},
                                             {"crystal.mosaic_domains", "11"},
                                             {"beam.dispersion_percent", "0.5"}});
  }
}

// A span's slopes are kept between the passes where those of 256 pixels fit into 16 MiB, else computed again.
// Derivatives by structure factors take 12 (double) or 8 bytes more per term: with so many orientations the slopes fit
// without them and do not with them. What both runs ask for must not change.
void expect_same_if_computed_again(const std::string& precision, const std::string& orientations, double tolerance) {
  Simulation simulation;
  apply(simulation, base);
  apply(simulation, {{"precision.mode", precision},
                     {"detector.pixels", "70 3"},
                     {"crystal.mosaic_spread_deg", "0.5"},
                     {"crystal.mosaic_domains", orientations}});
  const std::int32_t first[3] = {-4, -4, -4}, last[3] = {4, 4, 4};
  const std::vector<double> F(9 * 9 * 9, 150);
  simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
  const std::vector<double> data = random_data(simulation, 1);
  const nbt_loss loss = data_loss(NBT_LOSS_LEAST_SQUARES, data);
  const Gradient kept = run_gradient(simulation, loss, {});
  std::vector<double> by_F(F.size());
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  outputs.amplitudes = by_F.data();
  outputs.amplitude_count = by_F.size();
  const Gradient again = run_gradient(simulation, loss, {}, &outputs);
  ASSERT_GT(*std::max_element(by_F.begin(), by_F.end()), 0);
  const std::vector<std::string> names = component_names(simulation, {});
  ASSERT_EQ(kept.values.size(), again.values.size());
  EXPECT_NEAR(again.loss / kept.loss, 1, tolerance) << precision;
  for (std::size_t i = 0; i < kept.values.size(); ++i) {
    EXPECT_NEAR(again.values[i], kept.values[i], tolerance * std::fabs(kept.values[i]))
        << precision << ", " << names[i] << ", off by " << again.values[i] / kept.values[i] - 1;
  }
}

TEST(GradientLaws, SlopesComputedAgainGiveTheSameAsKeptOnes) {
  expect_same_if_computed_again("double", "2200", 1e-9);  // one of them nearly cancels
  expect_same_if_computed_again("single", "4000", 1e-4);
}

// At whole indices, at N = 1 and where gauss vanishes everything is finite.
TEST(GradientLimits, AreFinite) {
  for (const std::string precision : {"double", "single"}) {
    for (const std::string shape : {"square", "round", "gauss", "tophat"}) {
      for (const std::string cells : {"1 1 1", "1 5 1000", "1000 1000 1000"}) {
        Simulation simulation;
        apply(simulation, base);
        apply(simulation, {{"precision.mode", precision},
                           {"crystal.shape", shape},
                           {"crystal.cells", cells},
                           {"detector.convention", "xds"},
                           {"detector.pixels", "33 3"},
                           {"detector.ORGX_pixels", "2"},
                           {"detector.ORGY_pixels", "2"}});
        const std::vector<double> weights(99, 1.0);
        const Gradient g = run_gradient(simulation, weights_loss(weights), {});
        double norm = 0;
        for (std::size_t i = 0; i < g.values.size(); ++i) {
          EXPECT_TRUE(std::isfinite(g.values[i])) << precision << ' ' << shape << ' ' << cells << " component " << i;
          norm += std::fabs(g.values[i]);
        }
        EXPECT_GT(norm, 0) << precision << ' ' << shape << ' ' << cells;
      }
    }
  }
}

// Turning the crystal about the spindle, which is z of mosflm, turns the cell of every step.
TEST(GradientLaws, StepsAddUpToTheSpindle) {
  Simulation simulation;
  apply(simulation, base);
  apply(simulation, {{"precision.mode", "double"},
                     {"goniometer.phi_start_deg", "3"},
                     {"goniometer.phi_steps", "2"},
                     {"goniometer.phi_range_deg", "1"}});
  std::vector<double> by_rotation(6);
  nbt_gradient_outputs outputs{};
  outputs.struct_size = sizeof outputs;
  outputs.orientations = by_rotation.data();
  outputs.orientation_count = 2;
  const std::vector<double> weights(static_cast<std::size_t>(300 * 24), 1.0);
  const Gradient g = run_gradient(simulation, weights_loss(weights), {"goniometer.phi_start_deg"}, &outputs);
  ASSERT_NE(g.values[0], 0);
  EXPECT_NEAR((by_rotation[2] + by_rotation[5]) * 3.14159265358979323846 / 180 / g.values[0], 1, 1e-10);
}

// Central differences of the loss with steps h, h/2 and h/4, extrapolated: an error of h^6.
double extrapolated_difference(Simulation& simulation, const nbt_loss& loss, const std::string& name,
                               std::size_t component, std::size_t length, double step) {
  std::vector<double> at(length);
  simulation.check(nbt_get(simulation.handle(), name.c_str(), at.data(), length));
  const auto loss_at = [&](double offset) {
    std::vector<double> moved = at;
    moved[component] += offset;
    simulation.set(name, moved);
    return run_gradient(simulation, loss, {"detector.distance_mm"}).loss;
  };
  const auto difference = [&](double h) { return (loss_at(h) - loss_at(-h)) / (2 * h); };
  const double d1 = difference(step), d2 = difference(step / 2), d4 = difference(step / 4);
  simulation.set(name, at);
  const double first = (4 * d2 - d1) / 3, second = (4 * d4 - d2) / 3;
  return (16 * second - first) / 15;
}

// With the library's own loss, so that values and derivatives fit each other.
TEST(GradientDifferences, AgreeForFewCells) {
  const std::vector<std::tuple<std::string, std::size_t, double>> moved = {
      {"crystal.cell_lengths_A", 3, 2e-2},     {"crystal.cell_angles_deg", 3, 2e-2},
      {"crystal.misset_deg", 3, 2e-2},         {"detector.distance_mm", 1, 5e-2},
      {"detector.rotation_deg", 3, 2e-2},      {"detector.twotheta_deg", 1, 2e-2},
      {"beam.wavelength_A", 1, 2e-4},          {"beam.polarization_factor", 1, 0.1},
      {"goniometer.phi_start_deg", 1, 2e-2},   {"crystal.mosaic_spread_deg", 1, 2e-2},
      {"detector.attenuation_depth_um", 1, 5}, {"background.water_um", 1, 1e-4}};
  for (const std::string shape : {"square", "round", "gauss"}) {
    Simulation simulation;
    apply(simulation, base);
    apply(simulation, {{"precision.mode", "double"},
                       {"crystal.shape", shape},
                       {"crystal.cells", "4 6 10"},
                       {"detector.pixels", "60 20"},
                       {"detector.thickness_um", "200"},
                       {"detector.attenuation_depth_um", "300"},
                       {"detector.rotation_deg", "2 3 4"},
                       {"detector.twotheta_deg", "5"},
                       {"crystal.mosaic_spread_deg", "0.3"},
                       {"crystal.mosaic_domains", "3"},
                       {"goniometer.phi_start_deg", "1"},
                       {"background.water_um", "0.003"}});
    // A linear loss: of squares the peaks, where nothing moves, would leave no digits for the rest.
    const std::vector<double> weights = random_data(simulation, 1e-9);
    const nbt_loss loss = weights_loss(weights);
    for (const auto& [name, length, step] : moved) {
      const Gradient gradient = run_gradient(simulation, loss, {name});
      double norm = 0;
      for (const double g : gradient.values) norm = std::max(norm, std::fabs(g));
      ASSERT_GT(norm, 0) << name;
      for (std::size_t c = 0; c < length; ++c) {
        // Narrower spots want smaller steps.
        const double width = shape == "square" ? 1 : shape == "round" ? 0.3 : 0.1;
        const double difference = extrapolated_difference(simulation, loss, name, c, length, width * step);
        EXPECT_NEAR(gradient.values[c], difference, 2e-5 * norm) << shape << ", " << name << '[' << c << ']';
      }
    }
  }
}

TEST(GradientLosses, HaveTheSlopesOfTheirFormulas) {
  for (const std::int32_t kind : {NBT_LOSS_LEAST_SQUARES, NBT_LOSS_GAUSSIAN, NBT_LOSS_POISSON}) {
    Simulation simulation;
    apply(simulation, base);
    simulation.set_text("precision.mode", "double");
    const std::vector<double> data = random_data(simulation, 1);
    const std::vector<double> background(data.size(), data.front());
    nbt_loss loss = data_loss(kind, data);
    loss.background = background.data();
    loss.gain = 0.7;
    loss.readout_variance = 2 * data.front();
    loss.scale = 1.3;
    const auto at = [&](double scale, double fluence) {
      nbt_loss moved = loss;
      moved.scale = scale;
      simulation.set("beam.fluence_per_m2", fluence);
      return run_gradient(simulation, moved, {"beam.fluence_per_m2"});
    };
    const double fluence = 125932015286227086360700780544.0, step = 1e-4;
    const Gradient here = at(1.3, fluence);
    const double by_fluence = (at(1.3, fluence * (1 + step)).loss - at(1.3, fluence * (1 - step)).loss) / (2 * step);
    const double by_scale = (at(1.3 + step, fluence).loss - at(1.3 - step, fluence).loss) / (2 * step);
    EXPECT_NEAR(here.values[0] * fluence / by_fluence, 1, 1e-6) << "loss " << kind;
    EXPECT_NEAR(here.by_scale / by_scale, 1, 1e-6) << "loss " << kind;
  }
}

}  // namespace
}  // namespace nbt::test
