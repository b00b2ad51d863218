// Traced pixels: every intermediate the reference printed, to 1e-11, and the full-frame case in both carry-over modes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "golden_case.hpp"
#include "simulation.hpp"

namespace nbt::test {
namespace {

using Json = nlohmann::json;

constexpr double trace_tolerance = 1e-11;

// Largest component of a list, so that its small components are compared with the length of the vector.
double magnitude(const Json& value) {
  if (!value.is_array()) return std::fabs(value.get<double>());
  double largest = 0;
  for (const Json& component : value) largest = std::max(largest, magnitude(component));
  return largest;
}

void expect_near(const std::string& name, const Json& actual, const Json& expected, double tolerance, double scale) {
  if (expected.is_array()) {
    ASSERT_EQ(actual.size(), expected.size()) << name;
    for (std::size_t i = 0; i < expected.size(); ++i) expect_near(name, actual[i], expected[i], tolerance, scale);
    return;
  }
  EXPECT_NEAR(actual.get<double>(), expected.get<double>(), tolerance * scale) << name;
}

// The lattice factors inherit the rounding of h times pi N: compared with the cells, not with a value near zero.
double scale_of(const std::string& name, const Json& expected, double cells) {
  const bool lattice = name.rfind("F_latt", 0) == 0 || name.rfind("I_", 0) == 0;
  return lattice ? std::max(magnitude(expected), cells) : std::max(magnitude(expected), 1e-30);
}

void compare_known(const Json& actual, const Json& expected, double tolerance, double cells, const std::string& where) {
  for (const auto& [name, value] : expected.items()) {
    if (!actual.contains(name) || value.is_object() || value.is_null() || value.is_string()) continue;
    expect_near(where + ": " + name, actual.at(name), value, tolerance, scale_of(name, value, cells));
  }
}

std::vector<std::string> as_reference(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--compat", "nanobragg"});
  return arguments;
}

class TracedPixel : public testing::TestWithParam<golden::GoldenTrace> {};

TEST_P(TracedPixel, HasTheIntermediatesOfTheReference) {
  const golden::GoldenTrace& stored = GetParam();
  const golden::GoldenCase reference = golden::load_case(stored.case_name);
  const WorkingFolder folder;
  std::filesystem::copy(golden::data_directory() / "inputs", folder.path() / "inputs");
  Simulation simulation(as_reference(reference.arguments));
  simulation.set("phi_carryover.threads", reference.reference_threads);
  const Json trace = Json::parse(simulation.trace(stored.slow, stored.fast));

  const Json& recomputed = stored.facts.at("recomputed");
  ASSERT_EQ(trace.at("evaluation_count"), recomputed.at("evaluation_count"));
  const auto& cells = reference.facts.at("derived").at("cells");
  const double all_cells = cells[0].get<double>() * cells[1].get<double>() * cells[2].get<double>();
  const Json& terms = recomputed.at("first_evaluations");
  ASSERT_FALSE(terms.empty());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    compare_known(trace.at("evaluations").at(i), terms[i], trace_tolerance, all_cells, "term " + std::to_string(i));
  }
  if (stored.facts.contains("reference_trace")) {
    const Json& printed = stored.facts.at("reference_trace");
    compare_known(trace, printed.at("blocks").at(0), trace_tolerance, all_cells, "printed block 0");
    compare_known(trace.at("final"), printed.at("final"), trace_tolerance, 0, "printed end");
  }
}

INSTANTIATE_TEST_SUITE_P(All, TracedPixel, testing::ValuesIn(golden::load_traces()),
                         [](const auto& tested) { return tested.param.name; });

// ---- Full frame: 2463 x 2527 pixels, ten phi steps from 0 ------------------------------------------------------

// The command line of facts.json without its two files; the reflections that it lists stand for them.
Simulation full_frame(const Json& facts, const std::string& mode) {
  std::vector<std::string> arguments;
  std::istringstream words(facts.at("inputs").at("command").get<std::string>());
  std::string word;
  words >> word;
  while (words >> word) {
    if (word == "-mat" || word == "-hkl") {
      words >> word;
      continue;
    }
    arguments.push_back(word);
  }
  arguments.insert(arguments.end(), {"--compat", "nanobragg", "--no-dump", "--phi-carryover-mode", mode});
  Simulation simulation(arguments);
  std::vector<double> matrix;
  for (const Json& row : facts.at("inputs").at("A_mat_rows_as_in_file")) {
    for (const Json& element : row) matrix.push_back(element.get<double>());
  }
  simulation.set("crystal.orientation_matrix", matrix);
  return simulation;
}

void add_reflections(const Json& facts, Simulation& simulation) {
  std::vector<std::int32_t> h, k, l;
  std::vector<double> F;
  const auto add = [&](const Json& hkl, double amplitude) {
    h.push_back(hkl[0].get<std::int32_t>());
    k.push_back(hkl[1].get<std::int32_t>());
    l.push_back(hkl[2].get<std::int32_t>());
    F.push_back(amplitude);
  };
  for (const char* mode : {"c_parity", "spec"}) {
    for (const Json& step : facts.at("pixel_685_1039").at(mode).at("independent_float64").at("steps")) {
      add(step.at("hkl0"), step.at("F_cell").get<double>());
    }
  }
  for (const Json& pixel : facts.at("other_pixels")) {
    for (std::size_t i = 0; i < pixel.at("hkl0_per_phi_spec").size(); ++i) {
      add(pixel.at("hkl0_per_phi_spec")[i], pixel.at("F_cell_per_phi_spec")[i].get<double>());
    }
  }
  simulation.check(nbt_set_structure_factors(simulation.handle(), h.data(), k.data(), l.data(), F.data(), F.size()));
}

class FullFrame : public testing::TestWithParam<std::string> {
 protected:
  const Json facts = golden::load_pilatus_facts();
  std::string key() const { return GetParam() == "spec" ? "spec" : "c_parity"; }
};

TEST_P(FullFrame, TracedPixelHasEveryKnownValue) {
  Simulation simulation = full_frame(facts, GetParam());
  add_reflections(facts, simulation);
  const Json trace = Json::parse(simulation.trace(685, 1039));
  const Json& truth = facts.at("pixel_685_1039").at(key()).at("independent_float64");
  const Json& steps = truth.at("steps");
  ASSERT_EQ(trace.at("evaluations").size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Json& term = trace.at("evaluations").at(i);
    const Json& step = steps.at(i);
    EXPECT_NEAR(term.at("F_latt").get<double>(), step.at("F_latt").get<double>(), 1e-9) << "phi step " << i;
    EXPECT_EQ(term.at("F_cell"), step.at("F_cell")) << "phi step " << i;
    expect_near("rot_b", term.at("rot_b_A"), step.at("b_A"), 1e-11, 30);
    EXPECT_EQ(term.at("hkl_nearest"), step.at("hkl0")) << "phi step " << i;
  }
  expect_near("position", trace.at("evaluations")[0].at("pixel_pos_m"), truth.at("pixel_pos_m"), 1e-11, 0.2);
  const double known = GetParam() == "spec" ? 1.38208252716 : -2.38319665299;
  EXPECT_NEAR(trace.at("evaluations")[0].at("F_latt").get<double>(), known, 5e-11);
}

// The neighbours 684 and 685 of the traced row and the others that facts.json lists.
TEST_P(FullFrame, OtherPixelsHaveTheirValues) {
  Simulation simulation = full_frame(facts, GetParam());
  add_reflections(facts, simulation);
  int compared = 0;
  for (const Json& pixel : facts.at("other_pixels")) {
    const auto slow = pixel.at("slow").get<std::int64_t>(), fast = pixel.at("fast").get<std::int64_t>();
    // The very first pixel's first sweep is unrotated in c-parity, too; facts.json gives the rule's general value.
    if (GetParam() == "c-parity" && slow == 0 && fast == 0) continue;
    const double expected = pixel.at(key() + "_float64").get<double>();
    const Json trace = Json::parse(simulation.trace(slow, fast));
    EXPECT_NEAR(trace.at("final").at("pixel_value").get<double>(), expected, 1e-9 * expected)
        << "slow " << slow << ", fast " << fast;
    ++compared;
  }
  EXPECT_GE(compared, 3);
}

INSTANTIATE_TEST_SUITE_P(BothModes, FullFrame, testing::Values("spec", "c-parity"),
                         [](const auto& tested) { return tested.param == "spec" ? "spec" : "c_parity"; });

// With the measured reflections beside the checkout: the whole image, every precision.
class FullFrameImage : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(FullFrameImage, HasTheKnownSumMaximumAndCrop) {
  const auto folder = golden::find_pilatus_directory();
  if (!folder) GTEST_SKIP() << "the measured reflections (pilatus6m/scaled.hkl.gz) are not here";
  const Json facts = golden::load_pilatus_facts();
  const auto& [precision, mode] = GetParam();
  const WorkingFolder work;
  std::ofstream(work.path() / "scaled.hkl") << golden::read_gzip(*folder / "scaled.hkl.gz");
  Simulation simulation = full_frame(facts, mode);
  simulation.set_arguments({"-hkl", "scaled.hkl", "-nointerpolate", "--compat", "nanobragg"});
  simulation.set_text("precision.mode", precision).set_text("phi_carryover.mode", mode);
  const std::vector<float> image = simulation.run32();
  const std::int64_t fast_count = simulation.fast_count();

  const Json& known = facts.at("image").at(mode == "spec" ? "spec_phi0_fixed" : "c_parity_1thread");
  double sum = 0;
  for (const float v : image) sum += static_cast<double>(v);
  const double tolerance = precision == "single" ? 2e-6 : 1e-7;
  EXPECT_NEAR(sum / known.at("sum").get<double>(), 1, tolerance);
  const auto brightest = std::max_element(image.begin(), image.end());
  EXPECT_NEAR(static_cast<double>(*brightest) / known.at("max").get<double>(), 1, tolerance);
  EXPECT_EQ((brightest - image.begin()) / fast_count, known.at("argmax_slow_fast")[0].get<std::int64_t>());
  EXPECT_EQ((brightest - image.begin()) % fast_count, known.at("argmax_slow_fast")[1].get<std::int64_t>());
  if (mode == "spec") return;

  const std::string bytes = golden::read_gzip(*folder / "crop_slow960_fast560_256x256.f32.gz");
  std::vector<float> crop(256 * 256);
  ASSERT_EQ(bytes.size(), crop.size() * sizeof(float));
  std::memcpy(crop.data(), bytes.data(), bytes.size());
  for (std::int64_t slow = 0; slow < 256; ++slow) {
    for (std::int64_t fast = 0; fast < 256; ++fast) {
      const double value = image[static_cast<std::size_t>((slow + 960) * fast_count + fast + 560)];
      const double stored = crop[static_cast<std::size_t>(slow * 256 + fast)];
      const double allowed = precision == "exact" ? 0 : 2e-6 * stored + 1e-9;
      ASSERT_NEAR(value, stored, allowed) << "crop slow " << slow << ", fast " << fast;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, FullFrameImage,
                         testing::Combine(testing::Values("exact", "double", "single"),
                                          testing::Values("c-parity", "spec")),
                         [](const auto& tested) {
                           return std::get<0>(tested.param) +
                                  (std::get<1>(tested.param) == "spec" ? std::string("_spec") : "_c_parity");
                         });

}  // namespace
}  // namespace nbt::test
