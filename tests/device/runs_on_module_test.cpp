// The C interface with a module as it should be: which device runs, how it fails, what its memory limit does.
#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "../capi/handle.hpp"
#include "device/device.hpp"
#include "fake_device.hpp"

namespace {

using namespace nbt::test;

// Before anything asks for a device.
class UseTheGoodModule : public testing::Environment {
 public:
  void SetUp() override { setenv("NBT_CUDA_MODULE", NBT_FAKE_MODULES "/good_module.so", 1); }
};
const testing::Environment* const environment = testing::AddGlobalTestEnvironment(new UseTheGoodModule);

struct Image {
  nbt_status status = NBT_OK;
  std::vector<float> pixels;
};

Image render(const Handle& handle) {
  Image image;
  image.pixels.assign(static_cast<std::size_t>(small_fast * small_slow), -1.0F);
  image.status = nbt_run(handle, 0, NBT_FLOAT32, image.pixels.data(), small_fast * small_slow, small_fast);
  return image;
}

bool is_of_the_fake(const Image& image) {
  return std::all_of(image.pixels.begin(), image.pixels.end(), [](float pixel) { return pixel == fake_pixel; });
}

Handle on_device(const char* name) {
  Handle handle;
  describe_small_scene(handle);
  handle.set_text("execution.device", name);
  return handle;
}

void expect_in(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
}

std::int32_t note_rows(const nbt_rows* rows, void* user) {
  *static_cast<std::int64_t*>(user) = std::max(*static_cast<std::int64_t*>(user), rows->row_count);
  return 0;
}

struct ChunkedRun {
  nbt_status status = NBT_OK;
  std::int64_t rows = 0;  // of the largest chunk
};

ChunkedRun render_in_chunks(const Handle& handle, std::int64_t rows_per_chunk) {
  ChunkedRun run;
  run.status = nbt_run_chunked(handle, rows_per_chunk, NBT_FLOAT32, note_rows, &run.rows);
  return run;
}

// First in the file, so that it meets a list that nobody has asked for yet when the whole program runs.
TEST(DeviceList, IsMadeOnceWhenManyThreadsAskFirst) {
  std::vector<std::shared_ptr<const nbt::Device>> found(16);
  std::vector<std::thread> threads;
  for (auto& device : found) {
    threads.emplace_back([&device, i = threads.size()] { device = nbt::find_device(i % 2 ? "auto" : "cuda:0"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& device : found) EXPECT_EQ(device, nbt::devices()[1]);
}

TEST(DeviceList, HasTheCpuFirstAndThenTheModules) {
  ASSERT_EQ(nbt_device_count(), 4);
  const char* const names[] = {"cpu", "cuda:0", "cuda:1", "cuda:2"};
  const char* const others[] = {"", "cuda:GPU-1b2c cuda:0000:65:00.0", "", ""};
  for (std::int32_t i = 0; i < 4; ++i) {
    nbt_device device{};
    device.struct_size = sizeof device;
    ASSERT_EQ(nbt_device_describe(i, &device), NBT_OK);
    EXPECT_STREQ(device.name, names[i]);
    EXPECT_STREQ(device.other_names, others[i]) << names[i];
    EXPECT_EQ(device.available, i != 2) << names[i];
    EXPECT_STREQ(device.reason, i == 2 ? "the fake card is switched off" : "") << names[i];
  }
}

TEST(RunOnModule, IsWhatEveryNameOfTheDeviceAndAutoGive) {
  for (const char* name : {"auto", "cuda", "cuda:0", "cuda:GPU-1b2c", "cuda:0000:65:00.0"}) {
    const Handle handle = on_device(name);
    const Image image = render(handle);
    EXPECT_EQ(image.status, NBT_OK) << name << ": " << handle.error();
    EXPECT_TRUE(is_of_the_fake(image)) << name;
    expect_in(handle.report(), {"\"device\": \"cuda:0\"", "fake card"});
  }
  const Handle handle = on_device("cpu");
  const Image image = render(handle);
  EXPECT_EQ(image.status, NBT_OK) << handle.error();
  EXPECT_FALSE(is_of_the_fake(image));
}

// The exception crosses from the module into libnbt.
TEST(RunOnModule, ThatFailsKeepsStatusAndMessageAndNeverFallsBack) {
  const Handle handle = on_device("cuda:2");
  EXPECT_EQ(render(handle).status, NBT_ERROR_DEVICE);
  EXPECT_EQ(handle.error(), "cuda:2 fell off the bus");
  handle.set_text("execution.simd_target", "AVX2");
  EXPECT_EQ(render(handle).status, NBT_ERROR_UNSUPPORTED);
  expect_in(handle.error(), {"execution.simd_target is 'AVX2'", "cuda:2"});
  handle.set_text("execution.simd_target", "auto");
  handle.set_text("execution.device", "cpu");
  EXPECT_EQ(render(handle).status, NBT_OK) << "the handle does not go on: " << handle.error();
}

TEST(RunOnModule, NeedsADeviceThatExistsAndIsAvailable) {
  const Handle off = on_device("cuda:1");
  EXPECT_EQ(render(off).status, NBT_ERROR_DEVICE);
  EXPECT_EQ(off.error(), "device 'cuda:1' is not available: the fake card is switched off");
  const Handle unknown = on_device("cuda:9");
  EXPECT_EQ(render(unknown).status, NBT_ERROR_DEVICE);
  expect_in(unknown.error(), {"'cuda:9'", "cpu (", "cuda:0 (fake card)"});
}

TEST(DeviceMemory, IsEstimatedForTheRunAsked) {
  const Handle handle = on_device("cuda:0");
  EXPECT_EQ(estimate_of(handle, 0, 0, NBT_RUN_WHOLE).device_bytes, fake_plan_bytes + small_slow * fake_bytes_per_row);
  EXPECT_EQ(estimate_of(handle, 3, 0, NBT_RUN_CHUNKED).device_bytes, fake_plan_bytes + 3 * fake_bytes_per_row);
  EXPECT_EQ(estimate_of(handle, 1000, 0, NBT_RUN_CHUNKED).device_bytes,
            fake_plan_bytes + small_slow * fake_bytes_per_row);
  handle.set_text("execution.device", "cpu");
  EXPECT_EQ(estimate_of(handle, 0, 0, NBT_RUN_WHOLE).device_bytes, 0);
}

TEST(DeviceMemory, LimitLetsAutomaticChunksFitAndRefusesLargerOnes) {
  const Handle handle = on_device("cuda:0");
  for (std::int64_t fitting = 1; fitting <= small_slow; ++fitting) {
    handle.set("limits.device_memory_bytes", static_cast<double>(fake_plan_bytes + fitting * fake_bytes_per_row));
    const nbt_memory_estimate memory = estimate_of(handle, 0, 0, NBT_RUN_CHUNKED);
    EXPECT_EQ(memory.largest_rows_per_chunk, fitting);
    EXPECT_EQ(memory.recommended_rows_per_chunk, fitting);
    EXPECT_EQ(memory.whole_image_fits, fitting == small_slow);
    const ChunkedRun automatic = render_in_chunks(handle, 0);
    EXPECT_EQ(automatic.status, NBT_OK) << handle.error();
    EXPECT_EQ(automatic.rows, fitting);
    EXPECT_EQ(render(handle).status, fitting == small_slow ? NBT_OK : NBT_ERROR_MEMORY_LIMIT) << fitting;
    const ChunkedRun larger = render_in_chunks(handle, fitting + 1);
    EXPECT_EQ(larger.status, fitting == small_slow ? NBT_OK : NBT_ERROR_MEMORY_LIMIT) << fitting;
  }
}

TEST(DeviceMemory, LimitNamesBothFiguresAndWhatWouldFit) {
  const Handle handle = on_device("cuda:0");
  handle.set("limits.device_memory_bytes", 1005500);
  const ChunkedRun run = render_in_chunks(handle, 8);
  EXPECT_EQ(run.status, NBT_ERROR_MEMORY_LIMIT);
  EXPECT_EQ(run.rows, 0) << "rows came before the refusal";
  expect_in(handle.error(), {"a chunk of 8 rows on device cuda:0", "1008000 bytes", "limits.device_memory_bytes",
                             "1005500 bytes", "has 5 rows"});
  EXPECT_EQ(render(handle).status, NBT_ERROR_MEMORY_LIMIT);
  expect_in(handle.error(), {"the whole image", "1017000 bytes", "in chunks", "5 rows"});
  handle.set("limits.device_memory_bytes", 1000);
  for (std::int64_t rows : {0, 1, 8}) {
    EXPECT_EQ(render_in_chunks(handle, rows).status, NBT_ERROR_MEMORY_LIMIT) << rows;
    expect_in(handle.error(), {"not even one row fits", "1001000 bytes", "1000 bytes", "device cpu"});
  }
  EXPECT_EQ(estimate_of(handle, 0, 0, NBT_RUN_CHUNKED).largest_rows_per_chunk, 0);
  handle.set_text("execution.device", "cpu");
  EXPECT_EQ(render(handle).status, NBT_OK) << "the CPU has no memory of its own: " << handle.error();
}

}  // namespace
