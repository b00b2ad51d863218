#include "report.hpp"

#include <nlohmann/json.hpp>

#include "formats/scene_header.hpp"
#include "model/conventions.hpp"

namespace nbt {
namespace {

using Json = nlohmann::ordered_json;
using Id = ParameterId;

Json degrees(double radians) {
  return radians * degrees_per_radian;
}

Json degrees(const std::array<double, 3>& radians) {
  return {radians[0] * degrees_per_radian, radians[1] * degrees_per_radian, radians[2] * degrees_per_radian};
}

Json components(const Vector3& v, double factor = 1) {
  return {v.x * factor, v.y * factor, v.z * factor};
}

const char* name_of(Precision precision) {
  switch (precision) {
    case Precision::double_:
      return "double";
    case Precision::exact:
      return "exact";
    case Precision::fast:
      return "fast";
    default:
      return "single";
  }
}

const char* name_of(Shape shape) {
  switch (shape) {
    case Shape::round:
      return "round";
    case Shape::gauss:
      return "gauss";
    case Shape::tophat:
      return "tophat";
    default:
      return "square";
  }
}

Json region_json(const Region& region) {
  return {region.fast_first, region.fast_last, region.slow_first, region.slow_last};
}

Json panel_json(const Panel& panel) {
  return {{"fast_count", panel.fast_count},
          {"slow_count", panel.slow_count},
          {"pixel_size_mm", panel.pixel_size_m * 1000},
          {"fast_axis", components(panel.fast)},
          {"slow_axis", components(panel.slow)},
          {"normal_axis", components(panel.normal)},
          {"origin_mm", components(panel.origin_m, 1000)},
          {"dials_origin_mm", formats::dials_origin_mm(panel)},
          {"distance_mm", panel.distance_m * 1000},
          {"close_distance_mm", panel.close_distance_m * 1000},
          {"beam_fast_mm", panel.fast_beam_m * 1000},
          {"beam_slow_mm", panel.slow_beam_m * 1000},
          {"close_fast_mm", panel.fast_close_m * 1000},
          {"close_slow_mm", panel.slow_close_m * 1000},
          {"ORGX_pixels", formats::origin_pixels(panel.fast_close_m, panel)},
          {"ORGY_pixels", formats::origin_pixels(panel.slow_close_m, panel)},
          {"region", region_json(panel.region)},
          {"curved", panel.curved},
          {"point_pixel", panel.point_pixel},
          {"layers", panel.layers},
          {"layer_pitch_um", panel.layer_pitch_m * 1e6},
          {"thickness_um", panel.thickness_m * 1e6},
          {"attenuation_per_m", panel.attenuation_per_m}};
}

Json detector_json(const Scene& scene) {
  Json panels = Json::array();
  for (const Panel& panel : scene.panels) panels.push_back(panel_json(panel));
  return {{"convention", convention_row(scene.convention).name},
          {"pivot", scene.pivot == Pivot::beam ? "beam" : "sample"},
          {"twotheta_axis", components(scene.twotheta_axis)},
          {"twotheta_deg", degrees(scene.twotheta_rad)},
          {"panels", panels}};
}

Json beam_json(const Scene& scene) {
  return {{"direction", components(scene.beam_direction)},
          {"polarization_axis", components(scene.polarization_axis)},
          {"polarization", scene.polarization},
          {"polarization_factor", scene.polarization_factor},
          {"wavelength_A", scene.wavelength_m * 1e10},
          {"fluence_per_m2", scene.fluence_per_m2},
          {"sources", scene.sources.size()}};
}

Json crystal_json(const Crystal& crystal) {
  constexpr double angstrom_per_m = 1e10;
  return {{"cell_lengths_A", crystal.lengths_A},
          {"cell_angles_deg", degrees(crystal.angles_rad)},
          {"reciprocal_lengths_per_A", crystal.reciprocal_per_A},
          {"reciprocal_angles_deg", degrees(crystal.reciprocal_angles_rad)},
          {"volume_A3", crystal.volume_A3},
          {"a_A", components(crystal.a_m, angstrom_per_m)},
          {"b_A", components(crystal.b_m, angstrom_per_m)},
          {"c_A", components(crystal.c_m, angstrom_per_m)},
          {"misset_deg", degrees(crystal.misset_rad)},
          {"cells", crystal.cells},
          {"size_um", {crystal.size_m[0] * 1e6, crystal.size_m[1] * 1e6, crystal.size_m[2] * 1e6}},
          {"shape", name_of(crystal.shape)},
          {"fudge", crystal.fudge},
          {"mosaic_spread_deg", degrees(crystal.mosaic_spread_rad)},
          {"mosaic_domains", crystal.mosaic_rotations.size()}};
}

Json goniometer_json(const Crystal& crystal) {
  return {{"spindle_axis", components(crystal.spindle)},
          {"phi_start_deg", degrees(crystal.phi_start_rad)},
          {"phi_range_deg", degrees(crystal.phi_range_rad)},
          {"phi_step_deg", degrees(crystal.phi_step_rad)},
          {"phi_steps", crystal.phi_rad.size()}};
}

Json structure_factors_json(const Scene& scene) {
  Json sets = Json::array();
  for (const SharedStructureFactors& set : scene.structure_factor_sets) {
    if (!set) continue;
    const auto& [h, k, l] = set->range;
    sets.push_back({{"first", {h.first, k.first, l.first}},
                    {"last", {h.last, k.last, l.last}},
                    {"count", set->amplitudes.size()}});
  }
  return {{"default_F", scene.default_F}, {"interpolation", scene.tricubic ? "tricubic" : "nearest"}, {"sets", sets}};
}

Json sampling_json(const Plan& plan) {
  const Scene& scene = plan.scene;
  return {{"oversample", scene.oversample},
          {"recommended_oversample", scene.recommended_oversample},
          {"oversample_thick", scene.oversample_thick},
          {"oversample_polar", scene.oversample_polar},
          {"oversample_omega", scene.oversample_omega},
          {"dmin_A", scene.dmin_m * 1e10},
          {"steps", plan.steps},
          {"evaluations_per_pixel", evaluations_per_pixel(plan)}};
}

// What the approximations may cost; null where one is not in use.
Json precision_json(const Plan& plan) {
  const Scene& scene = plan.scene;
  const double bound = plan.precision_error_bound;
  return {{"asked", name_of(plan.precision_asked)},
          {"used", name_of(scene.precision)},
          {"reason", plan.precision_reason.empty() ? Json() : Json(plan.precision_reason)},
          {"tolerance", scene.precision_tolerance},
          {"fast_error_bound", bound > 0 ? Json(bound) : Json()},
          {"tail_tolerance", scene.tail_tolerance},
          {"tail_error_bound_photons", plan.tail_error_bound > 0 ? Json(plan.tail_error_bound) : Json()}};
}

Json latch_json(const Plan& plan) {
  if (!plan.latch) return nullptr;
  return {{"panel", plan.latch->panel}, {"slow", plan.latch->slow}, {"fast", plan.latch->fast}};
}

Json first_sweep_json(const Plan& plan) {
  Json pixels = Json::array();
  for (const FirstSweepPixel& pixel : plan.first_sweep_pixels) {
    pixels.push_back({{"panel", pixel.panel}, {"slow", pixel.slow}, {"fast", pixel.fast}});
  }
  return pixels;
}

Json compatibility_json(const Parameters& parameters, const Plan& plan) {
  Json reproduced = Json::array();
  for (const QuirkInfo& info : quirk_table()) {
    if (plan.scene.compatibility.reference(info.quirk)) reproduced.push_back(info.token);
  }
  return {{"tokens", parameters.text(Id::compat_tokens)},
          {"fixes", parameters.text(Id::compat_fixes)},
          {"as_reference", reproduced},
          {"phi_carryover", plan.scene.carryover ? "c-parity" : "spec"},
          {"phi_carryover_threads", plan.scene.carryover_threads},
          {"first_sweep_pixels", first_sweep_json(plan)},
          {"interpolation_off_at", latch_json(plan)}};
}

Json seed(const Parameters& parameters, Id id) {
  return parameters.automatic(id) ? Json() : Json(parameters.integer(id));
}

Json seeds_json(const Parameters& parameters) {
  return {{"misset", seed(parameters, Id::crystal_misset_seed)},
          {"mosaic", seed(parameters, Id::crystal_mosaic_seed)},
          {"noise", seed(parameters, Id::noise_seed)}};
}

// Values of the SMV header, in its units (files-and-cli.md 4.2).
Json header_json(const formats::SmvHeaderFields& f) {
  return {{"SIZE1", f.fast_count},
          {"SIZE2", f.slow_count},
          {"PIXEL_SIZE", f.pixel_size_mm},
          {"DISTANCE", f.distance_mm},
          {"WAVELENGTH", f.wavelength_A},
          {"BEAM_CENTER_X", f.beam_center_x_mm},
          {"BEAM_CENTER_Y", f.beam_center_y_mm},
          {"ADXV_CENTER_X", f.adxv_center_x_mm},
          {"ADXV_CENTER_Y", f.adxv_center_y_mm},
          {"MOSFLM_CENTER_X", f.mosflm_center_x_mm},
          {"MOSFLM_CENTER_Y", f.mosflm_center_y_mm},
          {"DENZO_X_BEAM", f.denzo_x_beam_mm},
          {"DENZO_Y_BEAM", f.denzo_y_beam_mm},
          {"DIALS_ORIGIN", f.dials_origin_mm},
          {"XDS_ORGX", f.xds_orgx_pixels},
          {"XDS_ORGY", f.xds_orgy_pixels},
          {"CLOSE_DISTANCE", f.close_distance_mm},
          {"PHI", f.phi_deg},
          {"OSC_START", f.osc_start_deg},
          {"OSC_RANGE", f.osc_range_deg},
          {"TWOTHETA", f.twotheta_deg},
          {"ADC_OFFSET", f.adc_offset}};
}

Json statistics_json(const PanelStatistics& panel) {
  const image::ImageStatistics& image = panel.image;
  return {{"panel", panel.panel},
          {"max", image.maximum},
          {"max_slow", image.maximum_slow},
          {"max_fast", image.maximum_fast},
          {"sum", image.sum},
          {"mean", image.mean},
          {"rms", image.rms},
          {"rmsd", image.rmsd},
          {"true_rms", image.true_rms},
          {"true_rmsd", image.true_rmsd},
          {"rendered_pixels", image.rendered_pixels},
          {"region_pixels", image.region_pixels}};
}

Json last_run_json(const LastRun* run) {
  if (!run) return nullptr;
  Json panels = Json::array();
  for (const PanelStatistics& panel : run->panels) panels.push_back(statistics_json(panel));
  return {{"device", run->device.name},
          {"device_model", run->device.model},
          {"simd_target", run->setup.simd_target},
          {"index_arithmetic", run->setup.index_arithmetic},
          {"threads", run->setup.threads},
          {"pixel_type", run->type == PixelType::float32 ? "float32" : "float64"},
          {"rows_per_chunk", run->rows_per_chunk > 0 ? Json(run->rows_per_chunk) : Json()},
          {"working_bytes", run->working_bytes},
          {"panels", panels}};
}

Json solid_angle_json(const SolidAngle& angle) {
  return {{"rendered", angle.steradian}, {"nanobragg", angle.reference_steradian}};
}

}  // namespace

std::string report_json(const Parameters& parameters, const Plan& plan, const SolidAngle& solid_angle,
                        const LastRun* last_run) {
  const Scene& scene = plan.scene;
  const Json report = {{"nbt_report", 1},
                       {"version", NBT_VERSION},
                       {"detector", detector_json(scene)},
                       {"beam", beam_json(scene)},
                       {"crystal", crystal_json(scene.crystal)},
                       {"goniometer", goniometer_json(scene.crystal)},
                       {"structure_factors", structure_factors_json(scene)},
                       {"sampling", sampling_json(plan)},
                       {"background", {{"water_um", scene.water_m * 1e6}, {"intensity", scene.background}}},
                       {"seeds", seeds_json(parameters)},
                       {"precision_used", name_of(scene.precision)},
                       {"precision", precision_json(plan)},
                       {"compatibility", compatibility_json(parameters, plan)},
                       {"solid_angle_sr", solid_angle_json(solid_angle)},
                       {"warnings", scene.warnings},
                       {"header", header_json(formats::header_of(parameters, scene))},
                       {"last_run", last_run_json(last_run)}};
  constexpr int indent = 1;
  return report.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nbt
