#include "model/structure_factors.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "model/error.hpp"

namespace nbt {
namespace {

Status status_of(const std::vector<Reflection>& reflections, double default_F = 0) {
  try {
    box_of_reflections(reflections, default_F);
  } catch (const Error& error) {
    return error.status();
  }
  return Status::ok;
}

TEST(StructureFactorBox, HoldsTheReflectionsAndTheDefaultInTheHoles) {
  const auto box = box_of_reflections({{-2, 1, 5, 10.5}, {0, 3, 5, 7}}, 2.5);
  EXPECT_EQ(box->range[0].first, -2);
  EXPECT_EQ(box->range[0].last, 0);
  EXPECT_EQ(box->range[1].count(), 3);
  EXPECT_EQ(box->range[2].count(), 1);
  ASSERT_EQ(box->amplitudes.size(), 9U);
  EXPECT_EQ(box->amplitudes[box->index(-2, 1, 5)], 10.5);
  EXPECT_EQ(box->amplitudes[box->index(0, 3, 5)], 7);
  EXPECT_EQ(box->amplitudes[box->index(-1, 2, 5)], 2.5);
}

TEST(StructureFactorBox, ALaterDuplicateReplacesAnEarlierOne) {
  EXPECT_EQ(box_of_reflections({{1, 1, 1, 5}, {1, 1, 1, 6}}, 0)->amplitudes.front(), 6);
}

TEST(StructureFactorBox, WithoutReflectionsOrWithInfiniteOnesIsAnError) {
  EXPECT_EQ(status_of({}), Status::invalid_argument);
  EXPECT_EQ(status_of({{0, 0, 0, std::numeric_limits<double>::infinity()}}), Status::out_of_range);
  EXPECT_EQ(status_of({{0, 0, 0, std::numeric_limits<double>::quiet_NaN()}}), Status::out_of_range);
  EXPECT_EQ(status_of({{0, 0, 0, 1}}, std::numeric_limits<double>::quiet_NaN()), Status::out_of_range);
}

// The largest box that 32-bit indices can ask for overflows every integer type.
TEST(StructureFactorBox, TooLargeIsRefusedBeforeAnyMemoryIsTakenAndSaysHowLarge) {
  constexpr std::int32_t low = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t high = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(status_of({{low, low, low, 1}, {high, high, high, 1}}), Status::memory_limit);
  EXPECT_EQ(status_of({{low, 0, 0, 1}, {high, 0, 0, 1}}), Status::memory_limit);
  try {
    box_of_reflections({{0, 0, 0, 1}, {1023, 1023, 127, 1}}, 0, std::uint64_t{1} << 29);
    FAIL() << "a box of 1 GiB passed a limit of half a GiB";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("1.000000 GiB"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("h 0 to 1023"), std::string::npos) << error.what();
  }
}

TEST(StructureFactorBox, AGivenBoxMustHoldAllReflections) {
  const std::array<IndexRange, 3> range = {IndexRange{0, 1}, {0, 1}, {0, 1}};
  EXPECT_EQ(fill_box(range, {}, 3)->amplitudes, std::vector<double>(8, 3.0));
  EXPECT_THROW(fill_box(range, {{0, 2, 0, 1}}, 0), Error);
  EXPECT_THROW(fill_box({IndexRange{0, -1}, {0, 1}, {0, 1}}, {}, 0), Error);
}

TEST(StructureFactors, NothingIsKeptWhoseSquareVanishes) {
  for (const double small : {9e-201, -1e-300, 1e-310, 5e-324, 0.0}) EXPECT_EQ(kept_amplitude(small), 0) << small;
  for (const double F : {1e-200, -1e-199, 1e-15, 1.0, -1e18}) EXPECT_EQ(kept_amplitude(F), F);
  const auto box = box_of_reflections({{0, 0, 0, 1e-310}, {0, 0, 2, 5}}, 1e-320);
  EXPECT_EQ(box->amplitudes, (std::vector<double>{0, 0, 5}));
}

TEST(StructureFactors, EntriesAreNamedByTheirIndices) {
  const std::array<IndexRange, 3> range = {IndexRange{-2, -1}, {5, 7}, {-1, 2}};
  StructureFactors box;
  box.range = range;
  for (std::int32_t h = -2; h <= -1; ++h) {
    for (std::int32_t k = 5; k <= 7; ++k) {
      for (std::int32_t l = -1; l <= 2; ++l) {
        const std::string expected = "h k l = " + std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l);
        EXPECT_EQ(entry_text(range, box.index(h, k, l)), expected);
      }
    }
  }
}

}  // namespace
}  // namespace nbt
