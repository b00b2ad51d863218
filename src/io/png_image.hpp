// 8-bit PNG files, written row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace nbt::io {

enum class PngColour { gray, rgb };  // 1 or 3 bytes per pixel

// The file appears under its name only when finish() has returned; destroyed before that, nothing is left.
// Failures are Error(Status::file) with the path and the reason.
class PngWriter {
 public:
  PngWriter(const std::string& path, std::int64_t width, std::int64_t height, PngColour colour);
  ~PngWriter();
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  // width * bytes per pixel bytes, from the top row down.
  void write_row(std::span<const std::uint8_t> row);
  // All rows must have been written.
  void finish();

 private:
  class Encoder;
  std::unique_ptr<Encoder> encoder_;
};

// The whole image at once; `pixels` holds width * height pixels, row after row.
void write_png(const std::string& path, std::int64_t width, std::int64_t height, PngColour colour,
               std::span<const std::uint8_t> pixels);

}  // namespace nbt::io
