// Inputs far beyond the usual, on a few pixels: same tolerances, right counts, no more memory than announced.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>

#include "oracle.hpp"
#include "simulation.hpp"
#include "tolerance.hpp"

namespace nbt::test {
namespace {

using Json = nlohmann::json;

// Square detector, pixels beside the beam centre rendered.
void describe(Simulation& simulation, double edge_pixels, std::int64_t first, std::int64_t last) {
  simulation.set("crystal.cell_lengths_A", {61, 72, 83}).set("crystal.misset_deg", {10, 20, 30});
  simulation.set("crystal.cells", {5, 6, 7}).set("structure_factors.default_F", 100);
  simulation.set_text("structure_factors.interpolation", "nearest");
  simulation.set("detector.pixels", {edge_pixels, edge_pixels}).set("detector.pixel_size_mm", 102.4 / edge_pixels);
  simulation.set("sampling.oversample", 1);
  simulation.check(nbt_set_roi(simulation.handle(), first, last, first, last));
}

// The largest difference between two precisions, relative to each value or to a millionth of the
// brightest (physics.md 13).
double worst_difference(const std::vector<double>& image, const std::vector<double>& truth) {
  const double floor = 1e-6 * *std::max_element(truth.begin(), truth.end());
  EXPECT_GT(floor, 0) << "the image is empty";
  double worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double difference = std::fabs(image[i] - truth[i]) / std::max(truth[i], floor);
    worst = difference <= worst ? worst : difference;  // also NaN
  }
  return worst;
}

void set_random_sources(Simulation& simulation, std::size_t count) {
  std::mt19937 generator(20);
  std::uniform_real_distribution<double> spread(-0.003, 0.003);
  std::vector<double> directions, wavelengths, weights;
  for (std::size_t i = 0; i < count; ++i) {
    directions.insert(directions.end(), {-1, spread(generator), spread(generator)});
    wavelengths.push_back(1 + spread(generator));
    weights.push_back(1 + 100 * spread(generator));
  }
  simulation.check(nbt_set_sources(simulation.handle(), directions.data(), wavelengths.data(), weights.data(), count));
}

std::vector<double> image_with(const char* precision, const std::function<void(Simulation&)>& describe_scene) {
  Simulation simulation;
  describe_scene(simulation);
  return simulation.set_text("precision.mode", precision).run64();
}

TEST(LargeInputs, AThousandDomainsHundredSourcesTenStepsStayWithinTheTolerance) {
  const auto scene = [](Simulation& simulation) {
    describe(simulation, 1024, 540, 541);
    simulation.set("crystal.mosaic_spread_deg", 1).set("crystal.mosaic_domains", 1000);
    simulation.set("goniometer.phi_range_deg", 1).set("goniometer.phi_steps", 10);
    set_random_sources(simulation, 100);
  };
  const std::vector<double> truth = image_with("exact", scene);
  EXPECT_LT(worst_difference(image_with("single", scene), truth), single_tolerance.of_value);
  EXPECT_LT(worst_difference(image_with("double", scene), truth), double_tolerance.of_value);
}

// -107 to 107: 215 cubed are 9.9 million, with 216 along h 10 million.
TEST(LargeInputs, ABoxOfTenMillionAmplitudesIsReadAtItsRightPlaces) {
  const std::int32_t first[3] = {-108, -107, -107}, last[3] = {107, 107, 108};
  std::vector<double> F(216 * 215 * 216);
  std::mt19937 generator(21);
  std::uniform_real_distribution<double> amplitude(1, 1000);
  for (double& value : F) value = amplitude(generator);
  const auto scene = [&](Simulation& simulation) {
    describe(simulation, 64, 0, 63);
    simulation.set("detector.distance_mm", 30).set("beam.wavelength_A", 0.8);  // to a resolution of 0.6 A
    simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
  };
  const std::vector<double> truth = image_with("exact", scene);
  EXPECT_LT(worst_difference(image_with("single", scene), truth), single_tolerance.of_value);
  EXPECT_LT(worst_difference(image_with("double", scene), truth), double_tolerance.of_value);
}

// N = 10,000: spots a thousand times narrower than a pixel, and a factor of N^6 = 1e24 from a cell to the crystal.
TEST(LargeInputs, TenThousandCellsAgreeWithTheOracle) {
  const std::vector<std::string> arguments = {"-cell", "61",
                                              "72",    "83",
                                              "90",    "90",
                                              "90",    "-misset",
                                              "10",    "20",
                                              "30",    "-N",
                                              "10000", "-default_F",
                                              "100",   "-detpixels",
                                              "16",    "-pixel",
                                              "0.01",  "-distance",
                                              "100",   "-lambda",
                                              "1",     "-oversample",
                                              "3",     "-nointerpolate"};
  const oracle::Result truth = oracle::render(arguments, {});
  const std::pair<const char*, Tolerance> precisions[] = {
      {"exact", exact_tolerance}, {"double", double_tolerance}, {"single", single_tolerance}};
  for (const auto& [precision, tolerance] : precisions) {
    Simulation simulation(arguments);
    const Agreement agreement = compare(simulation.set_text("precision.mode", precision).run32(), truth, tolerance);
    EXPECT_LE(agreement.worst, 1) << precision << ": " << agreement.text;
    EXPECT_LT(agreement.excused, 16U) << precision;
  }
}

// Amplitudes that are as good as 0, alone and between others, change nothing: neither to infinity, nor to NaN, nor a
// value beside them.
TEST(LargeInputs, VanishingAmplitudesCountAsZero) {
  constexpr std::int32_t edge = 41;
  const std::int32_t first[3] = {-20, -20, -20}, last[3] = {20, 20, 20};
  for (const double small : {1e-201, 1e-300, 1e-310, 5e-324}) {
    for (const double other : {0.0, 1e5}) {
      for (const char* lookup : {"nearest", "tricubic"}) {
        const auto scene = [&](double vanishing) {
          return [&, vanishing](Simulation& simulation) {
            describe(simulation, 64, 20, 40);
            simulation.set_text("structure_factors.interpolation", lookup).set("structure_factors.default_F", small);
            std::vector<double> F(edge * edge * edge);
            for (std::size_t i = 0; i < F.size(); ++i) F[i] = i % 3 == 0 ? other : i % 3 == 1 ? vanishing : -vanishing;
            simulation.check(nbt_set_structure_factor_grid(simulation.handle(), first, last, F.data(), F.size()));
          };
        };
        for (const char* precision : {"single", "double", "exact"}) {
          SCOPED_TRACE(std::string(precision) + ", " + lookup + ", " + std::to_string(other));
          EXPECT_EQ(image_with(precision, scene(small)), image_with(precision, scene(0))) << small;
        }
        if (other > 0) {
          const std::vector<double> truth = image_with("exact", scene(small));
          EXPECT_LT(worst_difference(image_with("single", scene(small)), truth), single_tolerance.of_value) << lookup;
        }
      }
    }
  }
}

TEST(LargeInputs, CountsBeyond32BitsAreToldRight) {
  Simulation simulation;
  describe(simulation, 1024, 540, 540);
  simulation.set("crystal.mosaic_spread_deg", 1).set("crystal.mosaic_domains", 1000);
  simulation.set("goniometer.phi_range_deg", 1).set("goniometer.phi_steps", 1000);
  simulation.set("detector.thickness_um", 100).set("detector.thickness_steps", 7);
  simulation.set("sampling.oversample", 100);
  const Json report = Json::parse(simulation.report());
  EXPECT_EQ(report["sampling"]["steps"], 10'000'000'000);
  EXPECT_EQ(report["sampling"]["evaluations_per_pixel"], 70'000'000'000);
  simulation.check(nbt_set_roi(simulation.handle(), 0, 1023, 0, 1023));
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  simulation.check(nbt_estimate_memory(simulation.handle(), &request, &estimate));
  EXPECT_EQ(estimate.evaluations, 70e9 * 1024 * 1024);
}

}  // namespace
}  // namespace nbt::test
