// Reads a PNG file with libpng's own simple interface, which the product does not use.
#pragma once

#include <gtest/gtest.h>
#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nbt::io {

struct PngPicture {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::vector<std::uint8_t> bytes;  // three per pixel

  std::array<std::uint8_t, 3> at(std::int64_t column, std::int64_t row) const {
    const auto first = static_cast<std::size_t>(3 * (row * width + column));
    return {bytes.at(first), bytes.at(first + 1), bytes.at(first + 2)};
  }
};

inline PngPicture read_png(const std::string& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  PngPicture picture;
  if (png_image_begin_read_from_file(&image, path.c_str()) == 0) {
    ADD_FAILURE() << path << ": " << image.message;
    return picture;
  }
  image.format = PNG_FORMAT_RGB;
  picture.width = image.width;
  picture.height = image.height;
  picture.bytes.resize(PNG_IMAGE_SIZE(image));
  EXPECT_NE(png_image_finish_read(&image, nullptr, picture.bytes.data(), 0, nullptr), 0) << path << image.message;
  return picture;
}

}  // namespace nbt::io
