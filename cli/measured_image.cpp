#include "measured_image.hpp"

#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "formats/smv.hpp"
#include "model/error.hpp"

namespace nbt::program {
namespace {

constexpr std::size_t largest_header_bytes = 1 << 20;
constexpr const char* native_order = std::endian::native == std::endian::little ? "little_endian" : "big_endian";

std::string size_text(std::int64_t fast_count, std::int64_t slow_count) {
  return std::to_string(fast_count) + " x " + std::to_string(slow_count) + " pixels (fast x slow)";
}

std::string read_start(std::ifstream& file) {
  std::string start(largest_header_bytes, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  file.clear();
  return start;
}

// The first bytes decide, because a raw float may begin with any byte.
bool begins_as_smv(const std::string& start) {
  constexpr std::size_t smallest_header_bytes = 512;
  return start.starts_with('{') && start.substr(0, smallest_header_bytes).find("HEADER_BYTES") != std::string::npos;
}

void swap_bytes(std::vector<std::uint16_t>& counts) {
  for (std::uint16_t& count : counts) count = static_cast<std::uint16_t>((count << 8) | (count >> 8));
}

}  // namespace

MeasuredImage::MeasuredImage(std::string path, std::string what, ImageSize size)
    : path_(std::move(path)), what_(std::move(what)), size_(size) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path_, error);
  if (error) fail(error.message());
  file_.open(path_, std::ios::binary);
  if (!file_) fail(std::strerror(errno));
  const std::string start = read_start(file_);
  is_smv_ = begins_as_smv(start);
  is_smv_ ? open_smv(start) : open_floats(bytes);
}

void MeasuredImage::fail(const std::string& reason) const {
  throw Error(Status::file, "cannot read " + what_ + ", " + path_ + ": " + reason);
}

void MeasuredImage::open_smv(const std::string& start) {
  const formats::SmvHeader header = formats::SmvHeader::parse(start, path_);
  const auto type = header.value("TYPE", formats::SmvKeyRule::exact);
  if (type && *type != "unsigned_short") fail("its pixels are " + *type + ", only unsigned_short can be read");
  const formats::SmvHeader::Size size = header.size();
  if (size.fast_count != size_.fast_count || size.slow_count != size_.slow_count) {
    fail("it has " + size_text(size.fast_count, size.slow_count) + ", the simulation " +
         size_text(size_.fast_count, size_.slow_count));
  }
  const auto order = header.value("BYTE_ORDER", formats::SmvKeyRule::exact);
  is_swapped_ = order && *order != native_order;
  header_bytes_ = static_cast<std::int64_t>(header.size_bytes());
}

void MeasuredImage::open_floats(std::uint64_t bytes) {
  const auto needed = static_cast<std::uint64_t>(size_.fast_count * size_.slow_count) * sizeof(float);
  if (bytes == needed) return;
  fail("it is not SMV and has " + std::to_string(bytes) + " bytes; " + size_text(size_.fast_count, size_.slow_count) +
       " as float32 have " + std::to_string(needed));
}

void MeasuredImage::read_bytes(std::int64_t first_row, std::int64_t row_count, std::size_t pixel_bytes, void* target) {
  const auto row_bytes = size_.fast_count * static_cast<std::int64_t>(pixel_bytes);
  file_.seekg(header_bytes_ + first_row * row_bytes);
  file_.read(static_cast<char*>(target), static_cast<std::streamsize>(row_count * row_bytes));
  if (file_) return;
  file_.clear();
  fail("it ends before its last row");
}

void MeasuredImage::read_counts(std::int64_t first_row, std::int64_t row_count, std::vector<std::uint16_t>& counts) {
  counts.resize(static_cast<std::size_t>(row_count * size_.fast_count));
  read_bytes(first_row, row_count, sizeof(std::uint16_t), counts.data());
  if (is_swapped_) swap_bytes(counts);
}

void MeasuredImage::read_floats(std::int64_t first_row, std::int64_t row_count, std::vector<float>& values) {
  values.resize(static_cast<std::size_t>(row_count * size_.fast_count));
  read_bytes(first_row, row_count, sizeof(float), values.data());
}

void MeasuredImage::read_values(std::int64_t first_row, std::int64_t row_count, std::vector<float>& values) {
  if (!is_smv_) return read_floats(first_row, row_count, values);
  std::vector<std::uint16_t> counts;
  read_counts(first_row, row_count, counts);
  values.assign(counts.begin(), counts.end());
}

}  // namespace nbt::program
