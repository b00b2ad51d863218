// The report: complete, consistent with the image, and the same however the image was made.
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "handle.hpp"

namespace nbt::test {
namespace {

using Json = nlohmann::json;

Json report_of(const Handle& handle) {
  return Json::parse(handle.report());
}

TEST(Report, HasEverySection) {
  const Handle handle;
  describe_small_scene(handle);
  const Json report = report_of(handle);
  for (const char* key : {"nbt_report", "version", "detector", "beam", "crystal", "goniometer", "structure_factors",
                          "sampling", "background", "seeds", "precision_used", "precision", "compatibility",
                          "solid_angle_sr", "warnings", "header", "last_run"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
  EXPECT_EQ(report["version"], nbt_version());
  EXPECT_EQ(report["precision_used"], "single");
  EXPECT_TRUE(report["last_run"].is_null());
}

TEST(Report, TellsAutomaticChoices) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set("detector.pixel_size_mm", 0.1);
  handle.set("crystal.size_mm", {0.05, 0.05, 0.05});
  ASSERT_EQ(nbt_unset(handle, "sampling.oversample"), NBT_OK);
  const Json report = report_of(handle);
  EXPECT_EQ(report["crystal"]["cells"], Json({8197, 6945, 6025}));
  // Just above 3 * 50 um / (1 A * 100 mm / 0.1 mm) = 1500: sizes are rounded up to whole cells (physics.md 6.6, 6.7).
  EXPECT_EQ(report["sampling"]["recommended_oversample"], 1501);
  EXPECT_EQ(report["sampling"]["oversample"], 1501);
  EXPECT_EQ(report["crystal"]["mosaic_domains"], 1);
  EXPECT_EQ(report["goniometer"]["phi_steps"], 1);
  EXPECT_EQ(report["detector"]["pivot"], "beam");
}

TEST(Report, CellAndGeometryAreThoseOfTheScene) {
  const Handle handle;
  describe_small_scene(handle);
  const Json report = report_of(handle);
  const Json& crystal = report["crystal"];
  EXPECT_NEAR(crystal["volume_A3"].get<double>(), 61.0 * 72 * 83, 1e-6);
  EXPECT_NEAR(crystal["cell_lengths_A"][1].get<double>(), 72, 1e-10);
  EXPECT_NEAR(crystal["cell_angles_deg"][2].get<double>(), 90, 1e-10);
  EXPECT_NEAR(crystal["misset_deg"][1].get<double>(), 20, 1e-12);
  const Json& panel = report["detector"]["panels"][0];
  EXPECT_EQ(panel["fast_count"], small_fast);
  EXPECT_EQ(panel["slow_count"], small_slow);
  EXPECT_NEAR(panel["distance_mm"].get<double>(), 100, 1e-10);
  // mosflm: the default centre is one pixel beyond the middle (physics.md 3.3).
  EXPECT_NEAR(panel["beam_fast_mm"].get<double>(), 2 * (small_fast / 2.0 + 1), 1e-10);
  EXPECT_NEAR(report["header"]["MOSFLM_CENTER_Y"].get<double>(), 2 * (small_fast / 2.0 + 0.5), 1e-10);
  EXPECT_NEAR(report["header"]["DISTANCE"].get<double>(), 100, 1e-10);
}

TEST(Report, HeaderHasEveryKeyOfTheSmvHeader) {
  const Handle handle;
  describe_small_scene(handle);
  const Json header = report_of(handle)["header"];
  for (const char* key :
       {"SIZE1",         "SIZE2",         "PIXEL_SIZE",    "DISTANCE",        "WAVELENGTH",      "BEAM_CENTER_X",
        "BEAM_CENTER_Y", "ADXV_CENTER_X", "ADXV_CENTER_Y", "MOSFLM_CENTER_X", "MOSFLM_CENTER_Y", "DENZO_X_BEAM",
        "DENZO_Y_BEAM",  "DIALS_ORIGIN",  "XDS_ORGX",      "XDS_ORGY",        "CLOSE_DISTANCE",  "PHI",
        "OSC_START",     "OSC_RANGE",     "TWOTHETA",      "ADC_OFFSET"}) {
    EXPECT_TRUE(header.contains(key)) << key;
  }
}

TEST(Report, StatisticsAreThoseOfTheImageHoweverItWasMade) {
  const Handle handle;
  describe_small_scene(handle);
  std::vector<std::uint8_t> mask(small_fast * small_slow, 1);
  for (std::size_t i = 0; i < mask.size(); i += 5) mask[i] = 0;
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), small_fast, small_slow), NBT_OK);
  const std::vector<float> image = run(handle);
  const Json of_whole = report_of(handle)["last_run"]["panels"];
  run_chunked(handle, 3);
  EXPECT_EQ(report_of(handle)["last_run"]["panels"], of_whole);
  EXPECT_EQ(report_of(handle)["last_run"]["rows_per_chunk"], 3);
  // A float64 image that fits float32 has the same statistics; here values are rounded first.
  run<double>(handle);
  EXPECT_EQ(report_of(handle)["last_run"]["panels"], of_whole);

  double sum = 0;
  float brightest = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    sum += static_cast<double>(image[i]);
    if (image[i] > brightest) brightest = image[i], at = i;
  }
  const Json& panel = of_whole[0];
  EXPECT_NEAR(panel["sum"].get<double>(), sum, 1e-9 * sum);
  EXPECT_EQ(panel["max"].get<double>(), static_cast<double>(brightest));
  EXPECT_EQ(panel["max_slow"], at / small_fast);
  EXPECT_EQ(panel["max_fast"], at % small_fast);
  EXPECT_EQ(panel["rendered_pixels"], std::count(mask.begin(), mask.end(), 1));
  EXPECT_EQ(panel["region_pixels"], small_fast * small_slow);
}

TEST(Report, ThreadsAreThoseThatWereUsed) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set("execution.threads", 3);
  run(handle);
  EXPECT_EQ(report_of(handle)["last_run"]["threads"], 1) << "for 391 pixels";
  handle.set("detector.pixels", {600, 400});
  run(handle);
  EXPECT_EQ(report_of(handle)["last_run"]["threads"], 3);
  run_chunked(handle, 1);
  EXPECT_EQ(report_of(handle)["last_run"]["threads"], 1) << "in chunks of 600 pixels";
}

TEST(Report, StatisticsGoWhenSomethingChanges) {
  const Handle handle;
  describe_small_scene(handle);
  run(handle);
  EXPECT_FALSE(report_of(handle)["last_run"].is_null());
  handle.set("beam.wavelength_A", 1.1);
  EXPECT_TRUE(report_of(handle)["last_run"].is_null());
}

// A rectangle a x b at distance d, seen from above its middle: 4 atan(ab / (2d sqrt(4d^2 + a^2 + b^2))).
TEST(Report, SolidAngleIsThatOfTheRectangle) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set_text("detector.convention", "xds");
  handle.set("detector.pixel_size_mm", 1);
  handle.set("detector.pixels", {100, 60});
  const double a = 100, b = 60, d = 100;
  const double expected = 4 * std::atan(a * b / (2 * d * std::sqrt(4 * d * d + a * a + b * b)));
  const Json report = report_of(handle);
  // The sum over pixels is a midpoint rule, and d^2/dx^2 + d^2/dy^2 of d / R^3 is -6 / d^4 in the middle: wrong by less
  // than (pixel / distance)^2 * 6 / 24.
  EXPECT_NEAR(report["solid_angle_sr"]["rendered"].get<double>(), expected, 3e-5 * expected);
  EXPECT_EQ(report["solid_angle_sr"]["nanobragg"], report["solid_angle_sr"]["rendered"]);
}

TEST(Report, ReferencesSolidAngleIsDividedByAllSteps) {
  const Handle handle;
  describe_small_scene(handle);
  const double plain = report_of(handle)["solid_angle_sr"]["rendered"];
  handle.set("crystal.mosaic_spread_deg", 1);
  handle.set("crystal.mosaic_domains", 5);
  handle.set("detector.thickness_um", 100);
  handle.set("detector.thickness_steps", 3);
  const Json angle = report_of(handle)["solid_angle_sr"];
  EXPECT_EQ(angle["rendered"].get<double>(), plain);
  EXPECT_NEAR(angle["nanobragg"].get<double>(), plain * 3 / 5, 1e-12 * plain);
}

TEST(Report, CompatibilityAndSeedsAreTold) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set_text("compat.tokens", "running-product");
  handle.set("noise.seed", 9);
  const Json report = report_of(handle);
  const Json& reproduced = report["compatibility"]["as_reference"];
  EXPECT_NE(std::find(reproduced.begin(), reproduced.end(), "running-product"), reproduced.end());
  EXPECT_EQ(report["seeds"]["noise"], 9);
  EXPECT_TRUE(report["seeds"]["misset"].is_null());
  EXPECT_EQ(report["seeds"]["mosaic"], 12345678);
}

TEST(Report, PrecisionIsAsAskedAndCostsNothingByDefault) {
  const Handle handle;
  describe_small_scene(handle);
  for (const char* mode : {"single", "double", "exact"}) {
    handle.set_text("precision.mode", mode);
    const Json report = report_of(handle);
    const Json& precision = report["precision"];
    EXPECT_EQ(report["precision_used"], mode);
    EXPECT_EQ(precision["asked"], mode);
    EXPECT_EQ(precision["used"], mode);
    EXPECT_EQ(precision["tolerance"], 1e-4);
    EXPECT_EQ(precision["tail_tolerance"], 0);
    for (const char* key : {"reason", "fast_error_bound", "tail_error_bound_photons"}) {
      ASSERT_TRUE(precision.contains(key)) << key;
      EXPECT_TRUE(precision[key].is_null()) << key << ", " << mode;
    }
  }
}

// docs/semantics.md, Bounds.
TEST(Report, FastTellsItsErrorBound) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set_text("precision.mode", "fast");
  const Json report = report_of(handle);
  EXPECT_EQ(report["precision_used"], "fast");
  EXPECT_EQ(report["precision"]["asked"], "fast");
  EXPECT_EQ(report["precision"]["used"], "fast");
  EXPECT_TRUE(report["precision"]["reason"].is_null());
  const double cells[] = {4, 5, 6}, length_A[] = {61, 72, 83};
  double bound = 2e-6;
  for (int i = 0; i < 3; ++i) bound += 4 * std::numbers::pi * cells[i] * (1.5 * 0x1p-32 + 1e-15 * length_A[i]);
  EXPECT_NEAR(report["precision"]["fast_error_bound"].get<double>(), bound, 1e-12 * bound);
}

// The scene asks for `fast` and cannot have it: what runs instead, and a reason with these words.
void expect_single_instead(const Handle& handle, const std::vector<std::string>& words, bool has_bound) {
  const Json report = report_of(handle);
  const Json& precision = report["precision"];
  EXPECT_EQ(report["precision_used"], "single");
  EXPECT_EQ(precision["asked"], "fast");
  EXPECT_EQ(precision["used"], "single");
  ASSERT_TRUE(precision["reason"].is_string());
  for (const std::string& word : words) {
    EXPECT_NE(precision["reason"].get<std::string>().find(word), std::string::npos) << precision["reason"];
  }
  EXPECT_EQ(precision["fast_error_bound"].is_number(), has_bound) << precision;
}

TEST(Report, FastThatIsNotToBeHadHasAReason) {
  const auto fast_scene = [](const Handle& handle) {
    describe_small_scene(handle);
    handle.set_text("precision.mode", "fast");
  };
  for (const char* shape : {"round", "gauss", "tophat"}) {
    const Handle handle;
    fast_scene(handle);
    handle.set_text("crystal.shape", shape);
    expect_single_instead(handle, {"square"}, false);
  }
  const Handle strict;
  fast_scene(strict);
  strict.set("precision.tolerance", 1e-6);
  expect_single_instead(strict, {"2.1e-06", "precision.tolerance", "1e-06"}, true);
  const Handle many_cells;
  fast_scene(many_cells);
  many_cells.set("crystal.cells", {1e4, 1e4, 1e4});
  expect_single_instead(many_cells, {"precision.tolerance", "0.0001"}, true);
  many_cells.set("precision.tolerance", 1e-3);
  EXPECT_EQ(report_of(many_cells)["precision"]["used"], "fast");
  const Handle large_indices;
  fast_scene(large_indices);
  large_indices.set("beam.wavelength_A", 1e-4);
  expect_single_instead(large_indices, {"Miller indices", "3.8e+06", "5.2e+05"}, false);
}

// docs/semantics.md, Bounds: r_e^2 Phi tolerance N_a N_b N_c F^2 Omega, where Omega is at most pixel^2/distance^2.
TEST(Report, TailToleranceTellsWhatItMayCost) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set("sampling.tail_tolerance", 0.01);
  for (const char* shape : {"square", "round"}) {
    handle.set_text("crystal.shape", shape);
    const Json report = report_of(handle);
    EXPECT_EQ(report["precision"]["tail_tolerance"], 0.01);
    const double fluence = report["beam"]["fluence_per_m2"];
    const double distance_mm = report["detector"]["panels"][0]["close_distance_mm"];
    const double bound = 7.94079248018965e-30 * fluence * 0.01 * (4 * 5 * 6) * 100 * 100 * std::pow(2 / distance_mm, 2);
    EXPECT_NEAR(report["precision"]["tail_error_bound_photons"].get<double>(), bound, 1e-12 * bound) << shape;
  }
  for (const char* shape : {"gauss", "tophat"}) {
    handle.set_text("crystal.shape", shape);
    EXPECT_TRUE(report_of(handle)["precision"]["tail_error_bound_photons"].is_null()) << shape;
  }
  handle.set_text("crystal.shape", "square");
  handle.set_text("precision.mode", "exact");
  EXPECT_TRUE(report_of(handle)["precision"]["tail_error_bound_photons"].is_null()) << "exact leaves nothing out";
}

}  // namespace
}  // namespace nbt::test
