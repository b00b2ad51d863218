#include "io/image_file.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "formats/file.hpp"
#include "formats/smv.hpp"
#include "model/error.hpp"
#include "model/memory_size.hpp"

namespace nbt::io {
namespace {

constexpr std::size_t smallest_smv_header_bytes = 512;

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw Error(Status::file, "cannot read the image " + path + ": " + reason);
}

// The first bytes decide, because a raw float may begin with any byte.
bool is_smv(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(smallest_smv_header_bytes, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return start.starts_with('{') && start.find("HEADER_BYTES") != std::string::npos;
}

FloatImage load_smv(const std::string& path) {
  const formats::SmvImage smv = formats::read_smv(formats::read_file(path, "the image"), path);
  return {{smv.fast_count, smv.slow_count}, {smv.pixels.begin(), smv.pixels.end()}};
}

std::uint64_t float_count(const std::string& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) fail(path, error.message());
  if (bytes == 0) fail(path, "it is empty");
  if (bytes % sizeof(float) != 0) {
    fail(path, "it is not SMV, and its " + std::to_string(bytes) + " bytes are not a whole number of 4-byte floats");
  }
  return bytes / sizeof(float);
}

ImageSize square_of(const std::string& path, std::uint64_t count) {
  const auto edge = static_cast<std::uint64_t>(std::llround(std::sqrt(static_cast<double>(count))));
  if (edge * edge != count) {
    fail(path, "it is not SMV, and its " + std::to_string(count) +
                   " floats are no square image; its size along fast and slow must be given");
  }
  return {static_cast<std::int64_t>(edge), static_cast<std::int64_t>(edge)};
}

void require_size(const std::string& path, const ImageSize& size, std::uint64_t count) {
  const std::string text = std::to_string(size.fast_count) + " x " + std::to_string(size.slow_count);
  if (size.fast_count < 1 || size.slow_count < 1) fail(path, "an image of " + text + " pixels does not exist");
  const auto fast = static_cast<std::uint64_t>(size.fast_count);
  if (count % fast != 0 || count / fast != static_cast<std::uint64_t>(size.slow_count)) {
    fail(path, "it holds " + std::to_string(count) + " floats, not the " + text + " of the given size");
  }
}

FloatImage load_raw(const std::string& path, const std::optional<ImageSize>& given) {
  const std::uint64_t count = float_count(path);
  const ImageSize size = given ? *given : square_of(path, count);
  require_size(path, size, count);
  FloatImage image{size, std::vector<float>(memory_size<float>(static_cast<std::int64_t>(count)))};
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(image.pixels.data()), static_cast<std::streamsize>(count * sizeof(float)));
  if (!file) fail(path, "it ended early");
  return image;
}

void require_readable(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail(path, "no such file");
  if (error) fail(path, error.message());
  if (std::filesystem::is_directory(status)) fail(path, "it is a directory");
  if (!std::ifstream(path, std::ios::binary)) fail(path, "it cannot be opened");
}

}  // namespace

FloatImage load_image(const std::string& path, std::optional<ImageSize> raw_size) {
  require_readable(path);
  return is_smv(path) ? load_smv(path) : load_raw(path, raw_size);
}

std::pair<FloatImage, FloatImage> load_image_pair(const std::string& path_a, const std::string& path_b,
                                                  std::optional<ImageSize> raw_size) {
  require_readable(path_a);
  require_readable(path_b);
  if (!is_smv(path_a) && is_smv(path_b)) {
    FloatImage b = load_image(path_b);
    FloatImage a = load_image(path_a, raw_size ? raw_size : b.size);
    return {std::move(a), std::move(b)};
  }
  FloatImage a = load_image(path_a, raw_size);
  const bool size_is_known = is_smv(path_a);
  FloatImage b = load_image(path_b, raw_size || !size_is_known ? raw_size : a.size);
  return {std::move(a), std::move(b)};
}

}  // namespace nbt::io
