// How many threads a request gets, and that it changes no bit.
#include "cpu/thread_choice.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <cstring>

#include "cpu/simd_targets.hpp"
#include "cpu/tile_loop.hpp"
#include "device/device.hpp"

namespace nbt {
namespace {

std::shared_ptr<const Plan> plan_of(const char* pixels, const char* domains, const char* precision = "single") {
  Parameters parameters;
  parameters.set_text("crystal.cell_lengths_A", "70 80 90");
  parameters.set_text("crystal.cells", "10 10 10");
  parameters.set_text("crystal.mosaic_spread_deg", "1");
  parameters.set_text("crystal.mosaic_domains", domains);
  parameters.set_text("structure_factors.default_F", "100");
  parameters.set_text("detector.pixels", pixels);
  parameters.set_text("sampling.oversample", "1");
  parameters.set_text("precision.mode", precision);
  return make_plan(resolve(parameters, {}));
}

TEST(Threads, ASmallImageIsRenderedByOne) {
  EXPECT_EQ(thread_count(*plan_of("64 64", "1"), 0, 8), 1);
  EXPECT_EQ(thread_count(*plan_of("64 64", "10"), 0, 8), 1);
}

TEST(Threads, ALargeImageIsRenderedByAllThatAreAllowed) {
  for (const int limit : {1, 2, 8, 64}) {
    EXPECT_EQ(thread_count(*plan_of("4096 4096", "10"), 0, limit), limit) << "limit: " << limit;
  }
  EXPECT_EQ(thread_count(*plan_of("64 64", "10000"), 0, 8), 8);
}

TEST(Threads, AChunkGetsNoMoreThanThePanelAndAtLeastOne) {
  const auto plan = plan_of("1024 1024", "10");
  const int whole = thread_count(*plan, 0, 8);
  int before = 1;
  for (const std::int64_t rows : {1, 8, 64, 1024}) {
    const int threads = thread_count(*plan, {0, 0, rows}, 8);
    EXPECT_GE(threads, before) << "rows: " << rows;
    EXPECT_LE(threads, whole) << "rows: " << rows;
    before = threads;
  }
  EXPECT_EQ(before, whole);
}

TEST(Threads, RowsOutsideTheRegionAreNoReasonForMore) {
  Scene scene = plan_of("1024 1024", "100")->scene;
  scene.panels.front().region = {0, 1023, 0, 511};
  const auto plan = make_plan(std::move(scene));
  EXPECT_GT(thread_count(*plan, {0, 0, 64}, 8), 1);
  EXPECT_EQ(thread_count(*plan, {0, 600, 64}, 8), 1);
}

TEST(Threads, TheLimitIsWhatWasAskedForOrWhatOpenMpSaysWithinReason) {
  EXPECT_EQ(thread_limit(3), 3);
  const int before = omp_get_max_threads();
  omp_set_num_threads(5);
  EXPECT_EQ(thread_limit(0), 5);
  omp_set_num_threads(1000000);  // as OMP_NUM_THREADS may say
  EXPECT_EQ(thread_limit(0), most_threads);
  omp_set_num_threads(before);
}

std::vector<float> rendered_by(const Plan& plan, int threads) {
  const Panel& panel = plan.scene.panels.front();
  std::vector<float> pixels(static_cast<std::size_t>(panel.fast_count * panel.slow_count), -1.0f);
  const RenderRequest request{0, 0, panel.slow_count, PixelType::float32, pixels.data(), panel.fast_count};
  const auto renderer = plan.scene.precision == Precision::exact ? make_exact_renderer(plan)
                                                                 : make_vector_renderer(plan, find_simd_target("auto"));
  render_tiles(plan, request, *renderer, threads, {});
  return pixels;
}

// However little there is to do: the choice above would leave small images to one thread.
TEST(Threads, ChangeNoBit) {
  for (const char* precision : {"single", "double", "exact"}) {
    const auto plan = plan_of("301 23", "3", precision);
    const std::vector<float> one = rendered_by(*plan, 1);
    for (const int threads : {2, 3, 8, 100}) {
      const std::vector<float> image = rendered_by(*plan, threads);
      EXPECT_EQ(std::memcmp(image.data(), one.data(), one.size() * sizeof(float)), 0)
          << precision << ", threads: " << threads;
    }
  }
}

}  // namespace
}  // namespace nbt
