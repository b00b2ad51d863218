// Bad input on every export: a status, a message that names the thing, and nothing changed.
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "handle.hpp"

namespace nbt::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::int32_t take_rows(const nbt_rows*, void*) {
  return 0;
}

class BadInput : public testing::Test {
 protected:
  BadInput() {
    describe_small_scene(handle);
    before_ = handle.dump();
  }

  // The call failed as expected, its message has all of the words, and the scene is what it was.
  void expect(nbt_status actual, nbt_status expected, const std::vector<std::string>& words) {
    EXPECT_EQ(actual, expected) << handle.error();
    const std::string message = handle.error();
    EXPECT_NE(message, "");
    for (const std::string& word : words) {
      EXPECT_NE(message.find(word), std::string::npos) << "no \"" << word << "\" in: " << message;
    }
    EXPECT_EQ(handle.dump(), before_);
  }

  Handle handle;
  std::vector<float> image = std::vector<float>(small_fast * small_slow);
  std::vector<std::uint16_t> counts = std::vector<std::uint16_t>(small_fast * small_slow);
  std::int64_t capacity = small_fast * small_slow;

 private:
  std::string before_;
};

TEST(NullHandle, IsRefusedByEveryFunctionThatTakesOne) {
  nbt_simulation* copy = nullptr;
  const double value = 1;
  double got = 0;
  const char* text = nullptr;
  const std::int32_t index = 0;
  const std::uint8_t byte = 1;
  std::int64_t fast = 0, slow = 0;
  float pixel = 0;
  std::uint16_t count = 0;
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  nbt_device_image nowhere{};
  nowhere.struct_size = sizeof nowhere;
  const nbt_status statuses[] = {
      nbt_clone(nullptr, &copy),
      nbt_set(nullptr, "beam.wavelength_A", &value, 1),
      nbt_set_text(nullptr, "beam.wavelength_A", "1"),
      nbt_unset(nullptr, "beam.wavelength_A"),
      nbt_get(nullptr, "beam.wavelength_A", &got, 1),
      nbt_get_text(nullptr, "beam.wavelength_A", &text),
      nbt_set_arguments(nullptr, 0, nullptr),
      nbt_set_structure_factors(nullptr, &index, &index, &index, &value, 1),
      nbt_set_structure_factor_grid(nullptr, &index, &index, &value, 1),
      nbt_set_sources(nullptr, &value, nullptr, nullptr, 0),
      nbt_set_mosaic_rotations(nullptr, &value, 0),
      nbt_set_mask(nullptr, &byte, 1, 1),
      nbt_set_roi(nullptr, 0, 0, 0, 0),
      nbt_load_scene(nullptr, "{}", 2),
      nbt_dump_scene(nullptr, &text),
      nbt_get_image_size(nullptr, 0, &fast, &slow),
      nbt_run(nullptr, 0, NBT_FLOAT32, &pixel, 1, 1),
      nbt_run_to_device(nullptr, 0, &nowhere),
      nbt_run_chunked(nullptr, 1, NBT_FLOAT32, take_rows, nullptr),
      nbt_estimate_memory(nullptr, &request, &estimate),
      nbt_digitize(nullptr, NBT_DIGITIZE_INTEGER, 0, &pixel, 1, &count, nullptr),
      nbt_digitize_begin(nullptr, NBT_DIGITIZE_INTEGER, 0, 1),
      nbt_digitize_rows(nullptr, 1, &pixel, 1, &count),
      nbt_digitize_end(nullptr, nullptr),
      nbt_trace_pixel(nullptr, 0, 0, 0, &text),
      nbt_report(nullptr, &text),
      nbt_set_progress_callback(nullptr, nullptr, nullptr),
      nbt_set_log_callback(nullptr, nullptr, nullptr),
      nbt_cancel(nullptr),
  };
  for (std::size_t i = 0; i < std::size(statuses); ++i) {
    EXPECT_EQ(statuses[i], NBT_ERROR_INVALID_ARGUMENT) << "call " << i;
  }
  EXPECT_EQ(copy, nullptr);
  EXPECT_STREQ(nbt_last_error(nullptr), "simulation is null");
}

TEST_F(BadInput, NullPointersAreNamed) {
  const double value = 1;
  const std::int32_t index = 0;
  std::int64_t size = 0;
  expect(nbt_clone(handle, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"copy"});
  expect(nbt_set(handle, nullptr, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"name"});
  expect(nbt_set(handle, "beam.wavelength_A", nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"values"});
  expect(nbt_set_text(handle, nullptr, "1"), NBT_ERROR_INVALID_ARGUMENT, {"name"});
  expect(nbt_set_text(handle, "beam.wavelength_A", nullptr), NBT_ERROR_INVALID_ARGUMENT, {"text"});
  expect(nbt_unset(handle, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"name"});
  expect(nbt_get(handle, nullptr, nullptr, 0), NBT_ERROR_INVALID_ARGUMENT, {"name"});
  expect(nbt_get(handle, "beam.wavelength_A", nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"values"});
  expect(nbt_get_text(handle, "beam.wavelength_A", nullptr), NBT_ERROR_INVALID_ARGUMENT, {"text"});
  expect(nbt_set_arguments(handle, 1, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"argv"});
  const char* const holes[] = {"-N", nullptr};
  expect(nbt_set_arguments(handle, 2, holes), NBT_ERROR_INVALID_ARGUMENT, {"argv[1]"});
  expect(nbt_set_structure_factors(handle, nullptr, &index, &index, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"h"});
  expect(nbt_set_structure_factors(handle, &index, nullptr, &index, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"k"});
  expect(nbt_set_structure_factors(handle, &index, &index, nullptr, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"l"});
  expect(nbt_set_structure_factors(handle, &index, &index, &index, nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"F"});
  expect(nbt_set_structure_factor_grid(handle, nullptr, &index, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"first"});
  expect(nbt_set_structure_factor_grid(handle, &index, nullptr, &value, 1), NBT_ERROR_INVALID_ARGUMENT, {"last"});
  const std::int32_t corner[3] = {};
  expect(nbt_set_structure_factor_grid(handle, corner, corner, nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"amplitudes"});
  expect(nbt_set_sources(handle, nullptr, nullptr, nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"directions"});
  expect(nbt_set_mosaic_rotations(handle, nullptr, 1), NBT_ERROR_INVALID_ARGUMENT, {"rotations"});
  expect(nbt_set_mask(handle, nullptr, 1, 1), NBT_ERROR_INVALID_ARGUMENT, {"mask"});
  expect(nbt_load_scene(handle, nullptr, 0), NBT_ERROR_INVALID_ARGUMENT, {"json"});
  expect(nbt_dump_scene(handle, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"json"});
  expect(nbt_get_image_size(handle, 0, nullptr, &size), NBT_ERROR_INVALID_ARGUMENT, {"fast_count"});
  expect(nbt_get_image_size(handle, 0, &size, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"slow_count"});
  expect(nbt_run(handle, 0, NBT_FLOAT32, nullptr, capacity, small_fast), NBT_ERROR_INVALID_ARGUMENT, {"pixels"});
  nbt_device_image nowhere{};
  nowhere.struct_size = sizeof nowhere;
  expect(nbt_run_to_device(handle, 0, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"image"});
  expect(nbt_run_to_device(handle, 0, &nowhere), NBT_ERROR_INVALID_ARGUMENT, {"image->pixels"});
  expect(nbt_run_chunked(handle, 1, NBT_FLOAT32, nullptr, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"callback"});
  expect(nbt_digitize(handle, 0, 0, nullptr, small_fast, counts.data(), nullptr), NBT_ERROR_INVALID_ARGUMENT,
         {"pixels"});
  expect(nbt_digitize(handle, 0, 0, image.data(), small_fast, nullptr, nullptr), NBT_ERROR_INVALID_ARGUMENT,
         {"counts"});
  ASSERT_EQ(nbt_digitize_begin(handle, NBT_DIGITIZE_INTEGER, 0, 1), NBT_OK);
  expect(nbt_digitize_rows(handle, 1, nullptr, small_fast, counts.data()), NBT_ERROR_INVALID_ARGUMENT, {"pixels"});
  expect(nbt_digitize_rows(handle, 1, image.data(), small_fast, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"counts"});
  expect(nbt_trace_pixel(handle, 0, 0, 0, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"json"});
  expect(nbt_report(handle, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"json"});
}

TEST_F(BadInput, ParametersNameTheValueAndWhatWouldBeRight) {
  const double three[3] = {1, 2, 3};
  double got[3];
  expect(nbt_set(handle, "beam.wavelenth_A", three, 1), NBT_ERROR_UNKNOWN_NAME,
         {"beam.wavelenth_A", "beam.wavelength_A"});
  expect(nbt_set_text(handle, "", "1"), NBT_ERROR_UNKNOWN_NAME, {});
  expect(nbt_unset(handle, "x"), NBT_ERROR_UNKNOWN_NAME, {"x"});
  expect(nbt_get(handle, "x", got, 1), NBT_ERROR_UNKNOWN_NAME, {"x"});
  const char* text = nullptr;
  expect(nbt_get_text(handle, "x", &text), NBT_ERROR_UNKNOWN_NAME, {"x"});
  expect(nbt_set(handle, "crystal.cells", three, 2), NBT_ERROR_WRONG_LENGTH, {"crystal.cells", "3"});
  expect(nbt_set(handle, "crystal.cells", nullptr, 0), NBT_ERROR_WRONG_LENGTH, {"crystal.cells"});
  expect(nbt_set(handle, "crystal.cells", three, std::numeric_limits<std::size_t>::max()), NBT_ERROR_WRONG_LENGTH, {});
  expect(nbt_get(handle, "crystal.cells", got, 2), NBT_ERROR_WRONG_LENGTH, {"crystal.cells", "3"});
  for (const double bad : {nan, infinity, -infinity, -1.0, 0.0, 1e7}) {
    expect(nbt_set(handle, "beam.wavelength_A", &bad, 1), NBT_ERROR_OUT_OF_RANGE, {"beam.wavelength_A"});
  }
  const double half = 0.5;
  expect(nbt_set(handle, "noise.seed", &half, 1), NBT_ERROR_OUT_OF_RANGE, {"noise.seed", "whole"});
  expect(nbt_set(handle, "detector.convention", three, 1), NBT_ERROR_INVALID_ARGUMENT, {"detector.convention"});
  expect(nbt_get(handle, "detector.convention", got, 1), NBT_ERROR_INVALID_ARGUMENT, {"detector.convention"});
  for (const char* bad : {"", "x", "1 2", "nan", "inf", "1e999", "0x"}) {
    SCOPED_TRACE(bad);
    EXPECT_NE(nbt_set_text(handle, "beam.wavelength_A", bad), NBT_OK);
  }
  EXPECT_NE(nbt_set_text(handle, "detector.convention", "moslfm"), NBT_OK);
  EXPECT_NE(handle.error().find("mosflm"), std::string::npos) << handle.error();
}

TEST_F(BadInput, TolerancesNameTheValueAndTheRange) {
  const auto refused = [&](const char* name, const std::vector<double>& values, const char* range) {
    for (const double bad : values) {
      expect(nbt_set(handle, name, &bad, 1), NBT_ERROR_OUT_OF_RANGE, {name, range});
    }
    for (const char* text : {"nan", "inf", "-1", "2", "low"}) {
      SCOPED_TRACE(text);
      EXPECT_NE(nbt_set_text(handle, name, text), NBT_OK);
      EXPECT_NE(handle.error().find(name), std::string::npos) << handle.error();
      EXPECT_NE(handle.error().find(text), std::string::npos) << handle.error();
    }
  };
  refused("precision.tolerance", {nan, infinity, -infinity, -1, 0, 9.9e-7, 1.0001}, "1e-06 to 1");
  refused("sampling.tail_tolerance", {nan, infinity, -infinity, -1, -1e-300, 1.0001}, "0 to 1");
  const double two = 2;
  expect(nbt_set(handle, "precision.tolerance", &two, 1), NBT_ERROR_OUT_OF_RANGE, {"precision.tolerance", "2"});
  expect(nbt_set(handle, "sampling.tail_tolerance", &two, 1), NBT_ERROR_OUT_OF_RANGE, {"sampling.tail_tolerance", "2"});
  EXPECT_NE(nbt_set_text(handle, "precision.mode", "quick"), NBT_OK);
  for (const char* word : {"precision.mode", "quick", "double", "single", "fast", "exact"}) {
    EXPECT_NE(handle.error().find(word), std::string::npos) << handle.error();
  }
}

TEST_F(BadInput, NegativeArgumentCount) {
  expect(nbt_set_arguments(handle, -1, nullptr), NBT_ERROR_OUT_OF_RANGE, {"argc"});
}

TEST_F(BadInput, UnknownOptionChangesNothing) {
  const char* const arguments[] = {"-N", "7", "-no_such_option"};
  expect(nbt_set_arguments(handle, 3, arguments), NBT_ERROR_UNKNOWN_NAME, {"no_such_option"});
}

TEST_F(BadInput, StructureFactors) {
  const std::int32_t index[2] = {0, 1};
  for (const double bad : {nan, infinity, -infinity}) {
    const double F[2] = {1, bad};
    expect(nbt_set_structure_factors(handle, index, index, index, F, 2), NBT_ERROR_OUT_OF_RANGE,
           {"F[1]", "h k l = 1 1 1"});
  }
  const std::int32_t far_apart[2] = {INT32_MIN, INT32_MAX};
  const double fine[2] = {1, 2};
  expect(nbt_set_structure_factors(handle, far_apart, far_apart, far_apart, fine, 2), NBT_ERROR_MEMORY_LIMIT, {"h"});
  EXPECT_NE(nbt_set_structure_factors(handle, index, index, index, fine, std::numeric_limits<std::size_t>::max()),
            NBT_OK);
}

TEST_F(BadInput, StructureFactorGrid) {
  const std::int32_t first[3] = {0, 0, 0}, last[3] = {1, 0, 0}, before[3] = {-1, 0, 0};
  const std::int32_t lowest[3] = {INT32_MIN, INT32_MIN, INT32_MIN}, highest[3] = {INT32_MAX, INT32_MAX, INT32_MAX};
  const double F[2] = {1, infinity}, fine[2] = {1, 2};
  expect(nbt_set_structure_factor_grid(handle, first, last, fine, 1), NBT_ERROR_WRONG_LENGTH, {"2"});
  expect(nbt_set_structure_factor_grid(handle, first, before, fine, 2), NBT_ERROR_WRONG_LENGTH, {});
  expect(nbt_set_structure_factor_grid(handle, lowest, highest, fine, 2), NBT_ERROR_WRONG_LENGTH, {});
  expect(nbt_set_structure_factor_grid(handle, first, last, F, 2), NBT_ERROR_OUT_OF_RANGE,
         {"amplitudes[1]", "h k l = 1 0 0"});
  const std::int32_t corner[3] = {-2, 5, -1}, end[3] = {-1, 6, 1};
  std::vector<double> box(2 * 2 * 3, 1);
  box[1 * 6 + 0 * 3 + 2] = nan;
  expect(nbt_set_structure_factor_grid(handle, corner, end, box.data(), box.size()), NBT_ERROR_OUT_OF_RANGE,
         {"amplitudes[8]", "h k l = -1 5 1"});
}

TEST_F(BadInput, SourceNumbersAreCheckedOneByOne) {
  const double fine[6] = {-1, 0, 0, -1, 0, 0}, ones[2] = {1, 1};
  for (const double bad : {nan, infinity, -infinity}) {
    SCOPED_TRACE(bad);
    const double second[2] = {1, bad};
    expect(nbt_set_sources(handle, fine, second, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"[1]", "wavelength"});
    expect(nbt_set_sources(handle, fine, ones, second, 2), NBT_ERROR_OUT_OF_RANGE, {"sources[1]", "weight"});
    for (std::size_t component = 3; component < 6; ++component) {
      double directions[6] = {-1, 0, 0, -1, 0, 0};
      directions[component] = bad;
      expect(nbt_set_sources(handle, directions, nullptr, nullptr, 2), NBT_ERROR_OUT_OF_RANGE,
             {"sources[1]", "direction"});
    }
  }
  const double too_long[6] = {-1, 0, 0, -1e200, 1e200, 0};
  expect(nbt_set_sources(handle, too_long, nullptr, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"sources[1]", "too long"});
}

TEST_F(BadInput, EveryElementOfARotationIsChecked) {
  for (const double bad : {nan, infinity, -infinity}) {
    for (std::size_t element = 9; element < 18; ++element) {
      std::array<double, 18> rotations = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1};
      rotations[element] = bad;
      expect(nbt_set_mosaic_rotations(handle, rotations.data(), 2), NBT_ERROR_OUT_OF_RANGE, {"rotations[1]", "finite"});
    }
  }
}

TEST_F(BadInput, ThreadCountsNameTheValueAndTheRange) {
  const std::pair<double, const char*> bad[] = {{0, "= 0"}, {-1, "= -1"}, {4097, "= 4097"}, {1e300, "= 1e+300"}};
  for (const auto& [threads, text] : bad) {
    expect(nbt_set(handle, "execution.threads", &threads, 1), NBT_ERROR_OUT_OF_RANGE,
           {"execution.threads", text, "1 to 4096"});
  }
  const double half = 1.5;
  expect(nbt_set(handle, "execution.threads", &half, 1), NBT_ERROR_OUT_OF_RANGE, {"execution.threads = 1.5", "whole"});
  const char* const arguments[] = {"--threads", "0"};
  expect(nbt_set_arguments(handle, 2, arguments), NBT_ERROR_OUT_OF_RANGE, {"--threads", "0", "1 to 4096"});
}

// Each parameter is within its range; their product passes 2^63.
TEST_F(BadInput, MoreEvaluationsThan64BitsCountAreAnError) {
  const double oversample = 10000, domains = 1000, steps = 1000, layers = 1000000;
  ASSERT_EQ(nbt_set(handle, "sampling.oversample", &oversample, 1), NBT_OK);
  const double spread = 1, range = 1, thickness = 100;
  ASSERT_EQ(nbt_set(handle, "crystal.mosaic_spread_deg", &spread, 1), NBT_OK);
  ASSERT_EQ(nbt_set(handle, "crystal.mosaic_domains", &domains, 1), NBT_OK);
  ASSERT_EQ(nbt_set(handle, "goniometer.phi_range_deg", &range, 1), NBT_OK);
  ASSERT_EQ(nbt_set(handle, "goniometer.phi_steps", &steps, 1), NBT_OK);
  ASSERT_EQ(nbt_set(handle, "detector.thickness_um", &thickness, 1), NBT_OK);
  ASSERT_EQ(nbt_set(handle, "detector.thickness_steps", &layers, 1), NBT_OK);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), capacity, small_fast), NBT_ERROR_OUT_OF_RANGE);
  EXPECT_NE(handle.error().find("2^63"), std::string::npos) << handle.error();
}

TEST_F(BadInput, Sources) {
  const double fine[6] = {-1, 0, 0, -1, 0, 0}, zero[6] = {-1, 0, 0, 0, 0, 0}, not_finite[6] = {-1, 0, 0, -1, nan, 0};
  const double good[2] = {1, 1}, negative[2] = {1, -1}, none[2] = {1, 0};
  expect(nbt_set_sources(handle, zero, nullptr, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"sources[1]"});
  expect(nbt_set_sources(handle, not_finite, nullptr, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"sources[1]"});
  expect(nbt_set_sources(handle, fine, negative, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"wavelengths_A[1]"});
  expect(nbt_set_sources(handle, fine, none, nullptr, 2), NBT_ERROR_OUT_OF_RANGE, {"wavelengths_A[1]"});
  expect(nbt_set_sources(handle, fine, good, negative, 2), NBT_ERROR_OUT_OF_RANGE, {"sources[1]", "weight"});
  expect(nbt_set_sources(handle, fine, nullptr, nullptr, std::numeric_limits<std::size_t>::max() / 3),
         NBT_ERROR_OUT_OF_RANGE, {"sources"});
}

TEST_F(BadInput, MosaicRotations) {
  std::array<double, 18> rotations = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  rotations[17] = -1;
  expect(nbt_set_mosaic_rotations(handle, rotations.data(), 2), NBT_ERROR_OUT_OF_RANGE, {"rotations[1]"});
  rotations[17] = 1.01;
  expect(nbt_set_mosaic_rotations(handle, rotations.data(), 2), NBT_ERROR_OUT_OF_RANGE, {"rotations[1]"});
  rotations[17] = nan;
  expect(nbt_set_mosaic_rotations(handle, rotations.data(), 2), NBT_ERROR_OUT_OF_RANGE, {"rotations[1]"});
}

TEST_F(BadInput, MaskSizes) {
  const std::uint8_t byte = 1;
  const std::array<std::pair<std::int64_t, std::int64_t>, 6> sizes = {
      {{-1, 1}, {1, -1}, {0, 1}, {1, 0}, {largest, largest}, {std::int64_t{1} << 32, std::int64_t{1} << 32}}};
  for (const auto& [fast, slow] : sizes) {
    SCOPED_TRACE(std::to_string(fast) + " x " + std::to_string(slow));
    expect(nbt_set_mask(handle, &byte, fast, slow), NBT_ERROR_OUT_OF_RANGE, {"mask"});
  }
}

TEST_F(BadInput, MaskOfAnotherSizeThanTheDetectorIsFoundByTheRun) {
  const std::vector<std::uint8_t> mask(6, 1);
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), 3, 2), NBT_OK);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), capacity, small_fast), NBT_ERROR_INCONSISTENT_SCENE);
  EXPECT_NE(handle.error().find("3 x 2"), std::string::npos) << handle.error();
}

// What is left out of a running product has no bound.
TEST_F(BadInput, TailToleranceWithARunningProduct) {
  handle.set_text("compat.tokens", "running-product");
  handle.set("sampling.tail_tolerance", 0.01);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), capacity, small_fast), NBT_ERROR_INCONSISTENT_SCENE);
  for (const char* word : {"sampling.tail_tolerance", "0.01", "running-product"}) {
    EXPECT_NE(handle.error().find(word), std::string::npos) << handle.error();
  }
  handle.set("sampling.tail_tolerance", 0.0);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), capacity, small_fast), NBT_OK) << handle.error();
}

TEST_F(BadInput, Region) {
  expect(nbt_set_roi(handle, -2, 0, 0, 0), NBT_ERROR_OUT_OF_RANGE, {"detector.roi"});
  expect(nbt_set_roi(handle, 0, 0, 0, largest), NBT_ERROR_OUT_OF_RANGE, {"detector.roi"});
}

// The reference renders nothing without a word; an image of zeros is what was asked for, and worth a warning.
TEST_F(BadInput, RegionWithoutPixelsIsWarnedAbout) {
  const auto warnings = [&](std::int64_t first_fast, std::int64_t last_fast) {
    EXPECT_EQ(nbt_set_roi(handle, first_fast, last_fast, 0, 1), NBT_OK) << handle.error();
    const char* report = nullptr;
    EXPECT_EQ(nbt_report(handle, &report), NBT_OK) << handle.error();
    return std::string(report);
  };
  const std::string message = "detector.roi holds no pixel";
  EXPECT_NE(warnings(5, 2).find(message), std::string::npos);
  EXPECT_NE(warnings(1000, 2000).find(message), std::string::npos);
  EXPECT_EQ(warnings(2, 5).find(message), std::string::npos);
}

TEST_F(BadInput, Panels) {
  std::int64_t fast = 0, slow = 0;
  const char* json = nullptr;
  for (const std::int32_t panel : {-1, 1, INT32_MAX, INT32_MIN}) {
    SCOPED_TRACE(panel);
    expect(nbt_get_image_size(handle, panel, &fast, &slow), NBT_ERROR_OUT_OF_RANGE, {"panel"});
    expect(nbt_run(handle, panel, NBT_FLOAT32, image.data(), capacity, small_fast), NBT_ERROR_OUT_OF_RANGE, {"panel"});
    expect(nbt_digitize(handle, NBT_DIGITIZE_INTEGER, panel, image.data(), small_fast, counts.data(), nullptr),
           NBT_ERROR_OUT_OF_RANGE, {"panel"});
    expect(nbt_digitize_begin(handle, NBT_DIGITIZE_INTEGER, panel, 1), NBT_ERROR_OUT_OF_RANGE, {"panel"});
    expect(nbt_trace_pixel(handle, panel, 0, 0, &json), NBT_ERROR_OUT_OF_RANGE, {"panel"});
  }
}

TEST_F(BadInput, TracedPixelOutsideTheDetector) {
  const char* json = nullptr;
  expect(nbt_trace_pixel(handle, 0, -1, 0, &json), NBT_ERROR_OUT_OF_RANGE, {"-1"});
  expect(nbt_trace_pixel(handle, 0, small_slow, 0, &json), NBT_ERROR_OUT_OF_RANGE, {"17"});
  expect(nbt_trace_pixel(handle, 0, 0, small_fast, &json), NBT_ERROR_OUT_OF_RANGE, {"23"});
  expect(nbt_trace_pixel(handle, 0, 0, largest, &json), NBT_ERROR_OUT_OF_RANGE, {});
}

TEST_F(BadInput, Buffers) {
  const auto run_into = [&](std::int64_t elements, std::int64_t stride) {
    return nbt_run(handle, 0, NBT_FLOAT32, image.data(), elements, stride);
  };
  expect(run_into(capacity - 1, small_fast), NBT_ERROR_WRONG_LENGTH, {"capacity", "391"});
  expect(run_into(capacity, small_fast + 1), NBT_ERROR_WRONG_LENGTH, {"capacity"});
  expect(run_into(0, small_fast), NBT_ERROR_WRONG_LENGTH, {"capacity"});
  expect(run_into(-1, small_fast), NBT_ERROR_WRONG_LENGTH, {"capacity"});
  expect(run_into(capacity, small_fast - 1), NBT_ERROR_OUT_OF_RANGE, {"row_stride"});
  expect(run_into(capacity, -small_fast), NBT_ERROR_OUT_OF_RANGE, {"row_stride"});
  expect(run_into(largest, largest), NBT_ERROR_OUT_OF_RANGE, {"64 bits"});
  expect(run_into(largest, largest / small_slow), NBT_ERROR_OUT_OF_RANGE, {"64 bits"});
}

// The host's memory is right for nbt_run. Other mistakes are told first.
TEST_F(BadInput, ImageInTheMemoryOfADeviceThatHasNone) {
  handle.set_text("execution.device", "cpu");
  nbt_device_image there{};
  there.struct_size = sizeof there;
  there.pixels = image.data();
  there.capacity = capacity;
  const auto refused = [&](nbt_status status, const std::vector<std::string>& words) {
    EXPECT_EQ(nbt_run_to_device(handle, 0, &there), status);
    for (const std::string& word : words) EXPECT_NE(handle.error().find(word), std::string::npos) << handle.error();
  };
  refused(NBT_ERROR_UNSUPPORTED, {"device cpu", "nbt_run", "execution.device"});
  there.capacity = capacity - 1;
  refused(NBT_ERROR_WRONG_LENGTH, {"capacity is 390", "391"});
  there.row_stride = small_fast - 1;
  refused(NBT_ERROR_OUT_OF_RANGE, {"row_stride is 22", "23"});
  there.pixel_type = NBT_UINT16;
  refused(NBT_ERROR_INVALID_ARGUMENT, {"pixel_type is 2"});
  EXPECT_EQ(image, std::vector<float>(small_fast * small_slow));
}

TEST_F(BadInput, PixelTypesAndKinds) {
  for (const std::int32_t type : {-1, 2, INT32_MAX}) {
    expect(nbt_run(handle, 0, type, image.data(), capacity, small_fast), NBT_ERROR_INVALID_ARGUMENT, {"pixel_type"});
    expect(nbt_run_chunked(handle, 1, type, take_rows, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"pixel_type"});
    expect(nbt_digitize(handle, type, 0, image.data(), small_fast, counts.data(), nullptr), NBT_ERROR_INVALID_ARGUMENT,
           {"kind"});
    expect(nbt_digitize_begin(handle, type, 0, 1), NBT_ERROR_INVALID_ARGUMENT, {"kind"});
  }
}

TEST_F(BadInput, Digitizing) {
  expect(nbt_digitize_rows(handle, 1, image.data(), small_fast, counts.data()), NBT_ERROR_INVALID_ARGUMENT, {"begin"});
  expect(nbt_digitize_end(handle, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"begin"});
  expect(nbt_digitize_begin(handle, NBT_DIGITIZE_INTEGER, 0, nan), NBT_ERROR_OUT_OF_RANGE, {"max_photons"});
  expect(nbt_digitize_begin(handle, NBT_DIGITIZE_NOISE, 0, 1), NBT_ERROR_INCONSISTENT_SCENE, {"noise.seed"});
  expect(nbt_digitize(handle, NBT_DIGITIZE_INTEGER, 0, image.data(), small_fast - 1, counts.data(), nullptr),
         NBT_ERROR_OUT_OF_RANGE, {"row_stride"});
  expect(nbt_digitize(handle, NBT_DIGITIZE_INTEGER, 0, image.data(), largest, counts.data(), nullptr),
         NBT_ERROR_OUT_OF_RANGE, {"64 bits"});
  ASSERT_EQ(nbt_digitize_begin(handle, NBT_DIGITIZE_INTEGER, 0, 1), NBT_OK);
  expect(nbt_digitize_rows(handle, -1, image.data(), small_fast, counts.data()), NBT_ERROR_OUT_OF_RANGE, {"row_count"});
  expect(nbt_digitize_rows(handle, small_slow + 1, image.data(), small_fast, counts.data()), NBT_ERROR_OUT_OF_RANGE,
         {"17"});
  expect(nbt_digitize_rows(handle, largest, image.data(), small_fast, counts.data()), NBT_ERROR_OUT_OF_RANGE, {});
  expect(nbt_digitize_rows(handle, 1, image.data(), 1, counts.data()), NBT_ERROR_OUT_OF_RANGE, {"row_stride"});
}

TEST_F(BadInput, MemoryRequests) {
  nbt_memory_request request{};
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  const auto ask = [&] { return nbt_estimate_memory(handle, &request, &estimate); };
  expect(nbt_estimate_memory(handle, nullptr, &estimate), NBT_ERROR_INVALID_ARGUMENT, {"request"});
  expect(ask(), NBT_ERROR_INVALID_ARGUMENT, {"request", "struct_size"});
  request.struct_size = sizeof request;
  expect(nbt_estimate_memory(handle, &request, nullptr), NBT_ERROR_INVALID_ARGUMENT, {"estimate"});
  estimate.struct_size = sizeof estimate - 1;
  expect(ask(), NBT_ERROR_INVALID_ARGUMENT, {"estimate", "struct_size"});
  estimate.struct_size = sizeof estimate;
  request.run = 7;
  expect(ask(), NBT_ERROR_INVALID_ARGUMENT, {"run"});
  request.run = NBT_RUN_WHOLE;
  request.pixel_type = 7;
  expect(ask(), NBT_ERROR_INVALID_ARGUMENT, {"pixel_type"});
  request.pixel_type = NBT_FLOAT64;
  for (const double bad : {-1.0, nan}) {
    request.limit_bytes = bad;
    expect(ask(), NBT_ERROR_OUT_OF_RANGE, {"limit_bytes"});
  }
  request.limit_bytes = 0;
  EXPECT_EQ(ask(), NBT_OK) << handle.error();
}

TEST(Lists, IndicesOutsideAreRefused) {
  nbt_parameter parameter{};
  parameter.struct_size = sizeof parameter;
  nbt_device device{};
  device.struct_size = sizeof device;
  for (const std::int32_t index : {-1, INT32_MIN, INT32_MAX}) {
    EXPECT_EQ(nbt_parameter_describe(index, &parameter), NBT_ERROR_OUT_OF_RANGE) << index;
    EXPECT_EQ(nbt_device_describe(index, &device), NBT_ERROR_OUT_OF_RANGE) << index;
  }
  EXPECT_EQ(nbt_parameter_describe(nbt_parameter_count(), &parameter), NBT_ERROR_OUT_OF_RANGE);
  EXPECT_EQ(nbt_device_describe(nbt_device_count(), &device), NBT_ERROR_OUT_OF_RANGE);
  EXPECT_EQ(nbt_parameter_describe(0, nullptr), NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(nbt_device_describe(0, nullptr), NBT_ERROR_INVALID_ARGUMENT);
}

TEST(Devices, TheProcessorIsThere) {
  ASSERT_GE(nbt_device_count(), 1);
  nbt_device device{};
  device.struct_size = sizeof device;
  ASSERT_EQ(nbt_device_describe(0, &device), NBT_OK);
  EXPECT_STREQ(device.name, "cpu");
  EXPECT_EQ(device.available, 1);
  EXPECT_STREQ(device.reason, "");
  EXPECT_STRNE(device.description, "");
}

TEST(IncompleteScene, SaysWhatIsMissing) {
  const Handle handle;
  std::int64_t fast = 0, slow = 0;
  EXPECT_EQ(nbt_get_image_size(handle, 0, &fast, &slow), NBT_ERROR_INCONSISTENT_SCENE);
  EXPECT_NE(handle.error().find("crystal.cell_lengths_A"), std::string::npos) << handle.error();
}

TEST(UnknownDevice, IsAnErrorOfTheRunThatListsTheNames) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set_text("execution.device", "abacus");
  std::vector<float> image(small_fast * small_slow);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), small_fast * small_slow, small_fast), NBT_ERROR_DEVICE);
  EXPECT_NE(handle.error().find("cpu"), std::string::npos) << handle.error();
}

}  // namespace
}  // namespace nbt::test
