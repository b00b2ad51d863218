#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "io/colour_map.hpp"
#include "io/preview.hpp"
#include "read_png.hpp"

namespace nbt::io {
namespace {

constexpr Rgb black = {0, 0, 0};
constexpr Rgb white = {255, 255, 255};

struct Image {
  std::int64_t fast_count;
  std::int64_t slow_count;
  std::vector<float> pixels;

  Image(std::int64_t fast, std::int64_t slow, float value = 0)
      : fast_count(fast), slow_count(slow), pixels(static_cast<std::size_t>(fast * slow), value) {}
  float& at(std::int64_t fast, std::int64_t slow) {
    return pixels.at(static_cast<std::size_t>(slow * fast_count + fast));
  }
};

PngPicture preview(const Image& image, const PreviewOptions& options = {}, std::size_t rows_at_once = 1) {
  const ScratchFolder folder;
  PreviewWriter writer(folder.file("out.png"), image.fast_count, image.slow_count, options);
  const std::size_t step = rows_at_once * static_cast<std::size_t>(image.fast_count);
  for (std::size_t first = 0; first < image.pixels.size(); first += step) {
    writer.add_rows(std::span(image.pixels).subspan(first, std::min(step, image.pixels.size() - first)));
  }
  writer.finish();
  return read_png(folder.file("out.png"));
}

TEST(Preview, EqualRatiosAreEqualStepsOfLightness) {
  Image image(5, 1);
  for (std::int64_t i = 0; i < 5; ++i) image.at(i, 0) = static_cast<float>(std::pow(10, i));
  PreviewOptions options;
  options.low = 1;
  options.high = 1e4;
  const PngPicture picture = preview(image, options);
  const ColourMap map = intensity_colours();
  for (const int i : {0, 1, 2, 3, 4}) EXPECT_EQ(picture.at(i, 0), colour_at(map, i / 4.0)) << i;
}

TEST(Preview, ImagesWithoutContrastAreWrittenToo) {
  EXPECT_EQ(preview(Image(3, 2)).at(1, 1), black);
  EXPECT_EQ(preview(Image(3, 2, -5)).at(1, 1), black);
  EXPECT_EQ(preview(Image(3, 2, 7)).at(1, 1), white);
  EXPECT_EQ(preview(Image(3, 2, std::numeric_limits<float>::quiet_NaN())).at(1, 1), black);
  EXPECT_EQ(preview(Image(1, 1, std::numeric_limits<float>::denorm_min())).at(0, 0), white);
  EXPECT_EQ(preview(Image(1, 1, std::numeric_limits<float>::max())).at(0, 0), white);
}

TEST(Preview, NotANumberDoesNotHideItsNeighbours) {
  Image image(4, 4, 1);
  image.at(0, 0) = image.at(3, 3) = std::numeric_limits<float>::quiet_NaN();
  image.at(1, 1) = 1000;
  PreviewOptions options;
  options.largest_edge_pixels = 2;
  const PngPicture picture = preview(image, options);
  EXPECT_EQ(picture.at(0, 0), white);
  EXPECT_NE(picture.at(1, 1), white);
}

TEST(Preview, LargeImageIsReducedAndKeepsEverySpot) {
  PreviewOptions options;
  options.largest_edge_pixels = 64;
  options.high_percentile = 100;
  for (const auto& [fast, slow] : {std::pair<std::int64_t, std::int64_t>{0, 0}, {299, 99}, {150, 50}, {298, 1}}) {
    Image image(300, 100, 1);
    image.at(fast, slow) = 1e5F;
    const PngPicture picture = preview(image, options);
    ASSERT_EQ(picture.width, 60);  // blocks of 5
    ASSERT_EQ(picture.height, 20);
    for (std::int64_t row = 0; row < 20; ++row) {
      for (std::int64_t column = 0; column < 60; ++column) {
        const bool holds_spot = column == fast / 5 && row == slow / 5;
        ASSERT_EQ(picture.at(column, row) == white, holds_spot)
            << column << " " << row << " spot " << fast << " " << slow;
      }
    }
  }
}

TEST(Preview, NoEdgeIsLongerThanAsked) {
  for (const std::int64_t fast : {1, 2047, 2048, 2049, 4097, 16384}) {
    const PngPicture picture = preview(Image(fast, 3, 1), {}, 3);
    EXPECT_LE(picture.width, 2048) << fast;
    EXPECT_GE(picture.width * 2, std::min<std::int64_t>(fast, 2048)) << fast;
  }
}

TEST(Preview, RowsAtOnceDoNotMatter) {
  Image image(50, 33);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<float>(i * 7919 % 1009);
  PreviewOptions options;
  options.largest_edge_pixels = 20;
  const PngPicture one = preview(image, options, 1);
  for (const std::size_t rows : {2U, 7U, 33U, 100U}) EXPECT_EQ(preview(image, options, rows).bytes, one.bytes) << rows;
}

TEST(Preview, ScaleDoesNotDependOnTheUnitOfIntensity) {
  Image image(64, 64);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<float>(1 + i * 7919 % 1009);
  const PngPicture original = preview(image);
  for (float& pixel : image.pixels) pixel *= 0x1p-40F;
  EXPECT_EQ(preview(image).bytes, original.bytes);
}

TEST(Preview, MisuseIsAnError) {
  const ScratchFolder folder;
  const std::string path = folder.file("out.png");
  const std::vector<float> row(4);
  const std::vector<float> three(3);
  PreviewWriter writer(path, 4, 2, {});
  expect_error(Status::wrong_length, {"3 pixels"}, [&] { writer.add_rows(three); });
  writer.add_rows(row);
  expect_error(Status::wrong_length, {"1 of 2 rows"}, [&] { writer.finish(); });
  writer.add_rows(row);
  expect_error(Status::wrong_length, {"one to 0"}, [&] { writer.add_rows(row); });
  expect_error(Status::out_of_range, {"0 x 4"}, [&] { PreviewWriter(path, 0, 4, {}); });
  const auto with = [&](auto member, auto value) {
    PreviewOptions options;
    options.*member = value;
    PreviewWriter(path, 4, 4, options);
  };
  expect_error(Status::out_of_range, {"low = 0"}, [&] { with(&PreviewOptions::low, 0.0); });
  expect_error(Status::out_of_range, {"high = -1"}, [&] { with(&PreviewOptions::high, -1.0); });
  expect_error(Status::out_of_range, {"high percentile = 101"}, [&] { with(&PreviewOptions::high_percentile, 101.0); });
  expect_error(Status::out_of_range, {"decades"}, [&] { with(&PreviewOptions::most_decades, 0.0); });
  expect_error(Status::out_of_range, {"largest edge"}, [&] { with(&PreviewOptions::largest_edge_pixels, 0); });
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace nbt::io
