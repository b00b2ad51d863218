// The oracle against what the reference program gave: images, derived values, traces, random numbers.
#include "oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

#include "golden_case.hpp"
#include "random.hpp"

namespace nbt::oracle {
namespace {

using Json = nlohmann::json;

Options as_reference(int threads) {
  Options options;
  options.compat = {"nanobragg"};
  options.carryover_threads = threads;
  options.directory = golden::data_directory();
  return options;
}

Vector to_vector(const Json& json) {
  return {json.at(0), json.at(1), json.at(2)};
}

constexpr double degree = 180.0 / std::numbers::pi;

// Compares 15-digit numbers. `scale` is what the rounding of the value is relative to where it is itself near zero.
class Agreement {
 public:
  explicit Agreement(std::string what) : what_(std::move(what)) {}

  void number(const std::string& name, double ours, double theirs, double scale = 0.0) {
    const double limit = 1e-11 * std::max(std::abs(theirs), scale);
    EXPECT_LE(std::abs(ours - theirs), limit) << what_ << " " << name << ": " << ours << " is not " << theirs;
    if (limit > 0.0) worst_ = std::max(worst_, std::abs(ours - theirs) / limit);
  }

  void vector(const std::string& name, const Vector& ours, const Json& theirs) {
    const Vector expected = to_vector(theirs);
    const double scale = length(expected);
    number(name + ".x", ours.x, expected.x, scale);
    number(name + ".y", ours.y, expected.y, scale);
    number(name + ".z", ours.z, expected.z, scale);
  }

  double worst() const { return worst_; }

 private:
  std::string what_;
  double worst_ = 0.0;
};

class GoldenImages : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, GoldenImages, testing::ValuesIn(golden::case_names()),
                         [](const auto& instance) { return instance.param; });

void compare_geometry(const Derived& d, const Json& expected, Agreement& agreement) {
  agreement.number("pixel_size_m", d.pixel_size_m, expected.at("pixel_size_m"));
  agreement.vector("detector_fast_axis", d.fast_axis, expected.at("detector_fast_axis"));
  agreement.vector("detector_slow_axis", d.slow_axis, expected.at("detector_slow_axis"));
  agreement.vector("detector_normal_axis", d.normal_axis, expected.at("detector_normal_axis"));
  agreement.vector("detector_origin_m", d.origin_m, expected.at("detector_origin_m"));
  agreement.vector("beam_axis", d.beam_axis, expected.at("beam_axis"));
  agreement.vector("polarization_axis", d.polarization_axis, expected.at("polarization_axis"));
  agreement.vector("spindle_axis", d.spindle_axis, expected.at("spindle_axis"));
  agreement.vector("twotheta_axis", d.twotheta_axis, expected.at("twotheta_axis"));
  EXPECT_EQ(d.convention, expected.at("convention").get<std::string>());
  EXPECT_EQ(d.pivot, expected.at("pivot").get<std::string>());
  agreement.number("distance_m", d.distance_m, expected.at("distance_m"));
  agreement.number("close_distance_m", d.close_distance_m, expected.at("close_distance_m"));
  agreement.number("Fbeam_m", d.fast_beam_m, expected.at("Fbeam_m"));
  agreement.number("Sbeam_m", d.slow_beam_m, expected.at("Sbeam_m"));
  agreement.number("Fclose_m", d.fast_close_m, expected.at("Fclose_m"));
  agreement.number("Sclose_m", d.slow_close_m, expected.at("Sclose_m"));
}

void compare_crystal(const Derived& d, const Json& expected, Agreement& agreement) {
  agreement.vector("real_a_A", d.a_A, expected.at("real_a_A"));
  agreement.vector("real_b_A", d.b_A, expected.at("real_b_A"));
  agreement.vector("real_c_A", d.c_A, expected.at("real_c_A"));
  agreement.vector("recip_a_invA", d.a_star, expected.at("recip_a_invA"));
  agreement.vector("recip_b_invA", d.b_star, expected.at("recip_b_invA"));
  agreement.vector("recip_c_invA", d.c_star, expected.at("recip_c_invA"));
  EXPECT_EQ(Json({d.cells_a, d.cells_b, d.cells_c}), expected.at("cells"));
  if (expected.contains("misset_deg")) agreement.vector("misset_deg", degree * d.misset_rad, expected.at("misset_deg"));
}

void compare_sampling(const Derived& d, const Json& expected, Agreement& agreement) {
  agreement.number("wavelength_m", d.wavelength_m, expected.at("wavelength_m"));
  agreement.number("fluence_per_m2", d.fluence_per_m2, expected.at("fluence_per_m2"));
  ASSERT_EQ(d.phi_rad.size(), expected.at("phi_deg").size());
  for (std::size_t i = 0; i < d.phi_rad.size(); ++i) {
    agreement.number("phi_deg", degree * d.phi_rad[i], expected.at("phi_deg").at(i), 1e-3);
  }
  EXPECT_EQ(d.oversample, expected.at("oversample").get<int>());
  EXPECT_EQ(d.layers, expected.at("thickness_layers").get<int>());
  agreement.number("thickness_step_m", d.layer_step_m, expected.at("thickness_step_m"));
  agreement.number("detector_mu_per_m", d.attenuation_per_m, expected.at("detector_mu_per_m"));
  EXPECT_EQ(d.mosaic_matrices.size(), expected.at("mosaic_domains").get<std::size_t>());
  agreement.number("mosaic_spread_deg", degree * d.mosaic_spread_rad, expected.at("mosaic_spread_deg"));
  EXPECT_EQ(d.steps, expected.at("steps").get<double>());
  EXPECT_EQ(d.interpolation_at_start, expected.at("interpolation_at_start").get<bool>());
  agreement.number("background_I", d.background_sum, expected.at("background_I"));
  EXPECT_EQ(Json({d.roi_fast_min, d.roi_fast_max, d.roi_slow_min, d.roi_slow_max}), expected.at("roi"));
}

void compare_lists(const Derived& d, const Json& expected, Agreement& agreement) {
  if (expected.contains("sources")) {
    const auto& sources = expected.at("sources");
    ASSERT_EQ(d.source_directions.size(), sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
      agreement.vector("source direction", d.source_directions[i], sources[i].at("direction_to_source"));
      agreement.number("source wavelength", d.source_wavelengths_m[i], sources[i].at("wavelength_m"));
    }
  }
  if (expected.contains("mosaic_matrices")) {
    const auto& matrices = expected.at("mosaic_matrices");
    ASSERT_EQ(d.mosaic_matrices.size(), matrices.size());
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      for (std::size_t j = 0; j < 9; ++j) {
        agreement.number("mosaic matrix", d.mosaic_matrices[i][j], matrices[i].at(j), 1.0);
      }
    }
  }
  if (expected.contains("interpolation_off_at") && !expected.at("interpolation_off_at").is_null()) {
    ASSERT_TRUE(d.interpolation_off_at.has_value());
    EXPECT_EQ(Json({d.interpolation_off_at->slow, d.interpolation_off_at->fast}), expected.at("interpolation_off_at"));
  } else {
    EXPECT_FALSE(d.interpolation_off_at.has_value());
  }
}

TEST_P(GoldenImages, AgreeInEveryPixelAndDerivedValue) {
  const auto golden = golden::load_case(GetParam());
  const auto result = render(golden.arguments, as_reference(golden.reference_threads));
  ASSERT_EQ(result.fast, golden.fast);
  ASSERT_EQ(result.slow, golden.slow);

  const auto expected = golden::load_image(golden);
  const double largest = *std::max_element(expected.begin(), expected.end());
  double worst = 0.0;
  std::size_t worst_at = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double ours = static_cast<float>(result.image[i]);
    const double error = std::abs(ours - expected[i]) / (2e-7 * std::abs(expected[i]) + 1e-10 * largest);
    if (!(error <= worst)) worst = error, worst_at = i;
  }
  RecordProperty("worst_error_over_tolerance", std::to_string(worst));
  EXPECT_LE(worst, 1.0) << "pixel " << worst_at << ": " << result.image[worst_at] << " is not " << expected[worst_at];

  Agreement agreement(golden.name);
  const auto& derived = golden.facts.at("derived");
  compare_geometry(result.derived, derived, agreement);
  compare_crystal(result.derived, derived, agreement);
  compare_sampling(result.derived, derived, agreement);
  compare_lists(result.derived, derived, agreement);
}

// The envelope of a sphere leaves out the cosine's partner: |s3| <= 3 sqrt(1 + 1/u^2) / u^2, with u^2 > 3 where it
// counts. The others are true bounds, apart from rounding.
TEST_P(GoldenImages, StayBelowTheirEnvelope) {
  const auto golden = golden::load_case(GetParam());
  const auto result = render(golden.arguments, as_reference(golden.reference_threads));
  const bool round = std::count(golden.arguments.begin(), golden.arguments.end(), "-round_xtal") > 0;
  const double slack = round ? 4.0 / 3.0 : 1.0 + 1e-12;
  for (std::size_t i = 0; i < result.image.size(); ++i) {
    ASSERT_LE(result.image[i], result.envelope[i] * slack) << "pixel " << i;
  }
}

class GoldenTraces : public testing::TestWithParam<golden::GoldenTrace> {};

INSTANTIATE_TEST_SUITE_P(All, GoldenTraces, testing::ValuesIn(golden::load_traces()),
                         [](const auto& instance) { return instance.param.name; });

Trace trace_of(const golden::GoldenTrace& golden_trace) {
  const auto golden = golden::load_case(golden_trace.case_name);
  auto options = as_reference(golden.reference_threads);
  options.trace_pixel = PixelIndex{golden_trace.slow, golden_trace.fast};
  return render(golden.arguments, options).trace.value();
}

void compare_term(const Evaluation& term, const Json& expected, Agreement& agreement) {
  agreement.vector("pixel_pos_m", term.position_m, expected.at("pixel_pos_m"));
  agreement.number("airpath_m", term.airpath_m, expected.at("airpath_m"));
  agreement.number("omega_sr", term.solid_angle, expected.at("omega_sr"));
  agreement.vector("diffracted", term.diffracted, expected.at("diffracted"));
  agreement.vector("incident", term.incident, expected.at("incident"));
  agreement.number("lambda_m", term.wavelength_m, expected.at("lambda_m"));
  agreement.vector("scattering_inv_m", term.scattering_per_m, expected.at("scattering_inv_m"));
  agreement.vector("rot_a_A", term.a_A, expected.at("rot_a_A"));
  agreement.vector("rot_b_A", term.b_A, expected.at("rot_b_A"));
  agreement.vector("rot_c_A", term.c_A, expected.at("rot_c_A"));
  agreement.vector("hkl_frac", term.hkl, expected.at("hkl_frac"));
  EXPECT_EQ(Json({term.h0, term.k0, term.l0}), expected.at("hkl_nearest"));
  agreement.number("F_cell", term.amplitude, expected.at("F_cell"));
  if (expected.contains("F_latt")) agreement.number("F_latt", term.lattice, expected.at("F_latt"));
  if (expected.contains("F_latt_a")) {
    agreement.number("F_latt_a", term.lattice_a, expected.at("F_latt_a"));
    agreement.number("F_latt_b", term.lattice_b, expected.at("F_latt_b"));
    agreement.number("F_latt_c", term.lattice_c, expected.at("F_latt_c"));
  }
}

void compare_table_row(const Evaluation& term, const Json& row, Agreement& agreement) {
  EXPECT_EQ(Json({term.layer, term.sub_slow, term.sub_fast, term.source, term.phi_index, term.mosaic_index}),
            Json({row.at(0), row.at(1), row.at(2), row.at(3), row.at(4), row.at(5)}));
  agreement.number("orientation_phi_deg", degree * term.orientation_phi_rad, row.at(6));
  agreement.vector("hkl", term.hkl, Json({row.at(7), row.at(8), row.at(9)}));
  agreement.number("F_latt", term.lattice, row.at(10));
  agreement.number("F_cell", term.amplitude, row.at(11));
  agreement.number("I_running", term.running_sum, row.at(12));
}

TEST_P(GoldenTraces, AgreeInEveryRecomputedTerm) {
  const auto& golden_trace = GetParam();
  const auto trace = trace_of(golden_trace);
  const auto& recomputed = golden_trace.facts.at("recomputed");
  Agreement agreement(golden_trace.name);
  ASSERT_EQ(trace.evaluations.size(), recomputed.at("evaluation_count").get<std::size_t>());
  const auto& first = recomputed.at("first_evaluations");
  for (std::size_t i = 0; i < first.size(); ++i) {
    compare_term(trace.evaluations[i], first[i], agreement);
    agreement.number("polar", trace.evaluations[i].polarization, first[i].at("polar"));
    agreement.number("capture", trace.evaluations[i].capture, first[i].at("capture_fraction"));
  }
  const auto& table = recomputed.at("table");
  for (std::size_t i = 0; i < table.size(); ++i) compare_table_row(trace.evaluations[i], table[i], agreement);

  const auto& final_values = recomputed.at("final");
  agreement.number("I_sum", trace.sum, final_values.at("I_sum"));
  agreement.number("polar", trace.polarization, final_values.at("polar"));
  agreement.number("omega_sr", trace.solid_angle, final_values.at("omega_sr"));
  agreement.number("capture_fraction", trace.capture, final_values.at("capture_fraction"));
  agreement.number("pixel_value", trace.value, final_values.at("pixel_value"));
  RecordProperty("worst_error_over_tolerance", std::to_string(agreement.worst()));
}

TEST_P(GoldenTraces, AgreeInWhatTheReferencePrinted) {
  const auto& golden_trace = GetParam();
  const auto trace = trace_of(golden_trace);
  const auto& printed = golden_trace.facts.at("reference_trace");
  Agreement agreement(golden_trace.name);
  std::vector<Evaluation> printed_terms;
  for (const auto& term : trace.evaluations) {
    if (term.source == 0 && term.phi_index == 0 && term.mosaic_index == 0) printed_terms.push_back(term);
  }
  const auto& blocks = printed.at("blocks");
  ASSERT_EQ(printed_terms.size(), blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) compare_term(printed_terms[i], blocks[i], agreement);
  agreement.number("I_sum", trace.sum, printed.at("final").at("I_sum"));
  agreement.number("pixel_value", trace.value, printed.at("final").at("pixel_value"));
}

TEST(Generator, GivesTheSpecifiedNumbersForSeedMinusOne) {
  Generator generator;
  std::int64_t seed = -1;
  for (const float expected : {0.41599935f, 0.09196489f, 0.7564105f, 0.52970022f, 0.9304365f}) {
    EXPECT_EQ(generator.draw(seed), expected);
  }
}

TEST(Generator, GivesTheSpecifiedNumbersForTheMosaicSeed) {
  Generator generator;
  std::int64_t seed = -12345678;
  for (const float expected : {0.7659893f, 0.023453664f, 0.58972663f}) EXPECT_EQ(generator.draw(seed), expected);
}

TEST(Generator, TurnsTheSecondMosaicDomainAsSpecified) {
  Generator generator;
  std::int64_t seed = -12345678;
  random_rotation(generator, seed, 1.0 / degree);
  const Matrix u = random_rotation(generator, seed, 1.0 / degree);
  const double angle = std::acos((u[0] + u[4] + u[8] - 1.0) / 2.0);
  EXPECT_NEAR(angle, 0.01653929, 1e-8);
  const double scale = 1.0 / (2.0 * std::sin(angle));
  EXPECT_NEAR(scale * (u[7] - u[5]), 0.057802, 1e-6);
  EXPECT_NEAR(scale * (u[2] - u[6]), 0.257818, 1e-6);
  EXPECT_NEAR(scale * (u[3] - u[1]), 0.964463, 1e-6);
}

// The full-frame case, with only the reflections that its traced pixels touch. One row is rendered; with a
// region of two pixels the traced one is not the first sweep.
class FullFrame : public testing::Test {
 protected:
  const Json facts = golden::load_pilatus_facts();

  std::vector<std::string> arguments(int slow, int first_fast, int fast) const {
    std::vector<std::string> words;
    std::istringstream command(facts.at("inputs").at("command").get<std::string>());
    for (std::string word; command >> word;) words.push_back(word);
    words.erase(words.begin());
    for (const int limit : {first_fast, fast, slow, slow}) roi_.push_back(std::to_string(limit));
    words.push_back("-roi");
    words.insert(words.end(), roi_.end() - 4, roi_.end());
    return words;
  }

  std::string matrix_text() const {
    std::ostringstream text;
    text.precision(17);
    for (const auto& row : facts.at("inputs").at("A_mat_rows_as_in_file")) {
      for (const double value : row) text << value << ' ';
    }
    return text.str();
  }

  Trace trace(const std::string& mode, int slow, int fast) const {
    Options options;
    options.compat = {"nanobragg"};
    options.phi_carryover = mode;
    options.files["A.mat"] = matrix_text();
    options.reflections = {{-7, -1, -14, 190.27}, {2, 2, -13, 300.58}};
    options.trace_pixel = PixelIndex{slow, fast};
    return render(arguments(slow, fast - 1, fast), options).trace.value();
  }

 private:
  mutable std::vector<std::string> roi_;
};

TEST_F(FullFrame, StaleAndFreshOrientationGiveTheKnownLatticeFactors) {
  EXPECT_NEAR(trace("c-parity", 685, 1039).evaluations[0].lattice, -2.38319665299, 1e-11);
  EXPECT_NEAR(trace("spec", 685, 1039).evaluations[0].lattice, 1.38208252716, 1e-11);
}

TEST_F(FullFrame, EveryStepOfTheTracedPixelAgrees) {
  for (const std::string mode : {"c_parity", "spec"}) {
    const auto& expected = facts.at("pixel_685_1039").at(mode).at("independent_float64");
    const auto pixel = trace(mode == "spec" ? "spec" : "c-parity", 685, 1039);
    const auto& steps = expected.at("steps");
    ASSERT_EQ(pixel.evaluations.size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_NEAR(pixel.evaluations[i].lattice, steps[i].at("F_latt"),
                  1e-10 * std::abs(steps[i].at("F_latt").get<double>()))
          << mode << " step " << i;
      EXPECT_NEAR(pixel.evaluations[i].hkl.y, steps[i].at("k"), 1e-12) << mode << " step " << i;
    }
    const double value = expected.at("I_pixel");
    EXPECT_NEAR(pixel.value, value, 1e-10 * value) << mode;
  }
}

TEST_F(FullFrame, OtherPixelsAgreeInBothModes) {
  int compared = 0;
  for (const auto& expected : facts.at("other_pixels")) {
    const int slow = expected.at("slow"), fast = expected.at("fast");
    const double amplitude = expected.at("F_cell_phi0_c_parity");
    if (amplitude != 190.27 && amplitude != 300.58) continue;
    ++compared;
    const double spec = expected.at("spec_float64"), stale = expected.at("c_parity_float64");
    EXPECT_NEAR(trace("spec", slow, fast).value, spec, 1e-10 * spec) << slow << " " << fast;
    EXPECT_NEAR(trace("c-parity", slow, fast).value, stale, 1e-10 * stale) << slow << " " << fast;
  }
  EXPECT_EQ(compared, 4);
}

}  // namespace
}  // namespace nbt::oracle
