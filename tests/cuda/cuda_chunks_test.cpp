// Runs in chunks on the CUDA device: the next chunk is rendered while the caller has this one, bits do not depend on
// how chunks and slabs lie, and nothing is under way when memory goes, however the run ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <vector>

#include "device/runs.hpp"
#include "host_card.hpp"
#include "model/error.hpp"

namespace {

using namespace nbt::test;

constexpr std::int64_t tall_fast = 300;
constexpr std::int64_t tall_slow = 61;

// With pixels that have rules of their own: first sweeps, and the end of interpolation.
Handle tall_scene(const char* device = "cuda") {
  Handle handle = on_device(device, false);
  handle.set("detector.pixels", {tall_fast, tall_slow});
  handle.set("detector.pixel_size_mm", 0.3);
  const std::int32_t first[3] = {-9, -9, -9}, last[3] = {9, 9, 9};
  std::vector<double> F(19 * 19 * 19);
  for (std::size_t i = 0; i < F.size(); ++i) F[i] = 50 + static_cast<double>(i * 37 % 101);
  EXPECT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
  handle.set_text("structure_factors.interpolation", "tricubic");
  handle.set("goniometer.phi_range_deg", 1);
  handle.set("goniometer.phi_steps", 2);
  handle.set_text("phi_carryover.mode", "c-parity");
  handle.set("phi_carryover.threads", 5);
  return handle;
}

constexpr std::int64_t row_bytes = tall_fast * 4;

// So many rows in each of the two slabs of float pixels.
void set_slab_rows(const Handle& handle, std::int64_t rows) {
  handle.set("limits.device_memory_bytes", 0);
  const double of_plan = estimate_of(handle, 0).device_bytes - 2.0 * tall_slow * row_bytes;
  handle.set("limits.device_memory_bytes", of_plan + 2.0 * static_cast<double>(rows) * row_bytes);
}

// Calls `see(rows)` for every chunk, which may throw.
using Seeing = std::function<void(const nbt_rows&)>;
std::int32_t pass_on(const nbt_rows* rows, void* user) {
  (*static_cast<const Seeing*>(user))(*rows);
  return 0;
}
nbt_status run_with(const Handle& handle, std::int64_t rows_per_chunk, Seeing see) {
  return nbt_run_chunked(handle, rows_per_chunk, NBT_FLOAT32, pass_on, &see);
}

const std::vector<std::int64_t> chunk_sizes = {1, 3, 7, 8, 20, 60, 61, 1000};

// Rows are copied by what is launched right after their kernels.
TEST(CudaChunks, NextRowsAreLaunchedBeforeTheCallerHasThese) {
  constexpr std::int64_t slab = 7;
  const Handle handle = tall_scene();
  set_slab_rows(handle, slab);
  for (const std::int64_t chunk : chunk_sizes) {
    std::int64_t started = 0, done = 0;
    copied_bytes(0);
    const Seeing see = [&](const nbt_rows& rows) {
      done += rows.row_count;
      started += copied_bytes(0) / row_bytes;
      // Slabs that the caller has emptied, and two that are full or in part.
      EXPECT_EQ(started, std::min((done / slab + 2) * slab, tall_slow))
          << "chunks of " << chunk << ", " << done << " rows done";
    };
    ASSERT_EQ(run_with(handle, chunk, see), NBT_OK) << handle.error();
    EXPECT_EQ(done, tall_slow) << "chunks of " << chunk;
    EXPECT_EQ(started, tall_slow) << "chunks of " << chunk << ": rows were rendered twice";
  }
}

std::size_t differences(const std::vector<float>& a, const std::vector<float>& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] == b[i] ? 0 : 1;
  return count;
}

TEST(CudaChunks, AreTestedOnASceneWithPixelsThatHaveRulesOfTheirOwn) {
  const Handle handle = tall_scene();
  const std::vector<float> image = run(handle);
  handle.set_text("structure_factors.interpolation", "nearest");
  const std::size_t interpolated = differences(run(handle), image);
  EXPECT_GT(interpolated, image.size() / 10);
  EXPECT_LT(interpolated, image.size() * 9 / 10);
  handle.set_text("structure_factors.interpolation", "tricubic");
  handle.set_text("phi_carryover.mode", "spec");
  EXPECT_GT(differences(run(handle), image), 0u);
}

TEST(CudaChunks, GiveTheSameBitsHoweverTheyLieToSlabs) {
  const Handle whole = tall_scene();
  const std::vector<float> in_float = run<float>(whole);
  const std::vector<double> in_double = run<double>(whole);
  for (const std::int64_t slab : {1, 2, 7, 30, 61}) {
    const Handle handle = tall_scene();
    set_slab_rows(handle, slab);
    EXPECT_TRUE(same_bits(run<float>(handle), in_float)) << "whole, slabs of " << slab;
    for (const std::int64_t chunk : chunk_sizes) {
      EXPECT_TRUE(same_bits(run_chunked<float>(handle, chunk).image, in_float))
          << "chunks of " << chunk << ", slabs of " << slab;
      if (slab == 1) continue;  // none of doubles fits
      EXPECT_TRUE(same_bits(run_chunked<double>(handle, chunk).image, in_double))
          << "chunks of " << chunk << " in double, slabs of " << slab / 2;
    }
  }
}

TEST(CudaChunks, TakeNoMoreMemoryThanEstimated) {
  const Handle handle = tall_scene("cuda:1");
  for (const std::int64_t slab : {1, 7, 61}) {
    set_slab_rows(handle, slab);
    for (const std::int64_t chunk : chunk_sizes) {
      const double estimated = estimate_of(handle, chunk).device_bytes;
      peak_bytes(1);
      ASSERT_EQ(run_with(handle, chunk, [](const nbt_rows&) {}), NBT_OK) << handle.error();
      const auto taken = static_cast<double>(peak_bytes(1));
      EXPECT_LE(taken, estimated) << "chunks of " << chunk << ", slabs of " << slab;
      EXPECT_GE(taken, 0.9 * estimated) << "chunks of " << chunk << ", slabs of " << slab;
    }
  }
}

struct Told {
  std::vector<double> progress;  // since the last rows
  double rows_done = 0;
};

void note_progress(double fraction_done, void* user) {
  static_cast<Told*>(user)->progress.push_back(fraction_done);
}

TEST(CudaChunks, TellProgressOfTheCallersRowsAlone) {
  for (const std::int64_t chunk : chunk_sizes) {
    const Handle handle = tall_scene();
    set_slab_rows(handle, 7);
    Told told;
    ASSERT_EQ(nbt_set_progress_callback(handle, note_progress, &told), NBT_OK) << handle.error();
    double before = 0;
    const Seeing see = [&](const nbt_rows& rows) {
      EXPECT_FALSE(told.progress.empty()) << "chunks of " << chunk;
      EXPECT_TRUE(std::is_sorted(told.progress.begin(), told.progress.end())) << "chunks of " << chunk;
      EXPECT_GE(told.progress.front(), before) << "chunks of " << chunk;
      EXPECT_DOUBLE_EQ(told.progress.back(), rows.fraction_done) << "chunks of " << chunk;
      told.progress.clear();
      before = rows.fraction_done;
    };
    ASSERT_EQ(run_with(handle, chunk, see), NBT_OK) << handle.error();
    EXPECT_DOUBLE_EQ(before, 1) << "chunks of " << chunk;
  }
}

// A run that ends early, at each chunk.
struct Ending {
  const char* name;
  nbt_status status;
  std::function<void(const Handle&)> end;  // called in the callback
};

const std::vector<Ending> endings = {
    {"an exception", NBT_ERROR_INTERNAL, [](const Handle&) { throw std::runtime_error("the caller has enough"); }},
    {"nbt_cancel", NBT_ERROR_CANCELLED, [](const Handle& handle) { nbt_cancel(handle); }},
};

TEST(CudaChunks, ThatEndEarlyLeaveNothingUnderWay) {
  const Handle handle = tall_scene();
  set_slab_rows(handle, 7);
  const std::vector<float> expected = run<float>(handle);
  for (const Ending& ending : endings) {
    for (const std::int64_t chunk : {1, 5, 20}) {
      for (std::int64_t last = 0; last + chunk < tall_slow; last += 4 * chunk) {
        const Seeing see = [&](const nbt_rows& rows) {
          if (rows.first_row >= last) ending.end(handle);
        };
        const std::string what = std::string(ending.name) + " after row " + std::to_string(last);
        EXPECT_EQ(run_with(handle, chunk, see), ending.status) << what;
        EXPECT_EQ(freed_under_way(), 0) << what;
      }
    }
    EXPECT_TRUE(same_bits(run_chunked<float>(handle, 5).image, expected)) << "after " << ending.name;
  }
}

std::int32_t stop(const nbt_rows*, void*) {
  return 1;
}

TEST(CudaChunks, ThatTheCallerStopsLeaveNothingUnderWay) {
  const Handle handle = tall_scene();
  set_slab_rows(handle, 7);
  EXPECT_EQ(nbt_run_chunked(handle, 5, NBT_FLOAT32, stop, nullptr), NBT_ERROR_CANCELLED);
  EXPECT_EQ(freed_under_way(), 0);
}

TEST(CudaChunks, OnACardThatIsLostAtAnyPointEndInAnErrorAfterRightRows) {
  const std::vector<float> expected = run<float>(tall_scene());
  int failures = 0;
  constexpr int most_calls = 120;
  for (int calls = 0; calls < most_calls; ++calls) {
    const Handle handle = tall_scene();
    set_slab_rows(handle, 7);
    Collected<float> collected;
    const Variable fails("NBT_CUDA_HOST_FAILS", calls);
    const nbt_status status = nbt_run_chunked(handle, 5, NBT_FLOAT32, Collected<float>::add, &collected);
    const std::vector<float> rows(expected.begin(),
                                  expected.begin() + static_cast<std::ptrdiff_t>(collected.image.size()));
    EXPECT_TRUE(same_bits(collected.image, rows)) << "after " << calls << " calls";
    if (status == NBT_OK) continue;
    ++failures;
    EXPECT_EQ(status, NBT_ERROR_DEVICE) << "after " << calls << " calls: " << handle.error();
    EXPECT_NE(handle.error().find("cuda:0 failed while"), std::string::npos) << handle.error();
  }
  EXPECT_GE(failures, 20);
  EXPECT_LT(failures, most_calls) << "the run never got through";
}

// Below the C interface, which has one panel and asks for what it announced.

constexpr std::int64_t panel_fast = 60;
constexpr std::int64_t panel_slow = 40;

std::shared_ptr<const nbt::Plan> two_panels() {
  nbt::Parameters parameters;
  parameters.set_text("crystal.cell_lengths_A", "61 72 83");
  parameters.set_text("crystal.misset_deg", "10 20 30");
  parameters.set_text("crystal.cells", "4 5 6");
  parameters.set_text("structure_factors.default_F", "100");
  parameters.set_text("detector.pixels", std::to_string(panel_fast) + " " + std::to_string(panel_slow));
  parameters.set_text("detector.pixel_size_mm", "1");
  parameters.set_text("sampling.oversample", "1");
  nbt::Scene scene = nbt::resolve(parameters, {});
  nbt::Panel second = scene.panels.front();
  second.origin_m = second.origin_m + nbt::Vector3{0, 0.06, 0};
  second.slow_count = 25;
  second.region.slow_last = 24;
  scene.panels.push_back(second);
  return nbt::make_plan(std::move(scene));
}

struct Request {
  std::int32_t panel;
  std::int64_t first_row, row_count, rows_to_come;
};

class PanelRows {
 public:
  explicit PanelRows(std::shared_ptr<const nbt::Plan> plan) : plan_(std::move(plan)) {
    options_.device_memory_bytes = 4000;  // slabs of a few rows
  }

  std::vector<float> of(const Request& request, std::shared_ptr<void>* kept = nullptr) const {
    std::vector<float> pixels(static_cast<std::size_t>(request.row_count * panel_fast), -1.0F);
    nbt::RenderRequest asked;
    asked.panel = request.panel;
    asked.first_row = request.first_row;
    asked.row_count = request.row_count;
    asked.pixels = pixels.data();
    asked.row_stride = panel_fast;
    asked.rows_to_come = request.rows_to_come;
    asked.kept = kept;
    device_->render(*plan_, asked, options_, {});
    return pixels;
  }
  std::int64_t device_bytes() const {
    return device_->device_bytes(*plan_, nbt::PixelType::float32, panel_slow, options_);
  }
  const nbt::Plan& plan() const { return *plan_; }
  const nbt::Device& device() const { return *device_; }
  const nbt::RenderOptions& options() const { return options_; }

 private:
  std::shared_ptr<const nbt::Plan> plan_;
  std::shared_ptr<const nbt::Device> device_ = nbt::find_device("cuda");
  nbt::RenderOptions options_;
};

TEST(CudaChunks, OtherThanAnnouncedAreRightAllTheSame) {
  const PanelRows one_by_one(two_panels());
  const std::vector<Request> requests = {
      {0, 0, 3, 30},                   //
      {0, 3, 4, 26},                   // as announced
      {0, 20, 4, 9},                   // further on, to the same end
      {0, 2, 4, 27},                   // back, to the same end
      {0, 6, 4, 15},                   // fewer to come
      {1, 10, 4, 11},                  // the same rows of another panel
      {0, 14, 4, 7},                   // the same of the first again
      {0, 18, 4, 18},                  // more to come
      {0, 22, 0, 18}, {0, 22, 18, 0},  // none, and the last
      {0, 0, 2, 38},                   // let go with rows under way
  };
  std::vector<std::vector<float>> expected;
  for (const Request& request : requests) {
    expected.push_back(one_by_one.of({request.panel, request.first_row, request.row_count, 0}));
  }
  const PanelRows rows(two_panels());
  peak_bytes(0);
  const std::int64_t others = peak_bytes(0);  // of the other plan
  {
    std::shared_ptr<void> kept;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_TRUE(same_bits(rows.of(requests[i], &kept), expected[i])) << "request " << i;
      EXPECT_EQ(freed_under_way(), 0) << "request " << i;
      const bool more = requests[i].rows_to_come > 0;
      EXPECT_EQ(kept != nullptr, more) << "request " << i;
      EXPECT_LE(peak_bytes(0) - others, rows.device_bytes()) << "request " << i;
    }
  }
  EXPECT_EQ(freed_under_way(), 0) << "let go";
}

TEST(CudaChunks, BeyondThePanelAreRefused) {
  const PanelRows rows(two_panels());
  std::shared_ptr<void> kept;
  EXPECT_THROW(rows.of({0, 0, 3, 38}, &kept), nbt::Error);
  EXPECT_THROW(rows.of({0, 0, 3, -1}, &kept), nbt::Error);
  EXPECT_EQ(kept, nullptr);
}

TEST(CudaChunks, OfSeveralPanelsComeInOrder) {
  const PanelRows rows(two_panels());
  for (const std::int64_t chunk : {1, 6, 25, 40}) {
    std::vector<std::vector<float>> panels(2);
    nbt::RunHooks hooks;
    hooks.rows = [&](const nbt::FinishedRows& finished) {
      const auto* pixels = static_cast<const float*>(finished.pixels);
      std::vector<float>& panel = panels[static_cast<std::size_t>(finished.panel)];
      panel.insert(panel.end(), pixels, pixels + finished.row_count * finished.fast_count);
    };
    run_chunked({rows.plan(), rows.device(), rows.options(), nbt::PixelType::float32}, chunk, hooks);
    EXPECT_TRUE(same_bits(panels[0], rows.of({0, 0, panel_slow, 0}))) << "chunks of " << chunk;
    EXPECT_TRUE(same_bits(panels[1], rows.of({1, 0, 25, 0}))) << "chunks of " << chunk;
  }
}

}  // namespace
