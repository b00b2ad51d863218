#include "formats/smv.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt::formats {
namespace {

constexpr std::string_view magic = "{\nHEADER_BYT";
constexpr std::string_view native_order = std::endian::native == std::endian::little ? "little_endian" : "big_endian";
constexpr std::int64_t largest_count = std::int64_t{1} << 31;

std::string_view value_behind(std::string_view text) {
  return trimmed(text.substr(0, text.find_first_of(";\n\f}")));
}

std::optional<std::string_view> last_substring_value(std::string_view text, std::string_view key) {
  const std::size_t place = text.rfind(key);
  if (place == std::string_view::npos) return std::nullopt;
  const std::size_t equals = text.find('=', place + key.size());
  if (equals == std::string_view::npos) return std::nullopt;
  return value_behind(text.substr(equals + 1));
}

// Calls visit(key, value) for every entry.
template <class Visit>
void for_each_entry(std::string_view text, Visit visit) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("{;\n\f}", begin), text.size());
    const std::string_view entry = text.substr(begin, end - begin);
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos) visit(trimmed(entry.substr(0, equals)), trimmed(entry.substr(equals + 1)));
    begin = end + 1;
  }
}

// A key defined twice has its last value, as in the other rule.
std::optional<std::string_view> exact_value(std::string_view text, std::string_view wanted) {
  std::optional<std::string_view> found;
  for_each_entry(text, [&](std::string_view key, std::string_view value) {
    if (key == wanted) found = value;
  });
  return found;
}

std::optional<std::string_view> find_value(std::string_view text, std::string_view key, SmvKeyRule rule) {
  return rule == SmvKeyRule::exact ? exact_value(text, key) : last_substring_value(text, key);
}

std::uint16_t swapped(std::uint16_t value) {
  return static_cast<std::uint16_t>((value << 8) | (value >> 8));
}

void require_unsigned_short(const SmvHeader& header, std::string_view name) {
  const auto type = header.value("TYPE", SmvKeyRule::exact);
  if (type && *type != "unsigned_short") {
    throw Error(Status::file,
                std::string(name) + ": pixels are " + quoted(*type) + ", only unsigned_short can be read");
  }
}

// Both counts are below 2^31, so the product fits.
std::size_t require_pixels(const SmvHeader::Size& size, std::size_t available_bytes, std::string_view name) {
  const auto pixels = static_cast<std::uint64_t>(size.fast_count) * static_cast<std::uint64_t>(size.slow_count);
  if (pixels > available_bytes / sizeof(std::uint16_t)) {
    throw Error(Status::file, std::string(name) + ": " + std::to_string(size.fast_count) + " x " +
                                  std::to_string(size.slow_count) + " pixels need " +
                                  std::to_string(pixels * sizeof(std::uint16_t)) +
                                  " bytes behind the header, there are " + std::to_string(available_bytes));
  }
  return static_cast<std::size_t>(pixels);
}

}  // namespace

void SmvHeader::fail(const std::string& reason) const {
  throw Error(Status::file, name_ + " is not a usable SMV image: " + reason);
}

SmvHeader SmvHeader::parse(std::string_view bytes, std::string_view name) {
  SmvHeader header;
  header.name_ = name;
  if (!bytes.starts_with(magic)) header.fail("it does not begin with \"{\" and HEADER_BYTES");
  const std::string_view value = value_behind(bytes.substr(std::min(bytes.find('='), bytes.size() - 1) + 1));
  const auto size = parse_int64(value);
  if (!size || *size < static_cast<std::int64_t>(magic.size())) {
    header.fail("HEADER_BYTES is " + quoted(value) + ", not a header size");
  }
  if (static_cast<std::uint64_t>(*size) > bytes.size()) {
    header.fail("it ends after " + std::to_string(bytes.size()) + " bytes, within its header of " + std::string(value));
  }
  header.text_ = bytes.substr(0, static_cast<std::size_t>(*size));
  return header;
}

std::optional<std::string> SmvHeader::value(std::string_view key, SmvKeyRule rule) const {
  const auto found = find_value(text_, key, rule);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::optional<double> SmvHeader::number(std::string_view key, SmvKeyRule rule) const {
  const auto found = find_value(text_, key, rule);
  if (!found) return std::nullopt;
  const auto number = parse_real(*found);
  if (!number) fail(std::string(key) + " is " + quoted(*found) + ", not a number");
  return number;
}

std::vector<std::pair<std::string, std::string>> SmvHeader::entries() const {
  std::vector<std::pair<std::string, std::string>> found;
  for_each_entry(text_, [&](std::string_view key, std::string_view value) { found.emplace_back(key, value); });
  return found;
}

SmvHeader::Size SmvHeader::size() const {
  const auto fast = number("SIZE1", SmvKeyRule::last_substring);
  if (fast && *fast != 0) return {count("SIZE1"), count("SIZE2")};
  const auto dimensions = value("DETECTOR_DIMENSIONS", SmvKeyRule::last_substring);
  if (!dimensions) fail("neither SIZE1 nor DETECTOR_DIMENSIONS gives its size");
  std::string_view rest = *dimensions;
  const auto fast_count = scan_int32(rest);
  const auto slow_count = fast_count ? scan_int32(rest) : std::nullopt;
  if (!slow_count || *fast_count <= 0 || *slow_count <= 0) {
    fail("DETECTOR_DIMENSIONS is " + quoted(*dimensions) + ", not two pixel counts");
  }
  return {*fast_count, *slow_count};
}

std::int64_t SmvHeader::count(std::string_view key) const {
  const auto found = number(key, SmvKeyRule::last_substring);
  if (!found) fail(std::string(key) + " is missing");
  const bool is_count = *found >= 1 && *found < static_cast<double>(largest_count) && *found == std::floor(*found);
  if (!is_count) fail(std::string(key) + " is " + format_g(*found) + ", not a pixel count");
  return static_cast<std::int64_t>(*found);
}

SmvImage read_smv(std::string_view bytes, std::string_view name) {
  SmvImage image;
  image.header = SmvHeader::parse(bytes, name);
  require_unsigned_short(image.header, name);
  const SmvHeader::Size size = image.header.size();
  const std::string_view data = bytes.substr(image.header.size_bytes());
  image.fast_count = size.fast_count;
  image.slow_count = size.slow_count;
  image.pixels.resize(require_pixels(size, data.size(), name));
  std::memcpy(image.pixels.data(), data.data(), image.pixels.size() * sizeof(std::uint16_t));
  const auto order = image.header.value("BYTE_ORDER", SmvKeyRule::exact);
  if (order && *order != native_order) {
    for (std::uint16_t& pixel : image.pixels) pixel = swapped(pixel);
  }
  return image;
}

}  // namespace nbt::formats
