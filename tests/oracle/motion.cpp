#include "motion.hpp"

#include <map>
#include <stdexcept>

namespace nbt::oracle {
namespace {

// Every parameter that passes through Motion::of, with the number of its components.
const std::map<std::string, int>& component_counts() {
  static const std::map<std::string, int> table = {
      {"crystal.cell_lengths_A", 3},
      {"crystal.cell_angles_deg", 3},
      {"crystal.orientation_matrix", 9},
      {"crystal.misset_deg", 3},
      {"crystal.cells", 3},
      {"crystal.fudge", 1},
      {"crystal.mosaic_spread_deg", 1},
      {"structure_factors.default_F", 1},
      {"beam.wavelength_A", 1},
      {"beam.dispersion_percent", 1},
      {"beam.divergence_horizontal_mrad", 1},
      {"beam.divergence_vertical_mrad", 1},
      {"beam.polarization_factor", 1},
      {"beam.polarization_axis", 3},
      {"beam.direction", 3},
      {"beam.fluence_per_m2", 1},
      {"goniometer.spindle_axis", 3},
      {"goniometer.phi_start_deg", 1},
      {"goniometer.phi_step_deg", 1},
      {"detector.pixel_size_mm", 1},
      {"detector.distance_mm", 1},
      {"detector.close_distance_mm", 1},
      {"detector.Xbeam_mm", 1},
      {"detector.Ybeam_mm", 1},
      {"detector.ORGX_pixels", 1},
      {"detector.ORGY_pixels", 1},
      {"detector.fast_axis", 3},
      {"detector.slow_axis", 3},
      {"detector.origin_mm", 3},
      {"detector.rotation_deg", 3},
      {"detector.twotheta_deg", 1},
      {"detector.attenuation_depth_um", 1},
      {"background.water_um", 1},
  };
  return table;
}

}  // namespace

Motion::Motion(const Seed& seed) : seed_(seed) {
  if (seed.reflection) {
    if (!seed.parameter.empty()) throw std::invalid_argument("either a parameter or a reflection moves, not both");
    return;
  }
  const auto found = component_counts().find(seed.parameter);
  if (found == component_counts().end()) throw std::invalid_argument("cannot move " + seed.parameter);
  if (seed.component < 0 || seed.component >= found->second) {
    throw std::invalid_argument(seed.parameter + " has no component " + std::to_string(seed.component));
  }
}

Dual Motion::of(const char* parameter, Dual value, double unit, int component) const {
  if (seed_.parameter != parameter || seed_.component != component) return value;
  return settled(value + Dual{0.0, unit, 0.0});
}

VectorOf<Dual> Motion::of(const char* parameter, VectorOf<Dual> value, double unit) const {
  return {of(parameter, value.x, unit, 0), of(parameter, value.y, unit, 1), of(parameter, value.z, unit, 2)};
}

}  // namespace nbt::oracle
