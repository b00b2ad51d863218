// The writing half of smv.hpp.

#include <bit>

#include "formats/numbers.hpp"
#include "formats/smv.hpp"

namespace nbt::formats {
namespace {

constexpr std::string_view native_order = std::endian::native == std::endian::little ? "little_endian" : "big_endian";
constexpr std::size_t header_unit_bytes = 512;

std::string line(std::string_view key, std::string_view value) {
  return std::string(key).append("=").append(value).append(";\n");
}

std::string line(std::string_view key, double value) {
  return line(key, format_g(value));
}

std::string size_lines(std::int64_t fast_count, std::int64_t slow_count) {
  return line("DIM", "2") + line("BYTE_ORDER", native_order) + line("TYPE", "unsigned_short") +
         line("SIZE1", std::to_string(fast_count)) + line("SIZE2", std::to_string(slow_count));
}

std::string beam_lines(const SmvHeaderFields& f) {
  return line("PIXEL_SIZE", f.pixel_size_mm) + line("DISTANCE", f.distance_mm) + line("WAVELENGTH", f.wavelength_A);
}

std::string beam_center_lines(const SmvHeaderFields& f) {
  return line("BEAM_CENTER_X", f.beam_center_x_mm) + line("BEAM_CENTER_Y", f.beam_center_y_mm) +
         line("ADXV_CENTER_X", f.adxv_center_x_mm) + line("ADXV_CENTER_Y", f.adxv_center_y_mm) +
         line("MOSFLM_CENTER_X", f.mosflm_center_x_mm) + line("MOSFLM_CENTER_Y", f.mosflm_center_y_mm) +
         line("DENZO_X_BEAM", f.denzo_x_beam_mm) + line("DENZO_Y_BEAM", f.denzo_y_beam_mm) +
         "DIALS_ORIGIN=" + format_g(f.dials_origin_mm[0]) + "," + format_g(f.dials_origin_mm[1]) + "," +
         format_g(f.dials_origin_mm[2]) + "\n" + line("XDS_ORGX", f.xds_orgx_pixels) +
         line("XDS_ORGY", f.xds_orgy_pixels) + line("CLOSE_DISTANCE", f.close_distance_mm);
}

std::string rotation_lines(const SmvHeaderFields& f) {
  return line("PHI", f.phi_deg) + line("OSC_START", f.osc_start_deg) + line("OSC_RANGE", f.osc_range_deg) +
         line("TWOTHETA", f.twotheta_deg);
}

std::string header_text(const SmvHeaderFields& fields, SmvFlavour flavour, std::size_t header_bytes) {
  const bool with_offset = flavour == SmvFlavour::standard;
  return "{\n" + line("HEADER_BYTES", std::to_string(header_bytes)) + size_lines(fields.fast_count, fields.slow_count) +
         beam_lines(fields) + beam_center_lines(fields) + rotation_lines(fields) +
         (with_offset ? line("ADC_OFFSET", fields.adc_offset) : std::string()) + line("DETECTOR_SN", "000") +
         line("BEAMLINE", "fake") + "}\f";
}

std::string mask_header(const Mask& mask) {
  std::string text = "{\n" + line("HEADER_BYTES", std::to_string(header_unit_bytes)) +
                     size_lines(mask.fast_count, mask.slow_count) + "}\f";
  text.resize(header_unit_bytes, ' ');
  return text;
}

}  // namespace

std::string smv_mask(const Mask& mask) {
  std::vector<std::uint16_t> pixels;
  pixels.reserve(static_cast<std::size_t>(mask.fast_count * mask.slow_count));
  for (std::int64_t slow = 0; slow < mask.slow_count; ++slow) {
    for (std::int64_t fast = 0; fast < mask.fast_count; ++fast) pixels.push_back(mask.at(slow, fast) ? 1 : 0);
  }
  return mask_header(mask).append(reinterpret_cast<const char*>(pixels.data()), pixels.size() * sizeof pixels[0]);
}

std::string smv_header(const SmvHeaderFields& fields, SmvFlavour flavour) {
  std::size_t header_bytes = header_unit_bytes;
  std::string text = header_text(fields, flavour, header_bytes);
  while (flavour == SmvFlavour::standard && text.size() > header_bytes) {
    header_bytes += header_unit_bytes;
    text = header_text(fields, flavour, header_bytes);
  }
  if (text.size() < header_bytes) text.append(header_bytes - text.size(), ' ');
  return text;
}

}  // namespace nbt::formats
