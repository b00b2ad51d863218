// Images that stay in the device's memory: the bits of nbt_run, nothing beside them, and errors that name what is
// wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "device/runs.hpp"
#include "host_card.hpp"
#include "model/scene.hpp"

namespace {

using namespace nbt::test;

constexpr double untouched = -5;

// The caller's memory of a device, or managed memory (device -1), which this test can look into.
template <class Pixel>
class CardMemory {
 public:
  CardMemory(int device, std::int64_t count) : count_(count) {
    auto* allocate = host_function<void*(int, std::int64_t)>("nbt_cuda_on_host_allocate");
    pixels_ = static_cast<Pixel*>(allocate(device, count * static_cast<std::int64_t>(sizeof(Pixel))));
    std::fill_n(pixels_, count, Pixel(untouched));
  }
  ~CardMemory() { host_function<void(void*)>("nbt_cuda_on_host_free")(pixels_); }
  CardMemory(const CardMemory&) = delete;
  CardMemory& operator=(const CardMemory&) = delete;

  Pixel* get() const { return pixels_; }
  std::vector<Pixel> all() const { return {pixels_, pixels_ + count_}; }

 private:
  std::int64_t count_;
  Pixel* pixels_ = nullptr;
};

void* stream_of(int device) {
  return host_function<void*(int)>("nbt_cuda_on_host_stream")(device);
}

std::int64_t waits_for(void* stream) {
  return host_function<std::int64_t(void*)>("nbt_cuda_on_host_waits")(stream);
}

template <class Pixel>
nbt_device_image image_in(const CardMemory<Pixel>& memory, std::int64_t row_stride = 0, void* stream = nullptr) {
  nbt_device_image image{};
  image.struct_size = sizeof image;
  image.pixel_type = pixel_type<Pixel>();
  image.pixels = memory.get();
  image.capacity = static_cast<std::int64_t>(memory.all().size());
  image.row_stride = row_stride;
  image.stream = stream;
  return image;
}

template <class Pixel>
std::vector<Pixel> run_to_device(const Handle& handle, int device = 0) {
  std::int64_t fast = 0, slow = 0;
  EXPECT_EQ(nbt_get_image_size(handle, 0, &fast, &slow), NBT_OK) << handle.error();
  const CardMemory<Pixel> memory(device, fast * slow);
  const nbt_device_image image = image_in(memory);
  EXPECT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  return memory.all();
}

void set_mask(const Handle& handle, std::int64_t fast, std::int64_t slow) {
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(fast * slow));
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 5 != 2;
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), fast, slow), NBT_OK) << handle.error();
}

// Reflections around the origin alone: tricubic interpolation of the reference ends at the first pixel beyond.
void set_few_reflections(const Handle& handle) {
  const std::int32_t first[3] = {-5, -5, -5}, last[3] = {5, 5, 5};
  std::vector<double> F(11 * 11 * 11);
  for (std::size_t i = 0; i < F.size(); ++i) F[i] = 10.0 + static_cast<double>(i % 17);
  ASSERT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
}

struct Scene {
  const char* name;
  std::function<void(const Handle&)> change;
};

const Scene scenes[] = {
    {"plain", [](const Handle&) {}},
    {"region and mask",
     [](const Handle& handle) {
       ASSERT_EQ(nbt_set_roi(handle, 100, 900, 50, 600), NBT_OK) << handle.error();
       set_mask(handle, large_fast, large_slow);
     }},
    {"stale orientation at phi = 0",
     [](const Handle& handle) {
       handle.set_text("phi_carryover.mode", "c-parity");
       handle.set("phi_carryover.threads", 3);
       handle.set("goniometer.phi_range_deg", 2);
       handle.set("goniometer.phi_steps", 3);
     }},
    {"end of interpolation",
     [](const Handle& handle) {
       handle.set_text("compat.tokens", "interp-latch");
       handle.set_text("structure_factors.interpolation", "tricubic");
       set_few_reflections(handle);
     }},
};

TEST(DeviceImage, HasTheBitsOfARunToTheHost) {
  for (const Scene& scene : scenes) {
    for (const char* precision : {"single", "double"}) {
      const Handle handle = on_device("cuda:1", true);
      handle.set_text("precision.mode", precision);
      scene.change(handle);
      EXPECT_TRUE(same_bits(run_to_device<float>(handle, 1), run<float>(handle)))
          << scene.name << ", " << precision << ", float32";
      EXPECT_TRUE(same_bits(run_to_device<double>(handle, 1), run<double>(handle)))
          << scene.name << ", " << precision << ", float64";
    }
  }
}

// Otherwise the test above would show nothing of them.
TEST(DeviceImage, SpecialPixelsAreAmongTheScenes) {
  const auto report_of = [](const Scene& scene) {
    const Handle handle = on_device("cpu", true);
    scene.change(handle);
    return handle.report();
  };
  EXPECT_EQ(report_of(scenes[2]).find("\"first_sweep_pixels\": []"), std::string::npos);
  EXPECT_EQ(report_of(scenes[3]).find("\"interpolation_off_at\": null"), std::string::npos);
}

TEST(DeviceImage, LeavesTheGapsBetweenRowsAlone) {
  const Handle handle = on_device("cuda", true);
  const std::vector<double> expected = run<double>(handle);
  constexpr std::int64_t stride = large_fast + 5;
  const CardMemory<double> memory(0, stride * large_slow + 7);
  const nbt_device_image image = image_in(memory, stride);
  ASSERT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  const std::vector<double> found = memory.all();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(found.size()); ++i) {
    const std::int64_t slow = i / stride, fast = i % stride;
    const bool is_pixel = slow < large_slow && fast < large_fast;
    const double wanted = is_pixel ? expected[static_cast<std::size_t>(slow * large_fast + fast)] : untouched;
    ASSERT_EQ(found[static_cast<std::size_t>(i)], wanted) << "row " << slow << ", element " << fast;
  }
}

TEST(DeviceImage, OfOneRowMayHaveAnyStride) {
  const Handle handle = on_device("cuda:1", false);
  handle.set("detector.pixels", {static_cast<double>(small_fast), 1});
  const CardMemory<double> memory(1, small_fast);
  const nbt_device_image image = image_in(memory, std::numeric_limits<std::int64_t>::max());
  ASSERT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  EXPECT_TRUE(same_bits(memory.all(), run<double>(handle)));
}

TEST(DeviceImage, MayLieInManagedMemory) {
  const Handle handle = on_device("cuda:1", false);
  EXPECT_TRUE(same_bits(run_to_device<float>(handle, -1), run(handle)));
}

// Detectors of several panels cannot be described yet; devices and runs know them.
TEST(DeviceImage, IsThatOfItsPanel) {
  nbt::Parameters parameters;
  for (const auto& [name, text] : {std::pair{"detector.pixels", "60 40"},
                                   {"crystal.cell_lengths_A", "61 72 83"},
                                   {"crystal.cells", "4 5 6"},
                                   {"structure_factors.default_F", "100"}}) {
    parameters.set_text(name, text);
  }
  nbt::Scene scene = nbt::resolve(parameters, {});
  nbt::Panel second = scene.panels.front();
  second.fast_count = second.slow_count = 30;
  second.region = {3, 25, 2, 28};
  second.origin_m.x += 0.01;
  scene.panels.push_back(second);
  const auto plan = nbt::make_plan(std::move(scene));
  const auto device = nbt::find_device("cuda");
  for (std::int32_t panel = 0; panel < 2; ++panel) {
    const nbt::Panel& geometry = plan->scene.panels[static_cast<std::size_t>(panel)];
    std::vector<float> expected(static_cast<std::size_t>(geometry.fast_count * geometry.slow_count));
    nbt::RenderRequest request;
    request.panel = panel;
    request.row_count = geometry.slow_count;
    request.pixels = expected.data();
    request.row_stride = geometry.fast_count;
    device->render(*plan, request, {}, {});
    const CardMemory<float> memory(0, geometry.fast_count * geometry.slow_count);
    const nbt::InPlaceRequest in_place{panel, nbt::PixelType::float32, memory.get(), geometry.fast_count, nullptr};
    device->require_in_place(*plan, in_place);
    device->render_in_place(*plan, in_place, {}, {});
    EXPECT_TRUE(same_bits(memory.all(), expected)) << "panel " << panel;
  }
}

TEST(DeviceImage, IsCompleteInTheCallersStream) {
  const Handle handle = on_device("cuda:1", true);
  const CardMemory<double> memory(1, large_fast * large_slow);
  const nbt_device_image image = image_in(memory, 0, stream_of(1));
  const std::int64_t waits = waits_for(stream_of(1));
  ASSERT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  EXPECT_GT(waits_for(stream_of(1)), waits);
  EXPECT_TRUE(same_bits(memory.all(), run<double>(handle)));
}

TEST(DeviceImage, TakesTheTablesOfThePlanAlone) {
  const Handle handle = on_device("cuda:1", true);
  const CardMemory<float> memory(1, large_fast * large_slow);
  const nbt_device_image image = image_in(memory);
  peak_bytes(1);
  ASSERT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  const std::int64_t tables = peak_bytes(1);
  EXPECT_GT(tables, 0);
  EXPECT_LT(tables, 10000) << "one orientation, one source, no table of structure factors";

  run<float>(handle);
  EXPECT_GT(peak_bytes(1), tables) << "slabs";
  ASSERT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  peak_bytes(1);
  EXPECT_EQ(peak_bytes(1), tables) << "slabs of the run before are still there";

  handle.set("limits.device_memory_bytes", static_cast<double>(tables));
  EXPECT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
  handle.set("limits.device_memory_bytes", static_cast<double>(tables - 1));
  EXPECT_EQ(nbt_run_to_device(handle, 0, &image), NBT_ERROR_MEMORY_LIMIT);
  for (const std::string& part : {std::string("cuda:1"), std::to_string(tables), std::to_string(tables - 1)}) {
    EXPECT_NE(handle.error().find(part), std::string::npos) << handle.error();
  }
}

TEST(DeviceImage, HasNoStatisticsInTheReport) {
  const Handle handle = on_device("cuda:1", false);
  run<float>(handle);
  run_to_device<double>(handle, 1);
  const std::string report = handle.report();
  for (const char* part : {"\"panels\": []", "\"device\": \"cuda:1\"", "\"pixel_type\": \"float64\""}) {
    EXPECT_NE(report.find(part), std::string::npos) << part << " is not in " << report.substr(report.find("last_run"));
  }
}

// A call that cannot be right, and what its message names.
struct Mistake {
  const char* name;
  std::function<void(nbt_device_image&)> make;
  nbt_status status;
  std::vector<std::string> named;
};

TEST(DeviceImage, ThatIsWrongIsRefusedByNameAndNothingIsWritten) {
  const Handle handle = on_device("cuda:1", false);
  constexpr std::int64_t pixels = small_fast * small_slow;
  const CardMemory<float> memory(1, pixels), others(0, pixels);
  std::vector<float> of_host(pixels);
  const Mistake mistakes[] = {
      {"no pixels", [](auto& i) { i.pixels = nullptr; }, NBT_ERROR_INVALID_ARGUMENT, {"image->pixels"}},
      {"no type", [](auto& i) { i.pixel_type = NBT_INT32; }, NBT_ERROR_INVALID_ARGUMENT, {"pixel_type is 3"}},
      {"no size", [](auto& i) { i.struct_size = 0; }, NBT_ERROR_INVALID_ARGUMENT, {"image->struct_size is 0"}},
      {"too few", [](auto& i) { --i.capacity; }, NBT_ERROR_WRONG_LENGTH, {"capacity is 390", "391"}},
      {"narrow", [](auto& i) { i.row_stride = 22; }, NBT_ERROR_OUT_OF_RANGE, {"row_stride is 22", "23"}},
      {"backwards", [](auto& i) { i.row_stride = -23; }, NBT_ERROR_OUT_OF_RANGE, {"row_stride is -23"}},
      {"host", [&](auto& i) { i.pixels = of_host.data(); }, NBT_ERROR_INVALID_ARGUMENT, {"not memory", "nbt_run "}},
      {"other card", [&](auto& i) { i.pixels = others.get(); }, NBT_ERROR_INVALID_ARGUMENT, {"cuda:0", "cuda:1"}},
      {"crooked",
       [&](auto& i) { i.pixels = static_cast<char*>(i.pixels) + 2; },
       NBT_ERROR_INVALID_ARGUMENT,
       {"multiple of 4"}},
      {"double", [](auto& i) { i.pixel_type = NBT_FLOAT64; }, NBT_ERROR_INVALID_ARGUMENT, {"capacity", "3127 bytes"}},
      {"stream", [](auto& i) { i.stream = stream_of(0); }, NBT_ERROR_INVALID_ARGUMENT, {"stream", "cuda:0", "cuda:1"}},
  };
  for (const Mistake& mistake : mistakes) {
    nbt_device_image image = image_in(memory);
    mistake.make(image);
    nbt_cancel(handle);  // a call that is refused before it starts leaves it standing
    EXPECT_EQ(nbt_run_to_device(handle, 0, &image), mistake.status) << mistake.name << ": " << handle.error();
    for (const std::string& part : mistake.named) {
      EXPECT_NE(handle.error().find(part), std::string::npos) << mistake.name << ": " << handle.error();
    }
    const nbt_device_image right = image_in(memory);
    EXPECT_EQ(nbt_run_to_device(handle, 0, &right), NBT_ERROR_CANCELLED) << mistake.name;
  }
  EXPECT_EQ(nbt_run_to_device(handle, 0, nullptr), NBT_ERROR_INVALID_ARGUMENT);
  const nbt_device_image right = image_in(memory);
  EXPECT_EQ(nbt_run_to_device(handle, 1, &right), NBT_ERROR_OUT_OF_RANGE);
  EXPECT_NE(handle.error().find("panel 1"), std::string::npos) << handle.error();
  for (const CardMemory<float>* card : {&memory, &others}) {
    EXPECT_TRUE(same_bits(card->all(), std::vector<float>(pixels, untouched)));
  }
}

TEST(DeviceImage, StopsWhenItIsCancelled) {
  const Handle handle = on_device("cuda", true);
  struct Watch {
    nbt_simulation* handle;
    std::vector<double> fractions;
  } watch{handle, {}};
  const auto cancel_at_once = [](double fraction_done, void* user) {
    auto& watching = *static_cast<Watch*>(user);
    watching.fractions.push_back(fraction_done);
    nbt_cancel(watching.handle);
  };
  ASSERT_EQ(nbt_set_progress_callback(handle, cancel_at_once, &watch), NBT_OK) << handle.error();
  const CardMemory<double> memory(0, large_fast * large_slow);
  const nbt_device_image image = image_in(memory);
  EXPECT_EQ(nbt_run_to_device(handle, 0, &image), NBT_ERROR_CANCELLED);
  ASSERT_EQ(watch.fractions.size(), std::size_t{1});
  EXPECT_GT(watch.fractions.front(), 0);
  EXPECT_LT(watch.fractions.front(), 1);
  EXPECT_EQ(memory.all().back(), untouched) << "the last row was rendered";
}

TEST(DeviceImage, OfACardThatIsLostAtAnyPointIsAnErrorAndTheHandleGoesOn) {
  const std::vector<float> expected = run(on_device("cuda:0", false));
  int failures = 0;
  for (int calls = 0; calls < 40; ++calls) {
    const Handle handle = on_device("cuda:0", false);
    const CardMemory<float> memory(0, small_fast * small_slow);
    const nbt_device_image image = image_in(memory, 0, stream_of(0));
    {
      const Variable fails("NBT_CUDA_HOST_FAILS", calls);
      const nbt_status status = nbt_run_to_device(handle, 0, &image);
      if (status == NBT_OK) continue;
      ++failures;
      EXPECT_EQ(status, NBT_ERROR_DEVICE) << "after " << calls << " calls: " << handle.error();
      EXPECT_NE(handle.error().find("cuda:0 failed while"), std::string::npos) << handle.error();
    }
    EXPECT_EQ(nbt_run_to_device(handle, 0, &image), NBT_OK) << handle.error();
    EXPECT_TRUE(same_bits(memory.all(), expected)) << "again after " << calls << " calls";
  }
  EXPECT_GE(failures, 10);
  EXPECT_LT(failures, 40) << "the run never got through";
}

}  // namespace
