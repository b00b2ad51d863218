// Derivative images and normal equations on the CUDA device: the same as the CPU's, the same bits for any chunks,
// within limits, and errors.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "rich_scene.hpp"

namespace {

using namespace nbt::test;

struct Images {
  nbt_status status = NBT_OK;
  Jacobian jacobian;
};

Images images_of(const Handle& handle, std::int64_t rows_per_chunk = 0) {
  Images images;
  images.status = nbt_run_jacobian(handle, nullptr, 0, nullptr, 0, rows_per_chunk, collect_images, &images.jacobian);
  return images;
}

std::size_t component_count(const Handle& handle) {
  std::size_t count = 0;
  EXPECT_EQ(nbt_get_component_count(handle, nullptr, 0, &count), NBT_OK) << handle.error();
  return count;
}

// The loss's factor is the last component.
struct Equations {
  nbt_status status = NBT_OK;
  double loss = 0;
  std::int64_t pixels = 0;
  std::vector<double> matrix, gradient;
};

Equations equations_of(const Handle& handle, const nbt_loss& loss) {
  Equations equations;
  const std::size_t count = component_count(handle) + 1;
  equations.matrix.resize(count * count);
  equations.gradient.resize(count);
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  equations.status = nbt_run_normal_equations(handle, &loss, nullptr, 0, 1, equations.matrix.data(),
                                              equations.gradient.data(), count, &result);
  equations.loss = result.loss;
  equations.pixels = result.pixels;
  return equations;
}

double sum_of_sizes(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::fabs(value);
  return sum;
}

// The sum of differences to a tolerance of the sum of absolute values.
void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  double difference = 0;
  for (std::size_t i = 0; i < found.size(); ++i) difference += std::fabs(found[i] - expected[i]);
  EXPECT_LE(difference, tolerance * sum_of_sizes(expected)) << what;
}

void expect_near(const Equations& found, const Equations& expected, double tolerance, const std::string& what) {
  ASSERT_EQ(found.status, NBT_OK) << what;
  EXPECT_EQ(found.pixels, expected.pixels) << what;
  EXPECT_NEAR(found.loss, expected.loss, tolerance * std::fabs(expected.loss)) << what;
  const std::size_t count = expected.gradient.size();
  for (std::size_t p = 0; p < count; ++p) {
    for (std::size_t q = 0; q < count; ++q) {
      const double scale = std::sqrt(expected.matrix[p * count + p] * expected.matrix[q * count + q]);
      EXPECT_NEAR(found.matrix[p * count + q], expected.matrix[p * count + q], tolerance * scale)
          << what << ", element " << p << ' ' << q;
    }
    const double scale = std::sqrt(expected.matrix[p * count + p] * std::fabs(expected.loss));
    EXPECT_NEAR(found.gradient[p], expected.gradient[p], tolerance * scale) << what << ", component " << p;
  }
}

void expect_same_bits(const Images& a, const Images& b, const std::string& what) {
  ASSERT_EQ(a.status, NBT_OK) << what;
  EXPECT_TRUE(same_bits(a.jacobian.image, b.jacobian.image)) << what;
  ASSERT_EQ(a.jacobian.derivatives.size(), b.jacobian.derivatives.size()) << what;
  for (std::size_t p = 0; p < a.jacobian.derivatives.size(); ++p) {
    EXPECT_TRUE(same_bits(a.jacobian.derivatives[p], b.jacobian.derivatives[p])) << what << ", component " << p;
  }
}

void expect_same_bits(const Equations& a, const Equations& b, const std::string& what) {
  ASSERT_EQ(a.status, NBT_OK) << what;
  EXPECT_EQ(std::memcmp(&a.loss, &b.loss, sizeof a.loss), 0) << what << ": " << a.loss << " and " << b.loss;
  EXPECT_TRUE(same_bits(a.matrix, b.matrix)) << what;
  EXPECT_TRUE(same_bits(a.gradient, b.gradient)) << what;
}

std::vector<double> data_beside(const Handle& handle) {
  std::vector<double> data = run<double>(handle);
  const std::vector<double> noise = random_numbers(data.size(), 0.5, 1.5);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = 1 + data[i] * noise[i];
  return data;
}

std::vector<double> small_data() {
  return random_numbers(static_cast<std::size_t>(small_fast * small_slow), 0.5, 1.5);
}

nbt_memory_estimate derivative_estimate(const Handle& handle, std::int32_t run_kind) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  request.run = run_kind;
  request.components = static_cast<std::int64_t>(component_count(handle));
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  EXPECT_EQ(nbt_estimate_memory(handle, &request, &estimate), NBT_OK) << handle.error();
  return estimate;
}

TEST(CudaJacobian, IsThatOfTheCpu) {
  for (const char* shape : {"square", "round", "gauss", "tophat"}) {
    for (const char* interpolation : {"nearest", "tricubic"}) {
      const Images expected = images_of(rich_scene("cpu", "double", shape, interpolation));
      for (const char* precision : {"double", "single"}) {
        const std::string what = std::string(shape) + ' ' + interpolation + ' ' + precision;
        const Handle handle = rich_scene("cuda", precision, shape, interpolation);
        const Images found = images_of(handle);
        ASSERT_EQ(found.status, NBT_OK) << what << ": " << handle.error();
        const double tolerance = std::string(precision) == "double" ? 1e-9 : 1e-5;
        expect_near(found.jacobian.image, expected.jacobian.image, tolerance, what);
        ASSERT_EQ(found.jacobian.derivatives.size(), expected.jacobian.derivatives.size()) << what;
        for (std::size_t p = 0; p < found.jacobian.derivatives.size(); ++p) {
          expect_near(found.jacobian.derivatives[p], expected.jacobian.derivatives[p], tolerance,
                      what + ", component " + std::to_string(p));
        }
      }
    }
  }
}

TEST(CudaNormalEquations, AreThoseOfTheCpuForEveryLoss) {
  const Handle on_cpu = rich_scene("cpu", "double", "square", "nearest");
  const std::vector<double> data = data_beside(on_cpu);
  for (const std::int32_t kind : {NBT_LOSS_LEAST_SQUARES, NBT_LOSS_GAUSSIAN, NBT_LOSS_POISSON}) {
    nbt_loss loss = loss_over(kind, data);
    loss.scale = 1.2;
    const Equations expected = equations_of(on_cpu, loss);
    for (const char* precision : {"double", "single"}) {
      const Handle on_cuda = rich_scene("cuda", precision, "square", "nearest");
      const double tolerance = std::string(precision) == "double" ? 1e-8 : 1e-5;
      expect_near(equations_of(on_cuda, loss), expected, tolerance, "loss " + std::to_string(kind) + ' ' + precision);
    }
  }
}

TEST(CudaJacobian, HasTheSameBitsForAnyChunksAndSlabs) {
  for (const char* precision : {"double", "single"}) {
    const Handle handle = rich_scene("cuda", precision, "square", "nearest");
    const Images whole = images_of(handle, 9);
    for (const std::int64_t rows_per_chunk : {1, 2, 4, 8}) {
      expect_same_bits(images_of(handle, rows_per_chunk), whole, std::to_string(rows_per_chunk) + " rows");
    }
    const double needed = derivative_estimate(handle, NBT_RUN_JACOBIAN).device_bytes;
    handle.set("limits.device_memory_bytes", 0.7 * needed);  // shorter slabs
    expect_same_bits(images_of(handle), whole, "limited memory");
  }
}

TEST(CudaNormalEquations, HaveTheSameBitsForAnyChunksAndSlabs) {
  for (const char* precision : {"double", "single"}) {
    const Handle handle = rich_scene("cuda", precision, "square", "nearest");
    const std::vector<double> data = data_beside(handle);
    nbt_loss loss = loss_over(NBT_LOSS_GAUSSIAN, data);
    const Equations whole = equations_of(handle, loss);
    const double needed = derivative_estimate(handle, NBT_RUN_NORMAL_EQUATIONS).device_bytes;
    handle.set("limits.device_memory_bytes", 0.7 * needed);
    expect_same_bits(equations_of(handle, loss), whole, "limited memory");
    Rows rows{&data};
    loss.callback = hand_rows;
    loss.user = &rows;
    for (const std::int64_t rows_per_chunk : {1, 2, 4, 8}) {
      loss.rows_per_chunk = rows_per_chunk;
      expect_same_bits(equations_of(handle, loss), whole, std::to_string(rows_per_chunk) + " rows");
    }
  }
}

// Tables are counted for every component, since a scene decides which components have one.
TEST(CudaJacobian, TakesNoMoreMemoryThanEstimatedAndAllowed) {
  for (const double limit : {0.0, 3e6}) {
    const Handle handle = on_device("cuda:1", true);
    handle.set("detector.pixels", {400, 300});
    handle.set("limits.device_memory_bytes", limit);
    const std::vector<double> data = random_numbers(400 * 300, 0.5, 1.5);
    const double of_images = derivative_estimate(handle, NBT_RUN_JACOBIAN).device_bytes;
    peak_bytes(1);
    ASSERT_EQ(images_of(handle).status, NBT_OK) << handle.error();
    const auto taken_by_images = static_cast<double>(peak_bytes(1));
    const double of_equations = derivative_estimate(handle, NBT_RUN_NORMAL_EQUATIONS).device_bytes;
    ASSERT_EQ(equations_of(handle, loss_over(NBT_LOSS_LEAST_SQUARES, data)).status, NBT_OK) << handle.error();
    const auto taken_by_equations = static_cast<double>(peak_bytes(1));
    EXPECT_LE(taken_by_images, of_images) << "limit " << limit;
    EXPECT_LE(taken_by_equations, of_equations) << "limit " << limit;
    EXPECT_GE(taken_by_equations, 0.7 * of_equations) << "limit " << limit;
    if (limit > 0) {
      EXPECT_LE(of_equations, limit);
    }
  }
}

TEST(CudaJacobian, BeyondTheLimitOrWithoutMemoryIsAnErrorAndTheHandleGoesOn) {
  const std::vector<double> data = small_data();
  const nbt_loss loss = loss_over(NBT_LOSS_LEAST_SQUARES, data);
  const Handle handle = on_device("cuda:1", false);
  handle.set("limits.device_memory_bytes", 5000);
  EXPECT_EQ(images_of(handle).status, NBT_ERROR_MEMORY_LIMIT);
  EXPECT_EQ(equations_of(handle, loss).status, NBT_ERROR_MEMORY_LIMIT);
  for (const char* part : {"derivatives on device cuda:1", "5000 bytes", "limits.device_memory_bytes"}) {
    EXPECT_NE(handle.error().find(part), std::string::npos) << handle.error();
  }
  EXPECT_EQ(derivative_estimate(handle, NBT_RUN_JACOBIAN).whole_image_fits, 0);
  handle.set("limits.device_memory_bytes", 0);
  {
    const Variable little("NBT_CUDA_HOST_MEMORY_BYTES", 20000);
    EXPECT_EQ(images_of(handle).status, NBT_ERROR_OUT_OF_MEMORY);
    EXPECT_NE(handle.error().find("cuda:1"), std::string::npos) << handle.error();
  }
  EXPECT_EQ(images_of(handle).status, NBT_OK) << handle.error();
  EXPECT_EQ(equations_of(handle, loss).status, NBT_OK) << handle.error();
}

TEST(CudaNormalEquations, OfACardThatIsLostAtAnyPointAreAnErrorAndTheCpuGoesOn) {
  const std::vector<double> data = small_data();
  const nbt_loss loss = loss_over(NBT_LOSS_LEAST_SQUARES, data);
  const Equations expected = equations_of(on_device("cpu", false), loss);
  int failures = 0;
  constexpr int most_calls = 120;
  for (int calls = 0; calls < most_calls; ++calls) {
    const Handle handle = on_device("cuda:0", false);
    {
      const Variable fails("NBT_CUDA_HOST_FAILS", calls);
      const nbt_status status = equations_of(handle, loss).status;
      if (status == NBT_OK) continue;
      ++failures;
      EXPECT_EQ(status, NBT_ERROR_DEVICE) << "after " << calls << " calls: " << handle.error();
      EXPECT_NE(handle.error().find("cuda:0 failed while"), std::string::npos) << handle.error();
    }
    handle.set_text("execution.device", "cpu");
    expect_same_bits(equations_of(handle, loss), expected, "on the CPU after " + std::to_string(calls) + " calls");
  }
  EXPECT_GE(failures, 20);
  EXPECT_LT(failures, most_calls) << "the run never got through";
}

TEST(CudaJacobian, StopsWhenItIsCancelledOrItsRowsAreRefused) {
  const Handle handle = on_device("cuda", true);
  handle.set("limits.device_memory_bytes", 2e6);
  const auto stop = [](const nbt_jacobian_rows* rows, void*) { return std::int32_t{rows->first_row > 0 ? 1 : 0}; };
  EXPECT_EQ(nbt_run_jacobian(handle, nullptr, 0, nullptr, 0, 20, stop, nullptr), NBT_ERROR_CANCELLED);
  Canceller canceller{handle, 0.05};
  ASSERT_EQ(nbt_set_progress_callback(handle, cancel_late, &canceller), NBT_OK) << handle.error();
  EXPECT_EQ(images_of(handle).status, NBT_ERROR_CANCELLED);
}

TEST(CudaNormalEquations, TellWhichPixelHasNoLoss) {
  const Handle handle = on_device("cuda", false);
  std::vector<double> data(static_cast<std::size_t>(small_fast * small_slow), 1.0);
  data[static_cast<std::size_t>(3 * small_fast + 5)] = -2;
  EXPECT_EQ(equations_of(handle, loss_over(NBT_LOSS_POISSON, data)).status, NBT_ERROR_OUT_OF_RANGE);
  EXPECT_NE(handle.error().find("slow 3, fast 5"), std::string::npos) << handle.error();
}

}  // namespace
