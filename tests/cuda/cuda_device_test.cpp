// The CUDA device through the C interface: rows in slabs, devices by number, limits, and cards that fail.
#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "host_card.hpp"

namespace {

using namespace nbt::test;

TEST(CudaDevice, GivesTheSameBitsInSlabsOfAnySize) {
  const Handle handle = on_device("cuda", true);
  const std::vector<double> whole = run<double>(handle);
  EXPECT_TRUE(same_bits(run_chunked<double>(handle, 7).image, whole)) << "chunks of 7 rows";
  handle.set("limits.device_memory_bytes", 100e3);  // a few rows a slab
  EXPECT_TRUE(same_bits(run<double>(handle), whole)) << "slabs of a few rows";
}

TEST(CudaDevice, LeavesTheGapsBetweenRowsAlone) {
  const Handle handle = on_device("cuda", false);
  const std::vector<float> image = run(handle);
  constexpr std::int64_t stride = small_fast + 3;
  std::vector<float> wide(static_cast<std::size_t>(stride * small_slow), -5.0F);
  ASSERT_EQ(nbt_run(handle, 0, NBT_FLOAT32, wide.data(), stride * small_slow, stride), NBT_OK) << handle.error();
  for (std::int64_t slow = 0; slow < small_slow; ++slow) {
    for (std::int64_t fast = 0; fast < stride; ++fast) {
      const float expected = fast < small_fast ? image[static_cast<std::size_t>(slow * small_fast + fast)] : -5.0F;
      ASSERT_EQ(wide[static_cast<std::size_t>(slow * stride + fast)], expected) << slow << ", " << fast;
    }
  }
}

TEST(CudaDevice, IsOneOfSeveralThatRunAtOnce) {
  const std::vector<float> expected = run(on_device("cuda:0", true));
  std::vector<std::vector<float>> images(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < images.size(); ++i) {
    threads.emplace_back([&images, i] { images[i] = run(on_device(i % 2 ? "cuda:1" : "cuda:0", true)); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& image : images) EXPECT_TRUE(same_bits(image, expected));
}

TEST(CudaDevice, ThatDoesNotExistIsAnErrorThatListsThoseThatDo) {
  const Handle handle = on_device("cuda:2", false);
  std::vector<float> image(static_cast<std::size_t>(small_fast * small_slow));
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), small_fast * small_slow, small_fast), NBT_ERROR_DEVICE);
  for (const char* part : {"'cuda:2'", "cuda:0", "cuda:1"}) {
    EXPECT_NE(handle.error().find(part), std::string::npos) << handle.error();
  }
}

struct Refused {
  const char* parameter;
  const char* value;
  const char* named;
};

TEST(CudaDevice, RefusesByNameWhatItCannotDo) {
  for (const Refused& refused : {Refused{"execution.simd_target", "AVX2", "execution.simd_target"},
                                 Refused{"precision.mode", "exact", "precision.mode"}}) {
    const Handle handle = on_device("cuda:1", false);
    handle.set_text(refused.parameter, refused.value);
    std::vector<float> image(static_cast<std::size_t>(small_fast * small_slow));
    EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), small_fast * small_slow, small_fast), NBT_ERROR_UNSUPPORTED)
        << refused.parameter;
    EXPECT_NE(handle.error().find(refused.named), std::string::npos) << handle.error();
    EXPECT_NE(handle.error().find("cuda:1"), std::string::npos) << handle.error();
  }
}

TEST(CudaDevice, TakesNoMoreMemoryThanEstimated) {
  for (const double limit : {0.0, 100e3}) {
    const Handle handle = on_device("cuda:1", true);
    handle.set("limits.device_memory_bytes", limit);
    const double estimated = estimate_of(handle, 0).device_bytes;
    peak_bytes(1);
    run_chunked<float>(handle, 0);
    const auto taken = static_cast<double>(peak_bytes(1));
    EXPECT_LE(taken, estimated) << "limit " << limit;
    EXPECT_GE(taken, 0.9 * estimated) << "limit " << limit;
    if (limit > 0) {
      EXPECT_LE(taken, limit);
    }
  }
}

TEST(CudaDevice, WithoutMemoryIsAnErrorAndTheHandleGoesOn) {
  const Handle handle = on_device("cuda:1", true);
  std::vector<float> image(static_cast<std::size_t>(large_fast * large_slow));
  {
    const Variable little("NBT_CUDA_HOST_MEMORY_BYTES", 1000);
    EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), large_fast * large_slow, large_fast),
              NBT_ERROR_OUT_OF_MEMORY);
    EXPECT_NE(handle.error().find("cuda:1"), std::string::npos) << handle.error();
  }
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), large_fast * large_slow, large_fast), NBT_OK)
      << handle.error();
}

TEST(CudaDevice, ThatIsLostAtAnyPointIsAnErrorAndTheCpuGoesOn) {
  const std::vector<float> expected = run(on_device("cpu", false));
  int failures = 0;
  for (int calls = 0; calls < 40; ++calls) {
    const Handle handle = on_device("cuda:0", false);
    std::vector<float> image(static_cast<std::size_t>(small_fast * small_slow));
    {
      const Variable fails("NBT_CUDA_HOST_FAILS", calls);
      const nbt_status status = nbt_run(handle, 0, NBT_FLOAT32, image.data(), small_fast * small_slow, small_fast);
      if (status == NBT_OK) continue;
      ++failures;
      EXPECT_EQ(status, NBT_ERROR_DEVICE) << "after " << calls << " calls: " << handle.error();
      EXPECT_NE(handle.error().find("cuda:0 failed while"), std::string::npos) << handle.error();
    }
    handle.set_text("execution.device", "cpu");
    EXPECT_TRUE(same_bits(run(handle), expected)) << "on the CPU after " << calls << " calls";
  }
  EXPECT_GE(failures, 10);
  EXPECT_LT(failures, 40) << "the run never got through";
}

TEST(CudaDevice, StopsWhenItIsCancelled) {
  const Handle handle = on_device("cuda", true);
  handle.set("limits.device_memory_bytes", 100e3);
  Canceller canceller{handle, 0.1};
  ASSERT_EQ(nbt_set_progress_callback(handle, cancel_late, &canceller), NBT_OK) << handle.error();
  std::vector<float> image(static_cast<std::size_t>(large_fast * large_slow));
  EXPECT_EQ(nbt_run(handle, 0, NBT_FLOAT32, image.data(), large_fast * large_slow, large_fast), NBT_ERROR_CANCELLED);
}

}  // namespace
