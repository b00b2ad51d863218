#include "plan/evaluation_point.hpp"

#include <cmath>

namespace nbt {
namespace {

Vector3 curved_position(const Panel& panel, const Vector3& beam, const Vector3& flat, double fast_m, double slow_m) {
  const Vector3 straight = panel.distance_m * beam;
  if (panel.curved_lab_axes) {
    return rotate_about(rotate_about(straight, panel.slow, flat.y / panel.distance_m), panel.fast,
                        flat.z / panel.distance_m);
  }
  const double across = (fast_m - panel.true_fast_beam_m) / panel.distance_m;
  const double along = (slow_m - panel.true_slow_beam_m) / panel.distance_m;
  const Vector3 turned = rotate_about(straight, unit(cross(beam, panel.fast)), across);
  return rotate_about(turned, unit(cross(beam, panel.slow)), along);
}

}  // namespace

Vector3 position_m(const Panel& panel, const Vector3& beam_direction, int oversample, const SubPixel& at) {
  const double pitch = panel.pixel_size_m / oversample;
  const double fast_m = pitch * static_cast<double>(at.fast * oversample + at.sub_fast) + pitch / 2.0;
  const double slow_m = pitch * static_cast<double>(at.slow * oversample + at.sub_slow) + pitch / 2.0;
  const double depth_m = at.layer * panel.layer_pitch_m;
  const Vector3 flat = fast_m * panel.fast + slow_m * panel.slow + depth_m * panel.normal + panel.origin_m;
  return panel.curved ? curved_position(panel, beam_direction, flat, fast_m, slow_m) : flat;
}

Vector3 scattering_vector_per_m(const Vector3& position_m, const PlannedSource& source) {
  const Vector3 diffracted = unit(position_m);
  return {(diffracted.x - source.incident[0]) / source.wavelength_m,
          (diffracted.y - source.incident[1]) / source.wavelength_m,
          (diffracted.z - source.incident[2]) / source.wavelength_m};
}

bool beyond_dmin(const Vector3& scattering_vector_per_m, double dmin_m) {
  const double half = 0.5 * length(scattering_vector_per_m);
  return dmin_m > 0 && half > 0 && dmin_m > 0.5 / half;
}

}  // namespace nbt
