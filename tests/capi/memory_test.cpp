// Memory: the estimate against counted allocations, and the limit.
#include <cmath>
#include <functional>
#include <regex>

#include "counting_allocator.hpp"
#include "handle.hpp"

namespace nbt::test {
namespace {

constexpr double mebibyte = 1048576;

// The OpenMP runtime and the processor detection set themselves up once in a process, at the first run; clang's runtime
// takes 0.7 MiB for that. It is not part of any run, so one run goes before the counting.
class WarmUp : public testing::Environment {
 public:
  void SetUp() override {
    const Handle handle;
    describe_small_scene(handle);
    handle.set("detector.pixels", {1024, 1024});  // work enough for all threads
    handle.set("execution.threads", 8);
    std::vector<float> pixels(1 << 20);
    std::int64_t fast = 0, slow = 0;
    ASSERT_EQ(nbt_get_image_size(handle, 0, &fast, &slow), NBT_OK) << handle.error();
    ASSERT_LE(fast * slow, static_cast<std::int64_t>(pixels.size()));
    ASSERT_EQ(nbt_run(handle, 0, NBT_FLOAT32, pixels.data(), fast * slow, fast), NBT_OK) << handle.error();
  }
};
const testing::Environment* const warm_up = testing::AddGlobalTestEnvironment(new WarmUp);

std::int32_t drop_rows(const nbt_rows*, void*) {
  return 0;
}

struct Case {
  const char* name;
  std::function<void(const Handle&)> describe;
  std::int64_t rows_per_chunk = 64;
  std::int32_t pixel_type = NBT_FLOAT32;
};

void use_domains(const Handle& handle, double domains) {
  handle.set("crystal.mosaic_spread_deg", 1);
  handle.set("crystal.mosaic_domains", domains);
}

void use_large_grid(const Handle& handle) {
  const std::int32_t first[3] = {-50, -50, -50}, last[3] = {49, 49, 49};
  const std::vector<double> F(1000000, 3);
  ASSERT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
}

void use_mask(const Handle& handle) {
  const std::vector<std::uint8_t> mask(512 * 512, 1);
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), 512, 512), NBT_OK) << handle.error();
}

void use_sources(const Handle& handle) {
  std::vector<double> directions(3 * 3000, -1);
  ASSERT_EQ(nbt_set_sources(handle, directions.data(), nullptr, nullptr, 3000), NBT_OK) << handle.error();
  handle.set("detector.roi", {0, 3, 0, 511});
}

void use_rotations(const Handle& handle) {
  std::vector<double> rotations;
  for (int i = 0; i < 2000; ++i) rotations.insert(rotations.end(), {1, 0, 0, 0, 1, 0, 0, 0, 1});
  ASSERT_EQ(nbt_set_mosaic_rotations(handle, rotations.data(), 2000), NBT_OK) << handle.error();
  handle.set("detector.roi", {0, 3, 0, 511});
}

// A few columns only, where a full image would take long.
void use_many_orientations(const Handle& handle) {
  use_domains(handle, 100);
  handle.set("goniometer.phi_range_deg", 1);
  handle.set("goniometer.phi_steps", 300);
  handle.set("detector.roi", {0, 3, 0, 511});
}

void use_stale_orientations(const Handle& handle) {
  use_many_orientations(handle);
  handle.set_text("phi_carryover.mode", "c-parity");
}

void use_precision(const Handle& handle, const char* precision) {
  handle.set_text("precision.mode", precision);
  use_domains(handle, 3);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"plain", [](const Handle&) {}},
      {"one_row", [](const Handle&) {}, 1},
      {"whole", [](const Handle&) {}, 512},
      {"whole_float64", [](const Handle&) {}, 512, NBT_FLOAT64},
      {"double_precision", [](const Handle& handle) { use_precision(handle, "double"); }},
      {"exact_precision", [](const Handle& handle) { use_precision(handle, "exact"); }},
      {"fast_precision", [](const Handle& handle) { use_precision(handle, "fast"); }},
      {"fast_precision_large_grid",
       [](const Handle& handle) {
         handle.set_text("precision.mode", "fast");
         use_large_grid(handle);
       }},
      {"one_thread", [](const Handle& handle) { handle.set("execution.threads", 1); }},
      {"eight_threads", [](const Handle& handle) { handle.set("execution.threads", 8); }},
      {"large_grid", use_large_grid},
      {"mask", use_mask},
      {"sources", use_sources},
      {"rotations", use_rotations},
      {"many_orientations", use_many_orientations},
      {"stale_orientations", use_stale_orientations},
  };
  return list;
}

void describe_scene(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("detector.pixels", {512, 512});
  handle.set("detector.pixel_size_mm", 0.1);
  handle.set("execution.threads", 2);
}

class Estimate : public testing::TestWithParam<std::size_t> {};

TEST_P(Estimate, IsWhatTheAllocationsSumTo) {
  const Case& example = cases()[GetParam()];
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  example.describe(handle);
  start_peak();
  ASSERT_EQ(nbt_run_chunked(handle, example.rows_per_chunk, example.pixel_type, drop_rows, nullptr), NBT_OK)
      << handle.error();
  const auto counted = static_cast<double>(peak_heap_bytes() - before);

  const nbt_memory_estimate estimate =
      estimate_of(handle, example.rows_per_chunk, 0, NBT_RUN_CHUNKED, example.pixel_type);
  const double excess = estimate.working_bytes - counted;
  EXPECT_TRUE(std::fabs(excess) <= 0.05 * counted || (excess >= 0 && excess <= mebibyte))
      << "estimated " << estimate.working_bytes << ", counted " << counted;
  RecordProperty("estimated_bytes", std::to_string(estimate.working_bytes));
  RecordProperty("counted_bytes", std::to_string(counted));
}

TEST_P(Estimate, IsAHardLimitThatTheRunKeeps) {
  const Case& example = cases()[GetParam()];
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  example.describe(handle);
  const nbt_memory_estimate estimate =
      estimate_of(handle, example.rows_per_chunk, 0, NBT_RUN_CHUNKED, example.pixel_type);
  handle.set("limits.memory_bytes", estimate.working_bytes);
  start_peak();
  EXPECT_EQ(nbt_run_chunked(handle, example.rows_per_chunk, example.pixel_type, drop_rows, nullptr), NBT_OK)
      << handle.error();
  EXPECT_LE(static_cast<double>(peak_heap_bytes() - before), estimate.working_bytes);
}

INSTANTIATE_TEST_SUITE_P(Scenes, Estimate, testing::Range<std::size_t>(0, cases().size()),
                         [](const auto& scene) { return std::string(cases()[scene.param].name); });

// What is kept from run to run is in the estimate, once; what is not needed any more is not kept.
TEST(MemoryEstimate, HoldsForARunAfterAChange) {
  const std::pair<const char*, const char*> changes[] = {
      {"crystal.misset_deg", "1 2 3"}, {"structure_factors.default_F", "1e6"}, {"precision.mode", "double"},
      {"precision.mode", "single"},    {"crystal.misset_deg", "3 2 1"},        {"detector.distance_mm", "90"},
      {"precision.mode", "exact"},     {"precision.mode", "single"},           {"execution.threads", "1"},
      {"crystal.mosaic_domains", "2"}};
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  use_large_grid(handle);
  ASSERT_EQ(nbt_run_chunked(handle, 64, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
  for (const auto& [name, value] : changes) {
    SCOPED_TRACE(std::string(name) + " = " + value);
    handle.set_text(name, value);
    start_peak();
    ASSERT_EQ(nbt_run_chunked(handle, 64, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
    const auto counted = static_cast<double>(peak_heap_bytes() - before);
    const double excess = estimate_of(handle, 64).working_bytes - counted;
    EXPECT_GE(excess, 0) << "counted " << counted;
    EXPECT_LE(excess, mebibyte) << "counted " << counted;
  }
}

TEST(MemoryCeiling, ThousandSquaredWithNineDomainsStaysUnder64MiBBeyondTheOutput) {
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  handle.set("detector.pixels", {1024, 1024});
  use_domains(handle, 9);
  start_peak();
  ASSERT_EQ(nbt_run_chunked(handle, 128, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
  const auto counted = static_cast<double>(peak_heap_bytes() - before);
  RecordProperty("counted_bytes", std::to_string(counted));
  EXPECT_GT(counted, 128 * 1024 * 4) << "not even the chunk was counted";
  EXPECT_LT(counted, 64 * mebibyte);
}

TEST(MemoryCeiling, DoesNotGrowWithTheDetector) {
  const auto peak_of = [](double edge) {
    const std::int64_t before = live_heap_bytes();
    const Handle handle;
    describe_scene(handle);
    handle.set("detector.pixels", {256, edge});
    start_peak();
    EXPECT_EQ(nbt_run_chunked(handle, 16, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
    return peak_heap_bytes() - before;
  };
  peak_of(64);  // whatever the thread library keeps
  const std::int64_t small = peak_of(64), large = peak_of(6400);
  EXPECT_LE(std::llabs(large - small), 4096) << small << " and " << large;
}

// A gigabyte of pixels passes through chunks of four mebibytes; few are rendered, so that it does not take long.
TEST(MemoryCeiling, AVeryLargeDetectorTakesWhatWasEstimated) {
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  handle.set("detector.pixels", {16384, 16384});
  handle.set("detector.pixel_size_mm", 0.006);
  handle.set("detector.roi", {8000, 8099, 8200, 8299});
  start_peak();
  ASSERT_EQ(nbt_run_chunked(handle, 64, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
  const auto counted = static_cast<double>(peak_heap_bytes() - before);
  const nbt_memory_estimate estimate = estimate_of(handle, 64);
  EXPECT_GE(estimate.working_bytes, counted);
  EXPECT_LE(estimate.working_bytes, counted + mebibyte);
  EXPECT_LT(counted, 8 * mebibyte);
  EXPECT_EQ(estimate.output_bytes, 16384.0 * 16384 * 4);
}

TEST(MemoryCeiling, AWholeImageTakesNoMoreThanItsFixedPart) {
  const Handle handle;
  describe_scene(handle);
  std::vector<float> image(512 * 512);
  const std::int64_t before = live_heap_bytes();
  start_peak();
  ASSERT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), 512 * 512, 512), NBT_OK) << handle.error();
  EXPECT_LT(static_cast<double>(peak_heap_bytes() - before), estimate_of(handle, 0, 0, NBT_RUN_WHOLE).working_bytes);
}

TEST(MemoryLimit, RefusesBeforeTheStartAndNamesAChunkSizeThatWorks) {
  const Handle handle;
  describe_scene(handle);
  const nbt_memory_estimate open = estimate_of(handle, 100);
  EXPECT_EQ(open.whole_image_fits, 1);
  EXPECT_EQ(open.largest_rows_per_chunk, 512);
  const double limit = open.working_bytes;
  handle.set("limits.memory_bytes", limit);
  EXPECT_EQ(nbt_run_chunked(handle, 512, NBT_FLOAT32, drop_rows, nullptr), NBT_ERROR_MEMORY_LIMIT);
  const std::string message = handle.error();
  std::smatch named;
  ASSERT_TRUE(std::regex_search(message, named, std::regex("largest chunk that fits has (\\d+) rows"))) << message;
  const std::int64_t fitting = std::stoll(named[1]);
  EXPECT_EQ(fitting, 100);
  EXPECT_EQ(estimate_of(handle, 0).largest_rows_per_chunk, fitting);
  EXPECT_EQ(estimate_of(handle, 0).whole_image_fits, 0);
  EXPECT_EQ(nbt_run_chunked(handle, fitting, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
  EXPECT_EQ(nbt_run_chunked(handle, fitting + 1, NBT_FLOAT32, drop_rows, nullptr), NBT_ERROR_MEMORY_LIMIT);
  EXPECT_EQ(nbt_run_chunked(handle, 0, NBT_FLOAT32, drop_rows, nullptr), NBT_OK) << handle.error();
}

TEST(MemoryLimit, ChoosesTheChunkWhenTheCallerDoesNot) {
  const Handle handle;
  describe_scene(handle);
  const double limit = estimate_of(handle, 3).working_bytes;
  handle.set("limits.memory_bytes", limit);
  const nbt_memory_estimate estimate = estimate_of(handle, 0);
  EXPECT_EQ(estimate.recommended_rows_per_chunk, 3);
  const auto collected = run_chunked(handle, 0);
  ASSERT_FALSE(collected.calls.empty());
  EXPECT_EQ(collected.calls.front().row_count, 3);
}

TEST(MemoryLimit, BelowTheFixedPartSaysThatNoChunkFits) {
  const Handle handle;
  describe_scene(handle);
  handle.set("limits.memory_bytes", 1000);
  std::vector<float> image(512 * 512);
  for (const nbt_status status : {nbt_run_chunked(handle, 1, NBT_FLOAT32, drop_rows, nullptr),
                                  nbt_run_chunked(handle, 0, NBT_FLOAT32, drop_rows, nullptr),
                                  nbt_run(handle, 0, NBT_FLOAT32, image.data(), 512 * 512, 512)}) {
    EXPECT_EQ(status, NBT_ERROR_MEMORY_LIMIT);
    EXPECT_NE(handle.error().find("no chunk size fits"), std::string::npos) << handle.error();
  }
  EXPECT_EQ(estimate_of(handle, 1).largest_rows_per_chunk, 0);
}

TEST(MemoryLimit, IsCheckedBeforeLargeTablesAreMade) {
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_scene(handle);
  handle.set("limits.memory_bytes", 1e8);
  use_domains(handle, 1e8);  // 7 GB of rotations
  start_peak();
  EXPECT_EQ(nbt_run_chunked(handle, 1, NBT_FLOAT32, drop_rows, nullptr), NBT_ERROR_MEMORY_LIMIT);
  use_domains(handle, 10000);  // 72 GB of orientations with the steps below, little by itself
  handle.set("goniometer.phi_range_deg", 1);
  handle.set("goniometer.phi_steps", 100000);
  EXPECT_EQ(nbt_run_chunked(handle, 1, NBT_FLOAT32, drop_rows, nullptr), NBT_ERROR_MEMORY_LIMIT);
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  EXPECT_EQ(nbt_estimate_memory(handle, &request, &estimate), NBT_ERROR_MEMORY_LIMIT);
  EXPECT_LT(static_cast<double>(peak_heap_bytes() - before), 1e7);
}

TEST(MemoryLimit, HoldsForStructureFactorsFromAList) {
  const Handle handle;
  describe_scene(handle);
  handle.set("limits.memory_bytes", 1e6);
  const std::int32_t index[2] = {0, 100};
  const double F[2] = {1, 2};
  EXPECT_EQ(nbt_set_structure_factors(handle, index, index, index, F, 2), NBT_ERROR_MEMORY_LIMIT);
}

TEST(MemoryRequest, ItsOwnLimitReplacesTheParameters) {
  const Handle handle;
  describe_scene(handle);
  const double limit = estimate_of(handle, 20).working_bytes;
  EXPECT_EQ(estimate_of(handle, 0, limit).largest_rows_per_chunk, 20);
  handle.set("limits.memory_bytes", estimate_of(handle, 30).working_bytes);
  EXPECT_EQ(estimate_of(handle, 0).largest_rows_per_chunk, 30);
  EXPECT_EQ(estimate_of(handle, 0, limit).largest_rows_per_chunk, 20);
}

TEST(MemoryEstimate, CountsOutputAndEvaluations) {
  const Handle handle;
  describe_scene(handle);
  handle.set("sampling.oversample", 2);
  use_domains(handle, 9);
  handle.set("goniometer.phi_range_deg", 1);
  handle.set("goniometer.phi_steps", 5);
  handle.set("detector.thickness_um", 100);
  handle.set("detector.thickness_steps", 3);
  handle.set("detector.roi", {0, 99, 0, 49});
  const nbt_memory_estimate estimate = estimate_of(handle, 64);
  EXPECT_EQ(estimate.output_bytes, 512.0 * 512 * 4);
  EXPECT_EQ(estimate.evaluations, 100.0 * 50 * 4 * 9 * 5 * 3);
  EXPECT_EQ(estimate.device_bytes, 0);
}

// ---- Gradients

struct RowOfData {
  std::vector<float> row;
};
std::int32_t same_row(nbt_data_rows* rows, void* user) {
  rows->data = static_cast<const RowOfData*>(user)->row.data();
  return 0;
}

// 30 components: cell, orientation, detector, beam, amplitude.
const std::vector<const char*> thirty_components = {"crystal.cell_lengths_A",
                                                    "crystal.cell_angles_deg",
                                                    "crystal.misset_deg",
                                                    "crystal.cells",
                                                    "crystal.fudge",
                                                    "detector.distance_mm",
                                                    "detector.Xbeam_mm",
                                                    "detector.Ybeam_mm",
                                                    "detector.rotation_deg",
                                                    "detector.twotheta_deg",
                                                    "detector.pixel_size_mm",
                                                    "beam.wavelength_A",
                                                    "beam.polarization_factor",
                                                    "beam.polarization_axis",
                                                    "beam.fluence_per_m2",
                                                    "structure_factors.default_F",
                                                    "crystal.mosaic_spread_deg",
                                                    "goniometer.phi_start_deg"};

nbt_loss streamed_loss(RowOfData& data) {
  nbt_loss loss{};
  loss.struct_size = sizeof loss;
  loss.kind = NBT_LOSS_LEAST_SQUARES;
  loss.callback = same_row;
  loss.user = &data;
  loss.rows_per_chunk = 1;
  return loss;
}

nbt_memory_estimate estimate_of_run(const Handle& handle, std::int32_t run, std::int64_t components) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  request.run = run;
  request.components = components;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  EXPECT_EQ(nbt_estimate_memory(handle, &request, &estimate), NBT_OK) << handle.error();
  return estimate;
}

void describe_large_scene(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("detector.pixels", {4096, 4096});
  handle.set("detector.pixel_size_mm", 0.1);
  handle.set("execution.threads", 2);
  use_domains(handle, 9);
  handle.set("detector.roi", {0, 4095, 0, 31});  // the rest has no pixels but counts as rows
}

TEST(GradientMemory, OfThirtyComponentsAtSixteenMegapixelsIsSmall) {
  RowOfData data{std::vector<float>(4096, 1)};
  const std::int64_t before = live_heap_bytes();
  const Handle handle;
  describe_large_scene(handle);
  const nbt_loss loss = streamed_loss(data);
  std::size_t count = 0;
  ASSERT_EQ(nbt_get_component_count(handle, thirty_components.data(), thirty_components.size(), &count), NBT_OK)
      << handle.error();
  ASSERT_GE(count, 30u);
  std::vector<double> gradient(count), matrix(count * count);
  start_peak();
  ASSERT_EQ(nbt_run_gradient(handle, &loss, thirty_components.data(), thirty_components.size(), gradient.data(), count,
                             nullptr, nullptr),
            NBT_OK)
      << handle.error();
  const auto counted = static_cast<double>(peak_heap_bytes() - before);
  EXPECT_LE(counted, 64 * mebibyte);
  const double estimated = estimate_of_run(handle, NBT_RUN_GRADIENT, 0).working_bytes;
  EXPECT_LE(counted, 1.05 * estimated) << "estimated " << estimated;
  EXPECT_LE(estimated, 64 * mebibyte);

  start_peak();
  ASSERT_EQ(nbt_run_normal_equations(handle, &loss, thirty_components.data(), thirty_components.size(), 0,
                                     matrix.data(), gradient.data(), count, nullptr),
            NBT_OK)
      << handle.error();
  const auto counted_normal = static_cast<double>(peak_heap_bytes() - before);
  const double estimated_normal =
      estimate_of_run(handle, NBT_RUN_NORMAL_EQUATIONS, static_cast<std::int64_t>(count)).working_bytes;
  EXPECT_LE(counted_normal, 64 * mebibyte);
  EXPECT_LE(counted_normal, 1.05 * estimated_normal) << "estimated " << estimated_normal;
}

TEST(GradientMemory, LimitIsKept) {
  RowOfData data{std::vector<float>(4096, 1)};
  const Handle handle;
  describe_large_scene(handle);
  const double needed = estimate_of_run(handle, NBT_RUN_GRADIENT, 0).working_bytes;
  const nbt_loss loss = streamed_loss(data);
  const char* parameters[] = {"detector.distance_mm"};
  double gradient = 0;
  handle.set("limits.memory_bytes", needed / 2);
  EXPECT_EQ(nbt_run_gradient(handle, &loss, parameters, 1, &gradient, 1, nullptr, nullptr), NBT_ERROR_MEMORY_LIMIT);
  handle.set("limits.memory_bytes", needed * 1.01);
  EXPECT_EQ(nbt_run_gradient(handle, &loss, parameters, 1, &gradient, 1, nullptr, nullptr), NBT_OK) << handle.error();
}

}  // namespace
}  // namespace nbt::test
