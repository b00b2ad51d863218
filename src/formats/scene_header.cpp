#include "formats/scene_header.hpp"

namespace nbt::formats {
namespace {

using Id = ParameterId;

// The edge along slow as given, which need not be a whole number of pixels (physics.md 3.1).
double slow_edge_m(const Parameters& parameters, const Panel& panel) {
  const std::int64_t pixels = parameters.integer(Id::detector_pixels, 1);
  return pixels > 0 ? panel.pixel_size_m * static_cast<double>(pixels)
                    : parameters.real(Id::detector_size_mm, 1) / 1000.0;
}

void set_panel(const Panel& panel, SmvHeaderFields& fields) {
  fields.fast_count = panel.fast_count;
  fields.slow_count = panel.slow_count;
  fields.pixel_size_mm = panel.pixel_size_m * 1000;
  fields.distance_mm = panel.distance_m * 1000;
  fields.close_distance_mm = panel.close_distance_m * 1000;
}

void set_centers(const Parameters& parameters, const Scene& scene, SmvHeaderFields& fields) {
  const Panel& panel = scene.panels.front();
  const double half_pixel = 0.5 * panel.pixel_size_m;
  fields.beam_center_x_mm = scene.Xbeam_m * 1000;
  fields.beam_center_y_mm = scene.Ybeam_m * 1000;
  fields.adxv_center_x_mm = panel.fast_beam_m * 1000;
  fields.adxv_center_y_mm = (slow_edge_m(parameters, panel) - panel.slow_beam_m) * 1000;
  fields.mosflm_center_x_mm = (panel.slow_beam_m - half_pixel) * 1000;
  fields.mosflm_center_y_mm = (panel.fast_beam_m - half_pixel) * 1000;
  fields.denzo_x_beam_mm = panel.slow_beam_m * 1000;
  fields.denzo_y_beam_mm = panel.fast_beam_m * 1000;
  fields.dials_origin_mm = dials_origin_mm(panel);
  fields.xds_orgx_pixels = origin_pixels(panel.fast_close_m, panel);
  fields.xds_orgy_pixels = origin_pixels(panel.slow_close_m, panel);
}

void set_rotation(const Scene& scene, SmvHeaderFields& fields) {
  fields.phi_deg = scene.crystal.phi_start_rad * degrees_per_radian;
  fields.osc_start_deg = fields.phi_deg;
  fields.osc_range_deg = scene.crystal.phi_range_rad * degrees_per_radian;
  fields.twotheta_deg = scene.twotheta_rad * degrees_per_radian;
}

}  // namespace

SmvHeaderFields header_of(const Parameters& parameters, const Scene& scene) {
  SmvHeaderFields fields;
  set_panel(scene.panels.front(), fields);
  set_centers(parameters, scene, fields);
  set_rotation(scene, fields);
  fields.wavelength_A = scene.wavelength_m * 1e10;
  fields.adc_offset = scene.adc_offset;
  return fields;
}

std::array<double, 3> dials_origin_mm(const Panel& panel) {
  return {1000 * panel.origin_m.z, 1000 * panel.origin_m.y, -1000 * panel.origin_m.x};
}

double origin_pixels(double close_m, const Panel& panel) {
  return close_m / panel.pixel_size_m + 0.5;
}

}  // namespace nbt::formats
