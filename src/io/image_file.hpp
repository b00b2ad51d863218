// Loads a diffraction image for comparison: SMV with 16-bit pixels, or raw float32 without header.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nbt::io {

struct ImageSize {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;

  bool operator==(const ImageSize&) const = default;
};

struct FloatImage {
  ImageSize size;
  std::vector<float> pixels;  // slow * fast_count + fast
};

// A file that begins with '{' is SMV, anything else raw float32 in the machine's byte order. `raw_size` is for
// raw files only; without it a raw image must be square. Throws Error(Status::file).
FloatImage load_image(const std::string& path, std::optional<ImageSize> raw_size = std::nullopt);

// Two images to be compared. A raw file beside an SMV file takes the SMV file's size if none is given.
std::pair<FloatImage, FloatImage> load_image_pair(const std::string& path_a, const std::string& path_b,
                                                  std::optional<ImageSize> raw_size = std::nullopt);

}  // namespace nbt::io
