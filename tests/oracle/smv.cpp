#include "smv.hpp"

#include <cctype>
#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace nbt::oracle {
namespace {

std::string header_of(const std::string& file) {
  if (file.rfind("{\nHEADER_BYT", 0) != 0) throw std::invalid_argument("not an SMV file");
  const auto at = file.find("HEADER_BYTES=");
  if (at == std::string::npos) throw std::invalid_argument("SMV header without HEADER_BYTES");
  const int bytes = std::atoi(file.c_str() + at + 13);
  if (bytes <= 0 || static_cast<std::size_t>(bytes) > file.size()) throw std::invalid_argument("SMV header is cut off");
  return file.substr(0, static_cast<std::size_t>(bytes));
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_whole_word(const std::string& text, std::size_t at, std::size_t size) {
  const bool starts = at == 0 || !is_word_character(text[at - 1]);
  const bool ends = at + size >= text.size() || !is_word_character(text[at + size]);
  return starts && ends;
}

std::optional<double> value_of(const std::string& header, const std::string& key, bool exact) {
  for (auto at = header.rfind(key); at != std::string::npos;
       at = at == 0 ? std::string::npos : header.rfind(key, at - 1)) {
    if (exact && !is_whole_word(header, at, key.size())) continue;
    const auto equals = header.find('=', at);
    if (equals == std::string::npos) return std::nullopt;
    return std::atof(header.c_str() + equals + 1);
  }
  return std::nullopt;
}

}  // namespace

void apply_smv_header(const std::string& file, HeaderUse use, bool exact_keys, Request& request) {
  const std::string header = header_of(file);
  const auto value = [&](const char* key) { return value_of(header, key, exact_keys); };
  const double degree = degrees_per_radian();

  if (const auto size = value("SIZE1")) request.fast_pixels = static_cast<int>(*size);
  if (const auto size = value("SIZE2")) request.slow_pixels = static_cast<int>(*size);
  if (request.fast_pixels == 0) {
    if (const auto size = value("DETECTOR_DIMENSIONS")) {
      request.fast_pixels = request.slow_pixels = static_cast<int>(*size);
    }
  }
  if (const auto size = value("PIXEL_SIZE")) request.pixel_size = *size / 1000.0;
  if (const auto distance = value("DISTANCE")) request.distance = *distance / 1000.0;
  if (const auto distance = value("CLOSE_DISTANCE")) request.close_distance = *distance / 1000.0;
  if (const auto wavelength = value("WAVELENGTH")) request.wavelength = *wavelength / 1e10;
  if (const auto center = value("BEAM_CENTER_X")) request.x_beam = *center / 1000.0;
  if (const auto center = value("BEAM_CENTER_Y")) {
    const bool mirrored = use == HeaderUse::mask && !exact_keys;
    const double slow_size = request.pixel_size * request.slow_pixels;
    request.y_beam = mirrored ? slow_size - *center / 1000.0 : *center / 1000.0;
  }
  if (const auto origin = value("ORGX")) request.orgx = *origin;
  if (const auto origin = value("ORGY")) request.orgy = *origin;
  if (exact_keys) {
    if (const auto origin = value("XDS_ORGX"); origin && !value("ORGX")) request.orgx = *origin;
    if (const auto origin = value("XDS_ORGY"); origin && !value("ORGY")) request.orgy = *origin;
    if (const auto angle = value("TWOTHETA")) request.twotheta = *angle / degree;
  }
  if (const auto angle = value("PHI")) request.phi_start = *angle / degree;
  if (const auto range = value("OSC_RANGE")) request.phi.range = *range / degree;
}

std::vector<std::uint8_t> read_smv_mask(const std::string& file, int fast, int slow) {
  const std::string header = header_of(file);
  const auto fast_size = value_of(header, "SIZE1", false);
  const auto slow_size = value_of(header, "SIZE2", false);
  if (!fast_size || !slow_size || static_cast<int>(*fast_size) != fast || static_cast<int>(*slow_size) != slow) {
    throw std::invalid_argument("the mask has not the size of the image");
  }
  const auto count = static_cast<std::size_t>(fast) * static_cast<std::size_t>(slow);
  if (file.size() < header.size() + 2 * count) throw std::invalid_argument("the mask is cut off");
  std::vector<std::uint8_t> mask(count);
  for (std::size_t i = 0; i < count; ++i) {
    mask[i] = file[header.size() + 2 * i] != 0 || file[header.size() + 2 * i + 1] != 0;
  }
  return mask;
}

}  // namespace nbt::oracle
