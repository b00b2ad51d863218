#include "device/device_list.hpp"

#include <gtest/gtest.h>

#include "device/cpu_options.hpp"
#include "device/cuda_options.hpp"
#include "fake_module.hpp"

namespace {

using namespace nbt;
using namespace nbt::test;

std::shared_ptr<const Device> fake(const std::string& name, bool available = true) {
  DeviceDescription description = described(name, name + "'s model");
  description.available = available;
  if (!available) description.reason = name + " is off";
  return std::make_shared<FakeDevice>(description);
}

DeviceList with_modules() {
  DeviceList list = {fake("cpu")};
  for (const auto& device : fake_devices()) list.push_back(device);
  return list;
}

std::string failure(const DeviceList& list, const std::string& name) {
  try {
    device_named(list, name);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::device) << name;
    return error.what();
  }
  ADD_FAILURE() << name << " was found";
  return "";
}

TEST(BestDevice, IsTheFirstAvailableOneBesideTheCpu) {
  EXPECT_EQ(best_device(with_modules())->describe().name, "cuda:0");
  EXPECT_EQ(best_device({fake("cpu"), fake("cuda:0", false), fake("cuda:1")})->describe().name, "cuda:1");
}

TEST(BestDevice, IsTheCpuWhereNothingElseIsAvailable) {
  EXPECT_EQ(best_device({fake("cpu")})->describe().name, "cpu");
  EXPECT_EQ(best_device({fake("cpu"), fake("cuda", false)})->describe().name, "cpu");
  EXPECT_EQ(best_device({fake("cpu", false), fake("cuda", false)})->describe().name, "cpu");
}

TEST(DeviceName, MayBeTheNumberTheKindOrAnyOtherName) {
  const DeviceList list = with_modules();
  for (const char* name : {"cuda", "cuda:0", "cuda:GPU-1b2c", "cuda:0000:65:00.0"}) {
    EXPECT_EQ(device_named(list, name), list[1]) << name;
  }
  EXPECT_EQ(device_named(list, "cuda:2"), list[3]);
  EXPECT_EQ(device_named({fake("cpu"), fake("cuda:0", false), fake("cuda:1")}, "cuda")->describe().name, "cuda:1");
}

TEST(DeviceName, IsTakenExactly) {
  for (const char* name :
       {"cuda:", "cuda:00", "CUDA:0", "cuda:GPU-1b2", "cuda:gpu-1b2c", "GPU-1b2c", "cud", ":0", "0"}) {
    EXPECT_NE(failure(with_modules(), name).find("there is no device '" + std::string(name) + "'"), std::string::npos);
  }
}

TEST(DeviceName, ThatIsUnknownListsThoseThereAreWithTheirModels) {
  const std::string message = failure(with_modules(), "cuda:7");
  for (const char* part : {"'cuda:7'", "auto", "cpu (cpu's model)", "cuda:0 (fake card)", "cuda:2 (faulty card)",
                           "cuda:1 (not available: the fake card is switched off)"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " is not in: " << message;
  }
}

TEST(DeviceName, OfOneThatIsNotAvailableTellsWhy) {
  EXPECT_EQ(failure(with_modules(), "cuda:1"), "device 'cuda:1' is not available: the fake card is switched off");
  EXPECT_EQ(failure({fake("cpu"), fake("cuda", false)}, "cuda"), "device 'cuda' is not available: cuda is off");
  EXPECT_EQ(failure({fake("cpu"), fake("cuda:0", false), fake("cuda:1", false)}, "cuda"),
            "device 'cuda' is not available: cuda:0 is off");
}

TEST(CpuOptions, AreRefusedByOtherDevicesByName) {
  RenderOptions options;
  options.threads = 4;
  for (const char* unset : {"", "auto"}) {
    options.simd_target = unset;
    EXPECT_NO_THROW(require_no_cpu_options(options, "cuda:0")) << unset;
  }
  options.simd_target = "avx2";
  try {
    require_no_cpu_options(options, "cuda:0");
    FAIL() << "it was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::unsupported);
    EXPECT_STREQ(error.what(),
                 "execution.simd_target is 'avx2', but device cuda:0 has no SIMD targets: leave it on auto or choose "
                 "device cpu");
  }
}

TEST(CudaOptions, AreRefusedByOtherDevicesByName) {
  RenderOptions options;
  EXPECT_NO_THROW(require_no_cuda_options(options, "cpu"));
  options.index_arithmetic = IndexArithmetic::fixed_point;
  try {
    require_no_cuda_options(options, "cpu");
    FAIL() << "it was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::unsupported);
    EXPECT_STREQ(error.what(),
                 "execution.index_arithmetic is 'fixed_point', but device cpu has no choice of it: leave it on auto or "
                 "choose a cuda device");
  }
}

TEST(IndexArithmetic, IsWhatItsWordsSay) {
  for (const char* word : {"auto", "double", "fixed_point", "float_pairs"}) {
    EXPECT_EQ(name_of(index_arithmetic_named(word)), word);
  }
  EXPECT_EQ(index_arithmetic_named("auto"), IndexArithmetic::automatic);
  EXPECT_EQ(index_arithmetic_named("float_pairs"), IndexArithmetic::float_pairs);
  EXPECT_THROW(index_arithmetic_named("float"), Error);
}

}  // namespace
