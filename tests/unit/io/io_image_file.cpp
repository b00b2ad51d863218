#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "formats/smv.hpp"
#include "io/image_file.hpp"

namespace nbt::io {
namespace {

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::string smv(std::int64_t fast, std::int64_t slow, const std::vector<std::uint16_t>& pixels) {
  formats::SmvHeaderFields fields;
  fields.fast_count = fast;
  fields.slow_count = slow;
  return formats::smv_header(fields, formats::SmvFlavour::standard) + bytes_of(pixels);
}

TEST(ImageFile, SmvPixelsBecomeFloats) {
  const ScratchFolder folder;
  const FloatImage image = load_image(folder.put("a.img", smv(3, 2, {0, 1, 2, 40000, 65535, 5})));
  EXPECT_EQ(image.size, (ImageSize{3, 2}));
  EXPECT_EQ(image.pixels, (std::vector<float>{0, 1, 2, 40000, 65535, 5}));
}

TEST(ImageFile, RawFloatsAreSquareOrOfTheGivenSize) {
  const ScratchFolder folder;
  const std::vector<float> six = {0, 1.5F, -2, 3, 4, 5};
  const std::string path = folder.put("six.bin", bytes_of(six));
  EXPECT_EQ(load_image(path, ImageSize{3, 2}).pixels, six);
  EXPECT_EQ(load_image(folder.put("four.bin", bytes_of(std::vector<float>(4)))).size, (ImageSize{2, 2}));
  expect_error(Status::file, {"six.bin", "no square", "must be given"}, [&] { load_image(path); });
  expect_error(Status::file, {"6 floats", "4 x 2"}, [&] { load_image(path, ImageSize{4, 2}); });
  expect_error(Status::file, {"0 x 2"}, [&] { load_image(path, ImageSize{0, 2}); });
}

TEST(ImageFile, RawFileTakesTheSizeOfTheSmvFileBesideIt) {
  const ScratchFolder folder;
  const std::string raw = folder.put("six.bin", bytes_of(std::vector<float>{0, 1, 2, 3, 4, 5}));
  const std::string image = folder.put("six.img", smv(3, 2, {0, 1, 2, 3, 4, 5}));
  for (const auto& [a, b] : {load_image_pair(raw, image), load_image_pair(image, raw)}) {
    EXPECT_EQ(a.size, (ImageSize{3, 2}));
    EXPECT_EQ(a.pixels, b.pixels);
  }
}

TEST(ImageFile, RawFileMayBeginWithABrace) {
  const ScratchFolder folder;
  const std::string bytes = "{{{{";
  const FloatImage image = load_image(folder.put("brace.bin", bytes));
  EXPECT_EQ(image.size, (ImageSize{1, 1}));
}

TEST(ImageFile, BadFilesAreErrorsThatNameThem) {
  const ScratchFolder folder;
  expect_error(Status::file, {"missing.img", "no such file"}, [&] { load_image(folder.file("missing.img")); });
  expect_error(Status::file, {"directory"}, [&] { load_image(folder.path()); });
  expect_error(Status::file, {"empty.bin", "empty"}, [&] { load_image(folder.put("empty.bin", "")); });
  expect_error(Status::file, {"odd.bin", "4-byte"}, [&] { load_image(folder.put("odd.bin", "12345")); });
  const std::string whole = smv(3, 2, {0, 1, 2, 3, 4, 5});
  expect_error(Status::file, {"short.img"},
               [&] { load_image(folder.put("short.img", whole.substr(0, whole.size() - 1))); });
}

}  // namespace
}  // namespace nbt::io
