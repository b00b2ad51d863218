// SMV images: a text header of KEY=value; lines, then 16-bit pixels (files-and-cli.md 3.4 and 4.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/scene.hpp"

namespace nbt::formats {

// How a key is looked up [Q45]. The reference takes what stands after the '=' behind the last place where the
// key occurs, also inside a longer key: DISTANCE finds CLOSE_DISTANCE, ORGX finds XDS_ORGX.
enum class SmvKeyRule { last_substring, exact };

class SmvHeader {
 public:
  // Throws Error(Status::file) where `bytes` do not begin with a complete SMV header.
  static SmvHeader parse(std::string_view bytes, std::string_view name);

  std::size_t size_bytes() const { return text_.size(); }

  // The value up to ';' or the end of the line, trimmed; nothing if the key does not occur.
  std::optional<std::string> value(std::string_view key, SmvKeyRule rule) const;
  // Throws Error(Status::file) if the value is there and is not a number.
  std::optional<double> number(std::string_view key, SmvKeyRule rule) const;

  // Keys and values in the order of the header; a key that is defined twice stands there twice.
  std::vector<std::pair<std::string, std::string>> entries() const;

  // Pixels along fast and slow: SIZE1, SIZE2, or DETECTOR_DIMENSIONS where SIZE1 is absent or 0.
  struct Size {
    std::int64_t fast_count = 0;
    std::int64_t slow_count = 0;
  };
  Size size() const;

 private:
  [[noreturn]] void fail(const std::string& reason) const;
  std::int64_t count(std::string_view key) const;

  std::string name_;
  std::string text_;
};

struct SmvImage {
  SmvHeader header;
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  std::vector<std::uint16_t> pixels;  // slow * fast_count + fast
};

// Header and pixels, in the byte order that the header names. Bytes behind the last pixel are ignored. Throws
// Error(Status::file): not SMV, another pixel type than unsigned 16-bit, impossible size, too few bytes.
SmvImage read_smv(std::string_view bytes, std::string_view name);

// A mask as the option -mask reads it: zero pixels are not rendered. The header has nothing but the size.
std::string smv_mask(const Mask& mask);

// The values of the header lines, in the order of files-and-cli.md 4.2.
struct SmvHeaderFields {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  double pixel_size_mm = 0;
  double distance_mm = 0;
  double wavelength_A = 0;
  double beam_center_x_mm = 0;
  double beam_center_y_mm = 0;
  double adxv_center_x_mm = 0;
  double adxv_center_y_mm = 0;
  double mosflm_center_x_mm = 0;
  double mosflm_center_y_mm = 0;
  double denzo_x_beam_mm = 0;
  double denzo_y_beam_mm = 0;
  std::array<double, 3> dials_origin_mm{};
  double xds_orgx_pixels = 0;
  double xds_orgy_pixels = 0;
  double close_distance_mm = 0;
  double phi_deg = 0;
  double osc_start_deg = 0;
  double osc_range_deg = 0;
  double twotheta_deg = 0;
  double adc_offset = 0;  // not in the nanobragg flavour
};

enum class SmvFlavour {
  standard,  // ADC_OFFSET is written; HEADER_BYTES is the next multiple of 512 that holds the text
  nanobragg  // the reference's bytes: HEADER_BYTES=512 whatever the length, no ADC_OFFSET
};

// The whole header, blank-padded to the pixels. Numbers have six digits and DIALS_ORIGIN no semicolon [Q46].
std::string smv_header(const SmvHeaderFields& fields, SmvFlavour flavour);

}  // namespace nbt::formats
