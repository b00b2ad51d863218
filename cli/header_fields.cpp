#include "header_fields.hpp"

#include "formats/smv.hpp"

namespace nbt::program {
namespace {

formats::SmvHeaderFields header_fields(const nlohmann::ordered_json& header) {
  const auto number = [&](const char* key) { return header.at(key).get<double>(); };
  formats::SmvHeaderFields fields;
  fields.fast_count = header.at("SIZE1").get<std::int64_t>();
  fields.slow_count = header.at("SIZE2").get<std::int64_t>();
  fields.pixel_size_mm = number("PIXEL_SIZE");
  fields.distance_mm = number("DISTANCE");
  fields.wavelength_A = number("WAVELENGTH");
  fields.beam_center_x_mm = number("BEAM_CENTER_X");
  fields.beam_center_y_mm = number("BEAM_CENTER_Y");
  fields.adxv_center_x_mm = number("ADXV_CENTER_X");
  fields.adxv_center_y_mm = number("ADXV_CENTER_Y");
  fields.mosflm_center_x_mm = number("MOSFLM_CENTER_X");
  fields.mosflm_center_y_mm = number("MOSFLM_CENTER_Y");
  fields.denzo_x_beam_mm = number("DENZO_X_BEAM");
  fields.denzo_y_beam_mm = number("DENZO_Y_BEAM");
  fields.dials_origin_mm = header.at("DIALS_ORIGIN").get<std::array<double, 3>>();
  fields.xds_orgx_pixels = number("XDS_ORGX");
  fields.xds_orgy_pixels = number("XDS_ORGY");
  fields.close_distance_mm = number("CLOSE_DISTANCE");
  fields.phi_deg = number("PHI");
  fields.osc_start_deg = number("OSC_START");
  fields.osc_range_deg = number("OSC_RANGE");
  fields.twotheta_deg = number("TWOTHETA");
  fields.adc_offset = number("ADC_OFFSET");
  return fields;
}

}  // namespace

std::string smv_header_of(const nlohmann::ordered_json& report, bool as_nanobragg) {
  return formats::smv_header(header_fields(report.at("header")),
                             as_nanobragg ? formats::SmvFlavour::nanobragg : formats::SmvFlavour::standard);
}

}  // namespace nbt::program
