#include "image/digitize.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nbt::image {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::vector<std::uint16_t> counts_of(const std::vector<float>& photons, double scale, double adc_offset) {
  const auto count = static_cast<std::int64_t>(photons.size());
  std::vector<std::uint16_t> counts(photons.size(), 99);
  IntegerConversion{scale, adc_offset, whole_detector(count, 1)}.convert_row(0, photons, counts);
  return counts;
}

std::vector<std::uint8_t> greys_of(const std::vector<float>& photons, double scale) {
  const auto count = static_cast<std::int64_t>(photons.size());
  std::vector<std::uint8_t> greys(photons.size(), 99);
  PgmConversion{scale, whole_detector(count, 1)}.convert_row(0, photons, greys);
  return greys;
}

TEST(IntegerImage, ScalesAddsTheOffsetRoundsAndClips) {
  const std::vector<std::uint16_t> expected = {40, 42, 43, 65535, 65535, 0};
  EXPECT_EQ(counts_of({0, 1, 1.25F, 1e9F, infinity, -1e9F}, 2, 40), expected);
}

// value + 0.5 becomes a float32 before floor: at 2^23 / 100 and above halves are lost, below the last bits.
TEST(IntegerImage, RoundsToFloat32BeforeFloor) {
  const double just_below_half = 32767.4999999;
  EXPECT_EQ(std::floor(just_below_half + 0.5), 32767);
  EXPECT_EQ(counts_of({1}, just_below_half, 0), std::vector<std::uint16_t>{32768});
}

TEST(IntegerImage, NanCountsAsNoPhotons) {
  EXPECT_EQ(counts_of({nan, infinity}, 0, 7), (std::vector<std::uint16_t>{7, 0})) << "infinity times 0 is NaN";
  EXPECT_EQ(counts_of({nan}, 3, 7), std::vector<std::uint16_t>{7});
}

TEST(Pgm, ScalesTruncatesAndClips) {
  const std::vector<std::uint8_t> expected = {0, 1, 254, 255, 255, 0, 0};
  EXPECT_EQ(greys_of({0, 0.99F, 127.4F, 1e9F, infinity, -5, nan}, 2), expected);
}

TEST(IntegerAndPgm, AreZeroOutsideTheRegionAlsoWithoutTheOffset) {
  const std::vector<float> photons(4, 10.0F);
  const Region region{1, 2, 1, 1};
  std::vector<std::uint16_t> counts(4, 99);
  std::vector<std::uint8_t> greys(4, 99);
  for (const std::int64_t slow : {0, 1, 2}) {
    IntegerConversion{1, 40, region}.convert_row(slow, photons, counts);
    PgmConversion{1, region}.convert_row(slow, photons, greys);
    const bool inside = slow == 1;
    EXPECT_EQ(counts, (inside ? std::vector<std::uint16_t>{0, 50, 50, 0} : std::vector<std::uint16_t>(4, 0))) << slow;
    EXPECT_EQ(greys, (inside ? std::vector<std::uint8_t>{0, 10, 10, 0} : std::vector<std::uint8_t>(4, 0))) << slow;
  }
}

TEST(IntegerAndPgm, ARegionLargerThanTheDetectorIsTheDetector) {
  std::vector<std::uint16_t> counts(2);
  const std::vector<float> photons(2, 1.0F);
  IntegerConversion{1, 0, {-5, 100, -5, 100}}.convert_row(0, photons, counts);
  EXPECT_EQ(counts, (std::vector<std::uint16_t>{1, 1}));
}

TEST(AutomaticScales, PutTheMaximumAt55000AndFiveDeviationsAt250) {
  EXPECT_EQ(automatic_integer_scale(11), 5000);
  EXPECT_EQ(automatic_integer_scale(0), 1);
  EXPECT_EQ(automatic_pgm_scale(10, 3), 5);
  EXPECT_EQ(automatic_pgm_scale(0, 3), 3);
  EXPECT_EQ(automatic_pgm_scale(std::nan(""), 3), 3);
}

}  // namespace
}  // namespace nbt::image
