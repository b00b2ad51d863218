// Derivatives on the CUDA device: the same as the CPU's, the same bits for any chunks, within limits, and errors.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "derivatives.hpp"

namespace {

using namespace nbt::test;

double largest_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

// To a tolerance of the largest one.
void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], tolerance * largest_of(expected)) << what << ' ' << i;
  }
}

// Parameters differ by powers of ten in their units.
void expect_same_parameters(const Derivatives& found, const Derivatives& expected, double tolerance,
                            const std::string& what) {
  ASSERT_EQ(found.parameters.size(), expected.parameters.size()) << what;
  for (std::size_t i = 0; i < found.parameters.size(); ++i) {
    EXPECT_NEAR(found.parameters[i], expected.parameters[i], tolerance * std::fabs(expected.parameters[i]))
        << what << ", component " << i;
  }
}

TEST(CudaGradient, IsThatOfTheCpu) {
  const std::vector<double> weights = random_numbers(2700, 0.5, 1.5);
  const Wishes all{true, true, true};
  for (const char* shape : {"square", "round", "gauss"}) {
    for (const char* interpolation : {"nearest", "tricubic"}) {
      const Derivatives expected =
          differentiate(rich_scene("cpu", "double", shape, interpolation), loss_over(NBT_LOSS_WEIGHTS, weights), all);
      for (const char* precision : {"double", "single"}) {
        const std::string what = std::string(shape) + ' ' + interpolation + ' ' + precision;
        const Handle handle = rich_scene("cuda", precision, shape, interpolation);
        const Derivatives found = differentiate(handle, loss_over(NBT_LOSS_WEIGHTS, weights), all);
        ASSERT_EQ(found.status, NBT_OK) << what << ": " << handle.error();
        const bool in_double = std::string(precision) == "double";
        const double tolerance = in_double ? 1e-9 : 1e-5;
        EXPECT_NEAR(found.loss, expected.loss, tolerance * expected.loss) << what;
        if (in_double) expect_same_parameters(found, expected, 1e-6, what);
        expect_near(found.amplitudes, expected.amplitudes, tolerance, what + ", amplitude");
        expect_near(found.sources, expected.sources, tolerance, what + ", source");
        expect_near(found.orientations, expected.orientations, 10 * tolerance, what + ", orientation");
        EXPECT_GT(largest_of(found.amplitudes), 0) << what;
      }
    }
  }
}

TEST(CudaGradient, IsThatOfTheCpuForEveryLossAndType) {
  const Handle on_cpu = rich_scene("cpu", "double", "square", "nearest");
  const Handle on_cuda = rich_scene("cuda", "double", "square", "nearest");
  std::vector<double> data = run<double>(on_cpu);
  const std::vector<double> noise = random_numbers(data.size(), 0.5, 1.5);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = 1 + data[i] * noise[i];
  const std::vector<double> background(data.size(), 0.5);
  const std::vector<float> as_float(data.begin(), data.end());
  const std::vector<std::int32_t> as_int(data.begin(), data.end());
  for (const std::int32_t kind : {NBT_LOSS_LEAST_SQUARES, NBT_LOSS_GAUSSIAN, NBT_LOSS_POISSON}) {
    for (const std::int32_t type : std::initializer_list<std::int32_t>{NBT_FLOAT64, NBT_FLOAT32, NBT_INT32}) {
      nbt_loss loss = loss_over(kind, data);
      loss.data_type = type;
      if (type == NBT_FLOAT32) loss.data = as_float.data();
      if (type == NBT_INT32) loss.data = as_int.data();
      loss.background = background.data();
      loss.scale = 1.2;
      const Derivatives expected = differentiate(on_cpu, loss), found = differentiate(on_cuda, loss);
      const std::string what = "loss " + std::to_string(kind) + ", type " + std::to_string(type);
      ASSERT_EQ(found.status, NBT_OK) << what << ": " << on_cuda.error();
      EXPECT_NEAR(found.loss, expected.loss, 1e-9 * std::fabs(expected.loss)) << what;
      EXPECT_NEAR(found.by_scale, expected.by_scale, 1e-7 * std::fabs(expected.by_scale)) << what;
      expect_same_parameters(found, expected, 1e-5, what);
    }
  }
}

TEST(CudaGradient, OfAFastSceneIsThatOfSingle) {
  const std::vector<double> weights = random_numbers(2700, 0.5, 1.5);
  const nbt_loss loss = loss_over(NBT_LOSS_WEIGHTS, weights);
  const Derivatives single = differentiate(rich_scene("cuda", "single", "square", "nearest"), loss);
  const Derivatives fast = differentiate(rich_scene("cuda", "fast", "square", "nearest"), loss);
  ASSERT_EQ(fast.status, NBT_OK);
  expect_same_bits(fast, single, "fast and single");
}

TEST(CudaGradient, HasTheSameBitsForAnyChunksAndSlabs) {
  const Wishes all{true, true, true};
  for (const char* precision : {"double", "single"}) {
    const Handle handle = rich_scene("cuda", precision, "square", "nearest");
    const std::vector<double> data = random_numbers(2700, 0.5, 1.5);
    nbt_loss loss = loss_over(NBT_LOSS_LEAST_SQUARES, data);
    const Derivatives whole = differentiate(handle, loss, all);
    ASSERT_EQ(whole.status, NBT_OK) << handle.error();
    Rows rows{&data};
    loss.callback = hand_rows;
    loss.user = &rows;
    for (const std::int64_t rows_per_chunk : {1, 2, 8, 16, 128}) {
      loss.rows_per_chunk = rows_per_chunk;
      expect_same_bits(differentiate(handle, loss, all), whole, std::to_string(rows_per_chunk) + " rows");
    }
    const double needed = estimate_of(handle, 0, 0, NBT_RUN_GRADIENT).device_bytes;
    handle.set("limits.device_memory_bytes", needed - 20e3);  // shorter slabs
    expect_same_bits(differentiate(handle, loss),
                     differentiate(rich_scene("cuda", precision, "square", "nearest"), loss), "limited memory");
  }
}

nbt_memory_estimate gradient_estimate(const Handle& handle, bool amplitudes) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  request.run = NBT_RUN_GRADIENT;
  request.with_amplitudes = amplitudes ? 1 : 0;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  EXPECT_EQ(nbt_estimate_memory(handle, &request, &estimate), NBT_OK) << handle.error();
  return estimate;
}

TEST(CudaGradient, TakesNoMoreMemoryThanEstimated) {
  const std::vector<double> weights = random_numbers(2700, 0.5, 1.5);
  for (const bool amplitudes : {false, true}) {
    for (const double limit : {0.0, 8e6}) {
      const Handle handle = rich_scene("cuda:1", "double", "square", "nearest");
      run<double>(handle);  // leaves slabs behind
      handle.set("limits.device_memory_bytes", limit);
      const double estimated = gradient_estimate(handle, amplitudes).device_bytes;
      Wishes wishes;
      wishes.amplitudes = amplitudes;
      differentiate(handle, loss_over(NBT_LOSS_WEIGHTS, weights), wishes);
      peak_bytes(1);
      const Derivatives again = differentiate(handle, loss_over(NBT_LOSS_WEIGHTS, weights), wishes);
      ASSERT_EQ(again.status, NBT_OK) << handle.error();
      const auto taken = static_cast<double>(peak_bytes(1));
      EXPECT_LE(taken, estimated) << "limit " << limit;
      EXPECT_GE(taken, 0.9 * estimated) << "limit " << limit;
      if (limit > 0) {
        EXPECT_LE(taken, limit);
      }
    }
  }
}

TEST(CudaGradient, BeyondTheLimitOrWithoutMemoryIsAnErrorAndTheHandleGoesOn) {
  const std::vector<double> weights = random_numbers(static_cast<std::size_t>(small_fast * small_slow), 0.5, 1.5);
  const nbt_loss loss = loss_over(NBT_LOSS_WEIGHTS, weights);
  const Handle handle = on_device("cuda:1", false);
  handle.set("limits.device_memory_bytes", 5000);
  EXPECT_EQ(differentiate(handle, loss).status, NBT_ERROR_MEMORY_LIMIT);
  for (const char* part : {"derivatives on device cuda:1", "5000 bytes", "limits.device_memory_bytes"}) {
    EXPECT_NE(handle.error().find(part), std::string::npos) << handle.error();
  }
  EXPECT_EQ(gradient_estimate(handle, false).whole_image_fits, 0);
  handle.set("limits.device_memory_bytes", 0);
  {
    const Variable little("NBT_CUDA_HOST_MEMORY_BYTES", 20000);
    EXPECT_EQ(differentiate(handle, loss).status, NBT_ERROR_OUT_OF_MEMORY);
    EXPECT_NE(handle.error().find("cuda:1"), std::string::npos) << handle.error();
  }
  EXPECT_EQ(differentiate(handle, loss).status, NBT_OK) << handle.error();
}

TEST(CudaGradient, OfACardThatIsLostAtAnyPointIsAnErrorAndTheCpuGoesOn) {
  const std::vector<double> weights = random_numbers(static_cast<std::size_t>(small_fast * small_slow), 0.5, 1.5);
  const nbt_loss loss = loss_over(NBT_LOSS_WEIGHTS, weights);
  const Derivatives expected = differentiate(on_device("cpu", false), loss);
  int failures = 0;
  constexpr int most_calls = 80;
  for (int calls = 0; calls < most_calls; ++calls) {
    const Handle handle = on_device("cuda:0", false);
    {
      const Variable fails("NBT_CUDA_HOST_FAILS", calls);
      const Derivatives found = differentiate(handle, loss);
      if (found.status == NBT_OK) continue;
      ++failures;
      EXPECT_EQ(found.status, NBT_ERROR_DEVICE) << "after " << calls << " calls: " << handle.error();
      EXPECT_NE(handle.error().find("cuda:0 failed while"), std::string::npos) << handle.error();
    }
    handle.set_text("execution.device", "cpu");
    expect_same_bits(differentiate(handle, loss), expected, "on the CPU after " + std::to_string(calls) + " calls");
  }
  EXPECT_GE(failures, 20);
  EXPECT_LT(failures, most_calls) << "the run never got through";
}

TEST(CudaGradient, StopsWhenItIsCancelled) {
  const Handle handle = on_device("cuda", true);
  const std::vector<double> weights = random_numbers(static_cast<std::size_t>(large_fast * large_slow), 0.5, 1.5);
  handle.set("limits.device_memory_bytes", 1e6);
  Canceller canceller{handle, 0.1};
  ASSERT_EQ(nbt_set_progress_callback(handle, cancel_late, &canceller), NBT_OK) << handle.error();
  EXPECT_EQ(differentiate(handle, loss_over(NBT_LOSS_WEIGHTS, weights)).status, NBT_ERROR_CANCELLED);
}

TEST(CudaGradient, TellsWhichPixelHasNoLoss) {
  const Handle handle = on_device("cuda", false);
  std::vector<double> data(static_cast<std::size_t>(small_fast * small_slow), 1.0);
  data[static_cast<std::size_t>(3 * small_fast + 5)] = -2;
  EXPECT_EQ(differentiate(handle, loss_over(NBT_LOSS_POISSON, data)).status, NBT_ERROR_OUT_OF_RANGE);
  EXPECT_NE(handle.error().find("slow 3, fast 5"), std::string::npos) << handle.error();
}

}  // namespace
