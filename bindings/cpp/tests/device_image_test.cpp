// run_to_device() on the CUDA device with its kernels compiled for the host, whose memory this test can look into.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nbt/nbt.hpp>

namespace {

// Of the module, which has it for tests (cuda/host/runtime.cpp).
template <class Function>
Function* host_function(const char* name) {
  void* module = dlopen(NBT_CUDA_ON_HOST, RTLD_NOW);
  return module ? reinterpret_cast<Function*>(dlsym(module, name)) : nullptr;
}

class CppDeviceImage : public testing::Test {
 protected:
  CppDeviceImage() {
    setenv("NBT_CUDA_MODULE", NBT_CUDA_ON_HOST, 1);
    sim_.set("crystal.cell_lengths_A", {61, 72, 83});
    sim_.set("crystal.cells", {4, 5, 6});
    sim_.set("structure_factors.default_F", 100);
    sim_.set("detector.pixels", {23, 17});
    sim_.set("detector.pixel_size_mm", 2);
    sim_.set("execution.device", "cuda:0");
    pixels_ = static_cast<double*>(host_function<void*(int, std::int64_t)>("nbt_cuda_on_host_allocate")(0, bytes));
    std::fill_n(pixels_, count, -1.0);
  }
  ~CppDeviceImage() override { host_function<void(void*)>("nbt_cuda_on_host_free")(pixels_); }

  static constexpr std::int64_t row_stride = 30;
  static constexpr std::int64_t count = 17 * row_stride;
  static constexpr std::int64_t bytes = count * static_cast<std::int64_t>(sizeof(double));
  nbt::Simulation sim_;
  double* pixels_ = nullptr;
};

TEST_F(CppDeviceImage, IsWrittenWhereItIsInTheStreamThatIsGiven) {
  void* stream = host_function<void*(int)>("nbt_cuda_on_host_stream")(0);
  auto* waits = host_function<std::int64_t(void*)>("nbt_cuda_on_host_waits");
  const std::int64_t before = waits(stream);
  sim_.run_to_device(pixels_, count, {.row_stride = row_stride}, stream);
  EXPECT_GT(waits(stream), before);
  const std::vector<double> image = sim_.run<double>();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t slow = i / row_stride, fast = i % row_stride;
    EXPECT_EQ(pixels_[i], fast < 23 ? image[static_cast<std::size_t>(slow * 23 + fast)] : -1) << slow << " " << fast;
  }
}

TEST_F(CppDeviceImage, OfTheWrongSizeOrPlaceIsRefused) {
  const auto refused = [&](nbt_status status, double* pixels, std::size_t capacity) {
    try {
      sim_.run_to_device(pixels, capacity);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const nbt::Error& error) {
      EXPECT_EQ(error.status(), status) << error.what();
    }
  };
  refused(NBT_ERROR_WRONG_LENGTH, pixels_, 23 * 17 - 1);
  std::vector<double> on_host(count);
  refused(NBT_ERROR_INVALID_ARGUMENT, on_host.data(), on_host.size());
  sim_.set("execution.device", "cpu");
  refused(NBT_ERROR_UNSUPPORTED, pixels_, count);
}

}  // namespace
