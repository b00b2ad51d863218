// Known parameters are found again in noisy images, and what cannot be found is said.
#include "refine/refinement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/error.hpp"
#include "noisy_image.hpp"
#include "refine/cell_symmetry.hpp"

namespace nbt::refine::tests {
namespace {

// Chance leaves four standard errors once in 16000 values.
constexpr double most_standard_errors = 4;

std::string told(const RefineReport& report) {
  std::string text = report.reason;
  for (const RefinedValue& value : report.values) {
    text += "\n" + value.name + " " + std::to_string(value.start) + " -> " + std::to_string(value.found) + " +- " +
            std::to_string(value.standard_error);
  }
  return text;
}

void expect_found(const RefineReport& report, const std::vector<double>& true_values) {
  ASSERT_EQ(report.values.size(), true_values.size());
  EXPECT_EQ(report.ending, Ending::converged) << told(report);
  for (std::size_t i = 0; i < true_values.size(); ++i) {
    const RefinedValue& value = report.values[i];
    EXPECT_GT(value.standard_error, 0) << told(report);
    EXPECT_LT(std::fabs(value.found - true_values[i]), most_standard_errors * value.standard_error)
        << value.name << " is " << true_values[i] << "\n"
        << told(report);
  }
}

RefineOptions options_for(const std::vector<std::string>& parameters) {
  RefineOptions options;
  options.parameters = parameters;
  return options;
}

class Seeds : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Noise, Seeds, testing::Values(1u, 2u, 3u, 4u));

TEST_P(Seeds, OrientationIsFoundFromAThirdOfADegree) {
  const SimulationPointer simulation = small_crystal();
  const ImageLoss loss(NBT_LOSS_POISSON, with_poisson_noise(rendered(simulation.get()), GetParam()));
  set(simulation.get(), "crystal.misset_deg", {11.3, 22.7, -36.7});
  const RefineReport report = refine(simulation.get(), loss.record, options_for({"crystal.misset_deg"}));
  expect_found(report, {11, 23, -37});
  EXPECT_LT(report.loss, report.start_loss);
  EXPECT_EQ(report.pixels, 192 * 192);
  EXPECT_EQ(get(simulation.get(), "crystal.misset_deg", 3)[1], report.values[1].found);
}

TEST_P(Seeds, CellAndDistanceAreFoundWithTies) {
  const SimulationPointer simulation = small_crystal();
  const ImageLoss loss(NBT_LOSS_POISSON, with_poisson_noise(rendered(simulation.get()), GetParam()));
  set(simulation.get(), "crystal.cell_lengths_A", {100.3, 100.3, 89.7});
  set(simulation.get(), "detector.distance_mm", {100.1});
  const RefineReport report = refine(simulation.get(), loss.record,
                                     options_for({"crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]",
                                                  "crystal.cell_lengths_A[2]", "detector.distance_mm"}));
  expect_found(report, {100, 90, 100});
  const std::vector<double> lengths = get(simulation.get(), "crystal.cell_lengths_A", 3);
  EXPECT_EQ(lengths[0], lengths[1]);
}

TEST_P(Seeds, GaussianLossFindsOrientationAndScale) {
  const SimulationPointer simulation = small_crystal();
  std::vector<float> data = with_poisson_noise(rendered(simulation.get()), GetParam());
  std::mt19937 random(GetParam());
  std::normal_distribution<float> readout(0, 3);
  for (float& pixel : data) pixel = 1.2F * pixel + readout(random);
  ImageLoss loss(NBT_LOSS_GAUSSIAN, data);
  loss.record.gain = 1.2;
  loss.record.readout_variance = 9;
  set(simulation.get(), "crystal.misset_deg", {11.1, 22.8, -36.9});
  RefineOptions options = options_for({"crystal.misset_deg"});
  options.refine_scale = true;
  expect_found(refine(simulation.get(), loss.record, options), {11, 23, -37, 1.2});
}

// The scatter of the data gives the standard errors, whatever the unit of the loss.
TEST_P(Seeds, LeastSquaresTakesItsVarianceFromTheData) {
  const SimulationPointer simulation = small_crystal();
  std::vector<float> data = rendered(simulation.get());
  std::mt19937 random(GetParam());
  std::normal_distribution<float> noise(0, 20);
  for (float& pixel : data) pixel += noise(random);
  const ImageLoss loss(NBT_LOSS_LEAST_SQUARES, data);
  set(simulation.get(), "crystal.misset_deg", {11.1, 22.8, -36.9});
  const RefineReport report = refine(simulation.get(), loss.record, options_for({"crystal.misset_deg"}));
  expect_found(report, {11, 23, -37});
  ImageLoss weighted(NBT_LOSS_LEAST_SQUARES, data);
  weighted.weights.assign(data.size(), 1 / 400.0F);
  weighted.record.weights = weighted.weights.data();
  const RefineReport again = refine(simulation.get(), weighted.record, options_for({"crystal.misset_deg"}));
  // 36864 pixels give the variance within 4 * sqrt(2 / 36864) = 3 percent.
  EXPECT_NEAR(again.values[0].standard_error / report.values[0].standard_error, 1, 0.03);
}

TEST(Refinement, WithoutNoiseFindsTheValuesThemselves) {
  const SimulationPointer simulation = small_crystal();
  const ImageLoss loss(NBT_LOSS_LEAST_SQUARES, rendered(simulation.get()));
  set(simulation.get(), "crystal.misset_deg", {11.2, 22.9, -37.2});
  const RefineReport report = refine(simulation.get(), loss.record, options_for({"crystal.misset_deg"}));
  EXPECT_EQ(report.ending, Ending::converged) << told(report);
  // The data are rounded to float32: 6e-8 of a pixel, spots are 0.1 degrees wide.
  EXPECT_NEAR(report.values[0].found, 11, 1e-6);
  EXPECT_NEAR(report.values[1].found, 23, 1e-6);
  EXPECT_NEAR(report.values[2].found, -37, 1e-6);
}

TEST(Refinement, KeepsTheRangeOfAParameter) {
  const SimulationPointer simulation = small_crystal({"-polar", "1"});
  std::vector<float> data = rendered(simulation.get());
  // More polarized than is possible: brighter where a factor of 1 already has its largest effect.
  set(simulation.get(), "beam.polarization_factor", {0.5});
  const std::vector<float> half = rendered(simulation.get());
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = std::max(0.0F, 3 * data[i] - 2 * half[i]);
  const ImageLoss loss(NBT_LOSS_LEAST_SQUARES, data);
  RefineOptions options = options_for({"beam.polarization_factor"});
  options.on_iteration = [](const Iteration& iteration) { EXPECT_LE(iteration.values[0], 1); };
  const RefineReport report = refine(simulation.get(), loss.record, options);
  EXPECT_EQ(report.values[0].found, 1) << told(report);
  EXPECT_TRUE(report.values[0].at_bound);
  EXPECT_TRUE(std::isnan(report.values[0].standard_error));
}

TEST(Refinement, SaysWhatIsUndetermined) {
  const SimulationPointer simulation = small_crystal({"-fluence", "1e29"});
  const ImageLoss loss(NBT_LOSS_POISSON, with_poisson_noise(rendered(simulation.get()), 1));
  set(simulation.get(), "beam.fluence_per_m2", {1.1e29});
  RefineOptions options = options_for({"beam.fluence_per_m2", "crystal.misset_deg[0]"});
  options.refine_scale = true;
  const RefineReport report = refine(simulation.get(), loss.record, options);
  EXPECT_EQ(report.ending, Ending::converged) << told(report);
  EXPECT_TRUE(report.values[0].undetermined) << told(report);
  EXPECT_FALSE(report.values[1].undetermined) << told(report);
  EXPECT_TRUE(report.values[2].undetermined) << told(report);
  EXPECT_TRUE(std::isnan(report.values[0].standard_error));
}

// What refine() says when it fails; the orientation must be as before.
std::string failure(nbt_simulation* simulation, const nbt_loss& loss, const RefineOptions& options) {
  const std::vector<double> before = get(simulation, "crystal.misset_deg", 3);
  try {
    refine(simulation, loss, options);
  } catch (const Error& error) {
    EXPECT_EQ(get(simulation, "crystal.misset_deg", 3), before);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

void expect_names(const std::string& message, const std::string& word) {
  EXPECT_NE(message.find(word), std::string::npos) << message;
}

TEST(Refinement, ErrorsNameWhatCannotBeRefined) {
  const SimulationPointer simulation = small_crystal();
  nbt_simulation* handle = simulation.get();
  const ImageLoss loss(NBT_LOSS_POISSON, rendered(handle));
  expect_names(failure(handle, loss.record, options_for({"crystal.cell"})), "crystal.cell");
  expect_names(failure(handle, loss.record, options_for({"crystal.shape"})), "crystal.shape");
  expect_names(failure(handle, loss.record, options_for({"crystal.cells"})), "whole number");
  expect_names(failure(handle, loss.record, options_for({"detector.Xbeam_mm"})), "-Xbeam");
  expect_names(failure(handle, loss.record, options_for({"crystal.misset_deg", "crystal.misset_deg[1]"})), "twice");
  expect_names(failure(handle, loss.record, options_for({"crystal.fudge"})), "crystal.fudge");
  expect_names(failure(handle, loss.record, options_for({})), "nothing to refine");
}

TEST(Refinement, RefusesALossWithoutMinimumAndDataWithoutPixels) {
  const SimulationPointer simulation = small_crystal();
  ImageLoss loss(NBT_LOSS_WEIGHTS, rendered(simulation.get()));
  expect_names(failure(simulation.get(), loss.record, options_for({"crystal.misset_deg"})), "no minimum");
  loss.record.kind = NBT_LOSS_LEAST_SQUARES;
  const std::vector<std::uint8_t> mask(loss.data.size(), 0);
  loss.record.mask = mask.data();
  expect_names(failure(simulation.get(), loss.record, options_for({"crystal.misset_deg"})), "no pixel counts");
}

TEST(Refinement, PutsValuesBackWhenItIsStopped) {
  const SimulationPointer simulation = small_crystal();
  const ImageLoss loss(NBT_LOSS_POISSON, rendered(simulation.get()));
  set(simulation.get(), "crystal.misset_deg", {11.3, 22.7, -36.7});
  RefineOptions options = options_for({"crystal.misset_deg"});
  options.on_iteration = [](const Iteration& iteration) {
    if (iteration.number == 2) throw Error(Status::cancelled, "enough");
  };
  EXPECT_EQ(failure(simulation.get(), loss.record, options), "enough");
}

const std::vector<std::string> whole_cell{"crystal.cell_lengths_A", "crystal.cell_angles_deg", "detector.distance_mm"};

TEST(CrystalSystem, TiesTheCell) {
  const SimulationPointer simulation = small_crystal();
  EXPECT_EQ(apply_crystal_system(simulation.get(), "tetragonal", whole_cell),
            (std::vector<std::string>{"crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]",
                                      "crystal.cell_lengths_A[2]", "detector.distance_mm"}));
  EXPECT_EQ(apply_crystal_system(simulation.get(), "monoclinic", whole_cell).size(), 5u);
  EXPECT_EQ(apply_crystal_system(simulation.get(), "triclinic", whole_cell).size(), 7u);
}

std::string system_failure(const std::string& system, const std::vector<std::string>& parameters) {
  const SimulationPointer simulation = small_crystal();
  try {
    apply_crystal_system(simulation.get(), system, parameters);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST(CrystalSystem, ErrorsNameWhatDoesNotFit) {
  expect_names(system_failure("cubic", whole_cell), "crystal.cell_lengths_A[2] is 90 instead of 100");
  expect_names(system_failure("hexagonal", whole_cell), "crystal.cell_angles_deg[2] is 90 instead of 120");
  expect_names(system_failure("quadratic", whole_cell), "quadratic");
  expect_names(system_failure("tetragonal", {"crystal.cell_lengths_A[0]"}), "as a whole");
  expect_names(system_failure("tetragonal", {"crystal.cell_angles_deg"}), "fixes all");
}

}  // namespace
}  // namespace nbt::refine::tests
