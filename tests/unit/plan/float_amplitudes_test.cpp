#include "plan/float_amplitudes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nbt {
namespace {

SharedStructureFactors row(const std::vector<double>& amplitudes) {
  auto set = std::make_shared<StructureFactors>();
  set->range = {IndexRange{0, 0}, {0, 0}, {0, static_cast<std::int32_t>(amplitudes.size()) - 1}};
  set->amplitudes = amplitudes;
  return set;
}

TEST(FloatAmplitudes, AreTheAmplitudesOverAPowerOfTwo) {
  const auto table = float_amplitudes(row({1, -3, 100, 0}), 7, nullptr);
  EXPECT_EQ(table->unit, 128);
  EXPECT_EQ(table->amplitudes, (std::vector<float>{1 / 128.0f, -3 / 128.0f, 100 / 128.0f, 0}));
}

TEST(FloatAmplitudes, UnitCoversDefaultF) {
  EXPECT_EQ(float_amplitudes(row({1}), -1000, nullptr)->unit, 1024);
  EXPECT_EQ(float_amplitudes(row({0, 0}), 0, nullptr)->unit, 1);
}

TEST(FloatAmplitudes, HoldNothingSubnormal) {
  const std::vector<std::vector<double>> lists = {
      {1e5, 1e-300, 1e-310, -1e-34, 1e-33}, {1e-310, 2e-310, 5e-324}, {1e300, 1e-300}, {1e18, 1e-20, 1e-21}};
  for (const std::vector<double>& list : lists) {
    const auto table = float_amplitudes(row(list), 0, nullptr);
    ASSERT_EQ(table->amplitudes.size(), list.size());
    EXPECT_TRUE(std::isnormal(table->unit)) << table->unit;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const float value = table->amplitudes[i];
      EXPECT_TRUE(value == 0 || std::isnormal(value)) << list[i] << " became " << value;
      EXPECT_NEAR(static_cast<double>(value), list[i] / table->unit, 1.2e-38 + 6e-8 * std::fabs(list[i] / table->unit))
          << list[i];
    }
  }
}

TEST(FloatAmplitudes, AreKeptForTheSameAmplitudesAndDefaultFOnly) {
  const SharedStructureFactors set = row({1, 2}), equal = row({1, 2});
  const SharedFloatAmplitudes made = float_amplitudes(set, 5, nullptr);
  EXPECT_EQ(float_amplitudes(set, 5, made), made);
  EXPECT_NE(float_amplitudes(equal, 5, made), made);
  EXPECT_NE(float_amplitudes(set, 6, made), made);
}

}  // namespace
}  // namespace nbt
