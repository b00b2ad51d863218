#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "file_size_limit.hpp"
#include "io/colour_map.hpp"
#include "io/png_image.hpp"
#include "read_png.hpp"

namespace nbt::io {
namespace {

std::vector<std::uint8_t> noisy_bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  return bytes;
}

TEST(Png, ColourPixelsComeBack) {
  const ScratchFolder folder;
  for (const auto& [width, height] : {std::pair{1, 1}, {7, 3}, {300, 200}}) {
    const auto bytes = noisy_bytes(static_cast<std::size_t>(3 * width * height));
    write_png(folder.file("out.png"), width, height, PngColour::rgb, bytes);
    const PngPicture picture = read_png(folder.file("out.png"));
    EXPECT_EQ(picture.width, width);
    EXPECT_EQ(picture.height, height);
    EXPECT_EQ(picture.bytes, bytes) << width << " x " << height;
  }
}

TEST(Png, GrayPixelsComeBack) {
  const ScratchFolder folder;
  const auto bytes = noisy_bytes(12);
  write_png(folder.file("out.png"), 4, 3, PngColour::gray, bytes);
  const PngPicture picture = read_png(folder.file("out.png"));
  for (std::int64_t i = 0; i < 12; ++i) {
    const std::uint8_t gray = bytes[static_cast<std::size_t>(i)];
    EXPECT_EQ(picture.at(i % 4, i / 4), (Rgb{gray, gray, gray})) << i;
  }
}

TEST(Png, FileAppearsOnlyWhenFinished) {
  const ScratchFolder folder;
  folder.put("out.png", "what was there before");
  {
    PngWriter writer(folder.file("out.png"), 2, 2, PngColour::gray);
    writer.write_row(std::vector<std::uint8_t>{1, 2});
    expect_error(Status::wrong_length, {"1 of its 2 rows"}, [&] { writer.finish(); });
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.png"});
  EXPECT_EQ(ScratchFolder::content(folder.file("out.png")), "what was there before");
}

TEST(Png, FullDiskLeavesNothingAndSaysWhy) {
  const ScratchFolder folder;
  const auto bytes = noisy_bytes(1000000);
  {
    const FileSizeLimit limit(1000);
    expect_error(Status::file, {"out.png", "large"},
                 [&] { write_png(folder.file("out.png"), 1000, 1000, PngColour::gray, bytes); });
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Png, BadSizesAndPlacesAreErrors) {
  const ScratchFolder folder;
  const std::vector<std::uint8_t> byte(1);
  const std::string path = folder.file("out.png");
  expect_error(Status::out_of_range, {"width = 0"}, [&] { write_png(path, 0, 1, PngColour::gray, byte); });
  expect_error(Status::out_of_range, {"height = -1"}, [&] { write_png(path, 1, -1, PngColour::gray, byte); });
  expect_error(Status::out_of_range, {"width = 2147483648"},
               [&] { PngWriter(path, std::int64_t{1} << 31, 1, PngColour::gray); });
  expect_error(Status::wrong_length, {"no image of 2 x 1"}, [&] { write_png(path, 2, 1, PngColour::gray, byte); });
  expect_error(Status::wrong_length, {"1 bytes instead of 3"},
               [&] { PngWriter(path, 1, 1, PngColour::rgb).write_row(byte); });
  expect_error(Status::wrong_length, {"more rows"}, [&] {
    PngWriter writer(path, 1, 1, PngColour::gray);
    writer.write_row(byte);
    writer.write_row(byte);
  });
  expect_error(Status::file, {"nowhere"},
               [&] { write_png(folder.file("nowhere/out.png"), 1, 1, PngColour::gray, byte); });
  EXPECT_TRUE(folder.names().empty());
}

// L* of an sRGB colour, from the definitions (IEC 61966-2-1, CIE 15).
double lightness(const Rgb& colour) {
  const auto linear = [](std::uint8_t byte) {
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389 / 27;
}

TEST(ColourMap, LightnessRisesEvenlyFromBlackToWhite) {
  const ColourMap map = intensity_colours();
  EXPECT_EQ(map.front(), (Rgb{0, 0, 0}));
  EXPECT_EQ(map.back(), (Rgb{255, 255, 255}));
  for (std::size_t i = 0; i < map.size(); ++i) {
    EXPECT_NEAR(lightness(map[i]), 100 * static_cast<double>(i) / 255, 0.6) << i;
  }
}

TEST(ColourMap, DifferencesAreEquallyDarkOnBothSidesBlueBelowRedAbove) {
  const ColourMap map = difference_colours();
  for (std::size_t i = 0; i < 128; ++i) EXPECT_NEAR(lightness(map[i]), lightness(map[255 - i]), 0.8) << i;
  EXPECT_GT(map.front()[2], map.front()[0] + 50);
  EXPECT_GT(map.back()[0], map.back()[2] + 50);
  EXPECT_NEAR(lightness(map[128]), 97, 1);
}

}  // namespace
}  // namespace nbt::io
