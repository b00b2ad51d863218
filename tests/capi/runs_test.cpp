// Runs: chunks, callbacks, progress, cancelling.
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "handle.hpp"

namespace nbt::test {
namespace {

void describe_larger_scene(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("detector.pixels", {301, 600});
  handle.set("detector.pixel_size_mm", 0.4);
}

template <class Pixel>
void expect_chunks_to_give_the_whole(const char* precision) {
  const Handle handle;
  describe_larger_scene(handle);
  handle.set_text("precision.mode", precision);
  const std::vector<Pixel> whole = run<Pixel>(handle);
  for (const std::int64_t rows : {1, 7, 64, 128, 256, 512, 600, 100000, 0, -5}) {
    EXPECT_TRUE(same_bits(run_chunked<Pixel>(handle, rows).image, whole)) << "rows per chunk: " << rows;
  }
  EXPECT_TRUE(same_bits(run_chunked<Pixel>(handle, INT64_MAX).image, whole));
}

TEST(Chunks, OfAnySizeGiveTheSameBitsInFloat32) {
  expect_chunks_to_give_the_whole<float>("single");
  expect_chunks_to_give_the_whole<float>("double");
  expect_chunks_to_give_the_whole<float>("exact");
}

TEST(Chunks, OfAnySizeGiveTheSameBitsInFloat64) {
  expect_chunks_to_give_the_whole<double>("single");
  expect_chunks_to_give_the_whole<double>("double");
}

TEST(Chunks, ComeInOrderWithoutGapsAndTheLastMayBeSmaller) {
  const Handle handle;
  describe_larger_scene(handle);
  for (const std::int64_t rows : {1, 7, 128, 600, 601}) {
    SCOPED_TRACE(rows);
    const auto collected = run_chunked(handle, rows);
    std::int64_t next = 0;
    double fraction = 0;
    for (const nbt_rows& call : collected.calls) {
      EXPECT_GE(call.struct_size, sizeof(nbt_rows));
      EXPECT_EQ(call.panel, 0);
      EXPECT_EQ(call.pixel_type, NBT_FLOAT32);
      EXPECT_EQ(call.fast_count, 301);
      EXPECT_GE(call.row_stride, 301);
      EXPECT_EQ(call.first_row, next);
      EXPECT_EQ(call.row_count, std::min<std::int64_t>(rows, 600 - next));
      EXPECT_GT(call.fraction_done, fraction);
      fraction = call.fraction_done;
      next += call.row_count;
    }
    EXPECT_EQ(next, 600);
    EXPECT_EQ(fraction, 1);
  }
}

TEST(WholeImage, LeavesTheGapBetweenRowsAlone) {
  const Handle handle;
  describe_small_scene(handle);
  const std::vector<float> tight = run(handle);
  const std::int64_t stride = small_fast + 5;
  std::vector<float> wide(static_cast<std::size_t>(stride * small_slow), -7);
  const std::int64_t elements = (small_slow - 1) * stride + small_fast;
  ASSERT_EQ(nbt_run(handle, 0, NBT_FLOAT32, wide.data(), elements, stride), NBT_OK) << handle.error();
  for (std::int64_t slow = 0; slow < small_slow; ++slow) {
    for (std::int64_t fast = 0; fast < stride; ++fast) {
      const float expected = fast < small_fast ? tight[static_cast<std::size_t>(slow * small_fast + fast)] : -7;
      EXPECT_EQ(wide[static_cast<std::size_t>(slow * stride + fast)], expected) << slow << ", " << fast;
    }
  }
}

TEST(WholeImage, InFloat64RoundsToTheOneInFloat32) {
  const Handle handle;
  describe_small_scene(handle);
  const std::vector<float> narrow = run(handle);
  const std::vector<double> wide = run<double>(handle);
  for (std::size_t i = 0; i < wide.size(); ++i) EXPECT_EQ(static_cast<float>(wide[i]), narrow[i]) << i;
}

// ---- Callbacks ----

struct Witness {
  std::vector<std::thread::id> threads;
  std::vector<double> fractions;
  std::vector<std::string> messages;

  static std::int32_t rows(const nbt_rows*, void* user) {
    static_cast<Witness*>(user)->threads.push_back(std::this_thread::get_id());
    return 0;
  }
  static void progress(double fraction, void* user) {
    static_cast<Witness*>(user)->threads.push_back(std::this_thread::get_id());
    static_cast<Witness*>(user)->fractions.push_back(fraction);
  }
  static void log(std::int32_t level, const char* message, void* user) {
    static_cast<Witness*>(user)->threads.push_back(std::this_thread::get_id());
    static_cast<Witness*>(user)->messages.push_back(std::to_string(level) + message);
  }
};

TEST(Callbacks, AreCalledOnTheThreadOfTheRun) {
  const Handle handle;
  describe_larger_scene(handle);
  handle.set("execution.threads", 3);
  handle.set("crystal.size_mm", {0.1, 0.1, 0.1});  // needs more oversampling than is given: a warning
  Witness witness;
  ASSERT_EQ(nbt_set_progress_callback(handle, Witness::progress, &witness), NBT_OK);
  ASSERT_EQ(nbt_set_log_callback(handle, Witness::log, &witness), NBT_OK);
  std::thread::id thread_of_run;
  std::thread([&] {
    thread_of_run = std::this_thread::get_id();
    EXPECT_EQ(nbt_run_chunked(handle, 64, NBT_FLOAT32, Witness::rows, &witness), NBT_OK) << handle.error();
  }).join();
  ASSERT_GE(witness.threads.size(), 10u);
  for (const std::thread::id thread : witness.threads) EXPECT_EQ(thread, thread_of_run);
}

TEST(Callbacks, ProgressRisesFromZeroToOne) {
  const Handle handle;
  describe_larger_scene(handle);
  Witness witness;
  ASSERT_EQ(nbt_set_progress_callback(handle, Witness::progress, &witness), NBT_OK);
  for (const std::int64_t rows : {50, 600}) {
    witness.fractions.clear();
    ASSERT_EQ(nbt_run_chunked(handle, rows, NBT_FLOAT32, Witness::rows, &witness), NBT_OK);
    ASSERT_FALSE(witness.fractions.empty());
    for (std::size_t i = 0; i < witness.fractions.size(); ++i) {
      EXPECT_GE(witness.fractions[i], i ? witness.fractions[i - 1] : 0.0) << i;
      EXPECT_LE(witness.fractions[i], 1.0) << i;
    }
    EXPECT_EQ(witness.fractions.back(), 1.0);
  }
}

TEST(Callbacks, AreGoneAfterNull) {
  const Handle handle;
  describe_small_scene(handle);
  Witness witness;
  ASSERT_EQ(nbt_set_progress_callback(handle, Witness::progress, &witness), NBT_OK);
  ASSERT_EQ(nbt_set_log_callback(handle, Witness::log, &witness), NBT_OK);
  ASSERT_EQ(nbt_set_progress_callback(handle, nullptr, nullptr), NBT_OK);
  ASSERT_EQ(nbt_set_log_callback(handle, nullptr, nullptr), NBT_OK);
  run(handle);
  EXPECT_TRUE(witness.threads.empty());
}

TEST(Callbacks, WarningsOfTheSceneAreLogged) {
  const Handle handle;
  describe_small_scene(handle);
  handle.set("structure_factors.default_F", 0);
  Witness witness;
  ASSERT_EQ(nbt_set_log_callback(handle, Witness::log, &witness), NBT_OK);
  run(handle);
  const auto report = nlohmann::json::parse(handle.report());
  ASSERT_FALSE(report["warnings"].empty());
  for (const auto& warning : report["warnings"]) {
    const std::string line = std::to_string(NBT_LOG_WARNING) + warning.get<std::string>();
    EXPECT_EQ(std::count(witness.messages.begin(), witness.messages.end(), line), 1) << line;
  }
}

std::int32_t throw_from_rows(const nbt_rows*, void*) {
  throw std::runtime_error("thrown by the caller");
}

TEST(Callbacks, AnExceptionEndsAtTheBoundary) {
  const Handle handle;
  describe_small_scene(handle);
  EXPECT_EQ(nbt_run_chunked(handle, 1, NBT_FLOAT32, throw_from_rows, nullptr), NBT_ERROR_INTERNAL);
  EXPECT_EQ(handle.error(), "thrown by the caller");
  run(handle);
}

// ---- Cancelling ----

struct Stopper {
  nbt_simulation* handle = nullptr;
  int calls_before = 0;
  int calls = 0;

  static std::int32_t by_return(const nbt_rows*, void* user) {
    auto& self = *static_cast<Stopper*>(user);
    return ++self.calls > self.calls_before ? 1 : 0;
  }
  static std::int32_t by_cancel(const nbt_rows*, void* user) {
    auto& self = *static_cast<Stopper*>(user);
    if (++self.calls > self.calls_before) {
      EXPECT_EQ(nbt_cancel(self.handle), NBT_OK);
    }
    return 0;
  }
  static void by_progress(double, void* user) {
    auto& self = *static_cast<Stopper*>(user);
    if (++self.calls > self.calls_before) {
      EXPECT_EQ(nbt_cancel(self.handle), NBT_OK);
    }
  }
};

void expect_next_run_is_complete(const Handle& handle) {
  const Handle fresh;
  describe_larger_scene(fresh);
  EXPECT_TRUE(same_bits(run(handle), run(fresh)));
}

TEST(Cancel, ByTheRowsCallbacksReturnValue) {
  const Handle handle;
  describe_larger_scene(handle);
  Stopper stopper{handle, 3};
  EXPECT_EQ(nbt_run_chunked(handle, 10, NBT_FLOAT32, Stopper::by_return, &stopper), NBT_ERROR_CANCELLED);
  EXPECT_EQ(stopper.calls, 4);
  EXPECT_NE(handle.error(), "");
  expect_next_run_is_complete(handle);
}

TEST(Cancel, FromTheRowsCallback) {
  const Handle handle;
  describe_larger_scene(handle);
  Stopper stopper{handle, 3};
  EXPECT_EQ(nbt_run_chunked(handle, 10, NBT_FLOAT32, Stopper::by_cancel, &stopper), NBT_ERROR_CANCELLED);
  EXPECT_EQ(stopper.calls, 4);
  expect_next_run_is_complete(handle);
}

TEST(Cancel, FromTheProgressCallback) {
  const Handle handle;
  describe_larger_scene(handle);
  Stopper stopper{handle, 0};
  ASSERT_EQ(nbt_set_progress_callback(handle, Stopper::by_progress, &stopper), NBT_OK);
  Collected<float> collected;
  EXPECT_EQ(nbt_run_chunked(handle, 10, NBT_FLOAT32, Collected<float>::add, &collected), NBT_ERROR_CANCELLED);
  EXPECT_LT(collected.image.size(), 301u * 600u);
  ASSERT_EQ(nbt_set_progress_callback(handle, nullptr, nullptr), NBT_OK);
  expect_next_run_is_complete(handle);
}

TEST(Cancel, FromAnotherThreadStopsALongRun) {
  const Handle handle;
  describe_larger_scene(handle);
  handle.set("crystal.mosaic_spread_deg", 1);
  handle.set("crystal.mosaic_domains", 100000);  // hours
  std::atomic<bool> cancelled{false};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancelled = true;
    EXPECT_EQ(nbt_cancel(handle), NBT_OK);
  });
  std::vector<float> image(301 * 600);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), 301 * 600, 301), NBT_ERROR_CANCELLED);
  EXPECT_TRUE(cancelled);
  other.join();
}

TEST(Cancel, BeforeTheStartIsKeptForTheNextRunOnly) {
  const Handle handle;
  describe_larger_scene(handle);
  ASSERT_EQ(nbt_cancel(handle), NBT_OK);
  std::vector<float> image(301 * 600);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), 301 * 600, 301), NBT_ERROR_CANCELLED);
  expect_next_run_is_complete(handle);
  ASSERT_EQ(nbt_cancel(handle), NBT_OK);
  Collected<float> collected;
  EXPECT_EQ(nbt_run_chunked(handle, 10, NBT_FLOAT32, Collected<float>::add, &collected), NBT_ERROR_CANCELLED);
  EXPECT_TRUE(collected.calls.empty());
  expect_next_run_is_complete(handle);
}

TEST(Cancel, IsKeptWhileACallIsRefused) {
  const Handle handle;
  describe_larger_scene(handle);
  ASSERT_EQ(nbt_cancel(handle), NBT_OK);
  std::vector<float> image(301 * 600);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), 1, 301), NBT_ERROR_WRONG_LENGTH);
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), 301 * 600, 301), NBT_ERROR_CANCELLED);
}

TEST(Cancel, DuringTheLastChunksCallbackComesTooLate) {
  const Handle handle;
  describe_larger_scene(handle);
  Stopper stopper{handle, 0};
  EXPECT_EQ(nbt_run_chunked(handle, 600, NBT_FLOAT32, Stopper::by_cancel, &stopper), NBT_OK);
  expect_next_run_is_complete(handle);
}

}  // namespace
}  // namespace nbt::test
