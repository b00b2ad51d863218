// Integer and noise images: whole, by rows, and what the parameters do.
#include <cmath>

#include "handle.hpp"

namespace nbt::test {
namespace {

constexpr std::int64_t stride = small_fast + 3;

std::vector<float> ramp() {
  std::vector<float> image(static_cast<std::size_t>(stride * small_slow), 1e9f);  // the gaps must not matter
  for (std::int64_t slow = 0; slow < small_slow; ++slow) {
    for (std::int64_t fast = 0; fast < small_fast; ++fast) {
      image[static_cast<std::size_t>(slow * stride + fast)] = static_cast<float>(slow * 100 + fast);
    }
  }
  return image;
}

struct Digitized {
  std::vector<std::uint16_t> counts = std::vector<std::uint16_t>(small_fast * small_slow);
  nbt_digitize_result result{sizeof(nbt_digitize_result), 0, 0, 0};
};

Digitized whole(const Handle& handle, std::int32_t kind) {
  Digitized made;
  const std::vector<float> image = ramp();
  EXPECT_EQ(nbt_digitize(handle, kind, 0, image.data(), stride, made.counts.data(), &made.result), NBT_OK)
      << handle.error();
  return made;
}

Digitized by_rows(const Handle& handle, std::int32_t kind, std::int64_t rows, double max_photons) {
  Digitized made;
  const std::vector<float> image = ramp();
  EXPECT_EQ(nbt_digitize_begin(handle, kind, 0, max_photons), NBT_OK) << handle.error();
  for (std::int64_t row = 0; row < small_slow; row += rows) {
    const std::int64_t count = std::min(rows, small_slow - row);
    EXPECT_EQ(
        nbt_digitize_rows(handle, count, image.data() + row * stride, stride, made.counts.data() + row * small_fast),
        NBT_OK)
        << handle.error();
  }
  EXPECT_EQ(nbt_digitize_end(handle, &made.result), NBT_OK) << handle.error();
  return made;
}

void describe(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("noise.seed", 42);
  handle.set("detector.roi", {1, 20, 2, 15});
}

TEST(Digitize, ByRowsIsTheSameAsAtOnce) {
  const Handle handle;
  describe(handle);
  const double brightest_in_region = 1520;
  for (const std::int32_t kind : {NBT_DIGITIZE_INTEGER, NBT_DIGITIZE_NOISE}) {
    const Digitized once = whole(handle, kind);
    for (const std::int64_t rows : {1, 5, 17}) {
      SCOPED_TRACE(std::to_string(kind) + ", rows " + std::to_string(rows));
      const Digitized pieces = by_rows(handle, kind, rows, brightest_in_region);
      EXPECT_EQ(pieces.counts, once.counts);
      EXPECT_EQ(pieces.result.scale, once.result.scale);
      EXPECT_EQ(pieces.result.total_photons, once.result.total_photons);
      EXPECT_EQ(pieces.result.overloads, once.result.overloads);
    }
  }
}

TEST(Digitize, BrightestPixelOfTheRegionBecomes55000) {
  const Handle handle;
  describe(handle);
  handle.set("digitize.adc_offset", 0);
  const Digitized made = whole(handle, NBT_DIGITIZE_INTEGER);
  EXPECT_EQ(made.result.scale, 55000.0 / 1520);
  EXPECT_EQ(made.counts[15 * small_fast + 20], 55000);
  EXPECT_EQ(made.counts[16 * small_fast + 22], 0) << "outside the region";
}

TEST(Digitize, TakesScaleAndOffsetFromTheParameters) {
  const Handle handle;
  describe(handle);
  handle.set("digitize.scale", 2);
  handle.set("digitize.adc_offset", 7);
  const Digitized made = whole(handle, NBT_DIGITIZE_INTEGER);
  EXPECT_EQ(made.result.scale, 2);
  EXPECT_EQ(made.counts[5 * small_fast + 6], 2 * 506 + 7);
}

TEST(Digitize, NoiseDependsOnTheSeedAlone) {
  const Handle first, second, other;
  describe(first);
  describe(second);
  describe(other);
  other.set("noise.seed", 43);
  const Digitized made = whole(first, NBT_DIGITIZE_NOISE);
  EXPECT_EQ(whole(first, NBT_DIGITIZE_NOISE).counts, made.counts) << "a second time on the same handle";
  EXPECT_EQ(whole(second, NBT_DIGITIZE_NOISE).counts, made.counts);
  EXPECT_NE(whole(other, NBT_DIGITIZE_NOISE).counts, made.counts);
}

TEST(Digitize, NoiseHasAboutAsManyPhotonsAsTheImage) {
  const Handle handle;
  describe(handle);
  const Digitized made = whole(handle, NBT_DIGITIZE_NOISE);
  double expected = 0;
  for (int slow = 2; slow <= 15; ++slow) {
    for (int fast = 1; fast <= 20; ++fast) expected += slow * 100 + fast;
  }
  EXPECT_NEAR(made.result.total_photons, expected, 6 * std::sqrt(expected));
}

TEST(Digitize, ABeginForgetsTheImageBefore) {
  const Handle handle;
  describe(handle);
  const Digitized once = whole(handle, NBT_DIGITIZE_NOISE);
  const std::vector<float> image = ramp();
  std::vector<std::uint16_t> scratch(small_fast);
  ASSERT_EQ(nbt_digitize_begin(handle, NBT_DIGITIZE_INTEGER, 0, 1), NBT_OK);
  ASSERT_EQ(nbt_digitize_rows(handle, 1, image.data(), stride, scratch.data()), NBT_OK);
  EXPECT_EQ(by_rows(handle, NBT_DIGITIZE_NOISE, 4, 0).counts, once.counts);
}

TEST(Digitize, NotANumberCountsAsNothing) {
  const Handle handle;
  describe_small_scene(handle);
  std::vector<float> image(small_fast * small_slow, std::nanf(""));
  image[5] = 100;
  std::vector<std::uint16_t> counts(image.size());
  nbt_digitize_result result{sizeof(nbt_digitize_result), 0, 0, 0};
  ASSERT_EQ(nbt_digitize(handle, NBT_DIGITIZE_INTEGER, 0, image.data(), small_fast, counts.data(), &result), NBT_OK);
  EXPECT_EQ(result.scale, 550);
  EXPECT_EQ(counts[5], 55040);
  EXPECT_EQ(counts[6], 40);
}

}  // namespace
}  // namespace nbt::test
