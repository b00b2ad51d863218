// Choosing the instruction set by name.
#include "cpu/simd_targets.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cstdlib>

#include "cpu/detected_targets.hpp"
#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

// Sets the variable for one test.
class WithVariable {
 public:
  explicit WithVariable(const std::string& value) { setenv("NBT_SIMD_TARGET", value.c_str(), 1); }
  ~WithVariable() { unsetenv("NBT_SIMD_TARGET"); }
  WithVariable(const WithVariable&) = delete;
  WithVariable& operator=(const WithVariable&) = delete;
};

TEST(SimdTargets, BestComesFirstAndIsTheDefault) {
  ASSERT_FALSE(simd_targets().empty());
  EXPECT_EQ(simd_target_name(find_simd_target("")), simd_targets().front());
  EXPECT_EQ(simd_target_name(find_simd_target("auto")), simd_targets().front());
}

TEST(SimdTargets, DetectionAgreesWithHighways) {
  EXPECT_EQ(detected_targets(), hwy::SupportedTargets() & HWY_TARGETS);
}

TEST(SimdTargets, EachIsFoundByItsName) {
  for (const std::string& name : simd_targets()) EXPECT_EQ(simd_target_name(find_simd_target(name)), name);
}

TEST(SimdTargets, VariableForcesOneUnlessTheRunNamesOne) {
  const std::string last = simd_targets().back();
  const WithVariable variable(last);
  EXPECT_EQ(simd_target_name(find_simd_target("auto")), last);
  EXPECT_NE(find_device("cpu")->describe().model.find(last), std::string::npos);
  EXPECT_EQ(simd_target_name(find_simd_target(simd_targets().front())), simd_targets().front());
}

void expect_error_listing_targets(const std::string& name) {
  try {
    find_simd_target(name);
    FAIL() << "no error for '" << name << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::unsupported);
    for (const std::string& target : simd_targets()) {
      EXPECT_NE(std::string(error.what()).find(target), std::string::npos) << error.what();
    }
  }
}

TEST(SimdTargets, UnknownNameIsAnErrorThatListsWhatThereIs) {
  expect_error_listing_targets("AVX9000");
  const WithVariable variable("NOTHING");
  expect_error_listing_targets("auto");
}

TEST(Devices, ProcessorIsAlwaysThereAndUnknownOnesAreErrors) {
  EXPECT_EQ(find_device("auto")->describe().name, "cpu");
  EXPECT_THROW(find_device("abacus"), Error);
}

TEST(Devices, ProcessorIsNotAvailableWhenTheVariableNamesWhatIsNotThere) {
  const WithVariable variable("NOTHING");
  EXPECT_FALSE(find_device("auto")->describe().available);
  EXPECT_THROW(find_device("cpu"), Error);
}

}  // namespace
}  // namespace nbt
