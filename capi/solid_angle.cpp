#include "solid_angle.hpp"

#include "plan/evaluation_point.hpp"

namespace nbt {
namespace {

// physics.md 3.7, in its order of operations.
double solid_angle_at(const Panel& panel, const Vector3& position) {
  const double airpath_m = length(position);
  if (panel.point_pixel) return 1.0 / airpath_m / airpath_m;
  return panel.pixel_size_m * panel.pixel_size_m / airpath_m / airpath_m * panel.close_distance_m / airpath_m;
}

// Mean over the sub-pixels of one layer, where they are asked for; else the first one's.
double solid_angle_of_layer(const Scene& scene, const Panel& panel, SubPixel at) {
  const int samples = scene.oversample_omega ? scene.oversample : 1;
  double sum = 0;
  for (at.sub_slow = 0; at.sub_slow < samples; ++at.sub_slow) {
    for (at.sub_fast = 0; at.sub_fast < samples; ++at.sub_fast) {
      sum += solid_angle_at(panel, position_m(panel, scene.beam_direction, scene.oversample, at));
    }
  }
  return sum / (static_cast<double>(samples) * samples);
}

// Without oversampling the first layer's value counts for every layer.
double solid_angle_of_layers(const Scene& scene, const Panel& panel, SubPixel at, double of_first_layer) {
  if (!scene.oversample_omega) return of_first_layer * panel.layers;
  double sum = of_first_layer;
  for (at.layer = 1; at.layer < panel.layers; ++at.layer) sum += solid_angle_of_layer(scene, panel, at);
  return sum;
}

}  // namespace

SolidAngle rendered_solid_angle(const Plan& plan) {
  const Scene& scene = plan.scene;
  SolidAngle total;
  for (const Panel& panel : scene.panels) {
    any_rendered_pixel(scene, panel, 0, panel.slow_count - 1, [&](std::int64_t slow, std::int64_t fast) {
      const SubPixel first{slow, fast};
      const double of_first_layer = solid_angle_of_layer(scene, panel, first);
      total.steradian += of_first_layer;
      total.reference_steradian += solid_angle_of_layers(scene, panel, first, of_first_layer);
      return false;
    });
  }
  const double terms_per_sub_pixel = static_cast<double>(plan.sources.size()) * static_cast<double>(plan.domain_count) *
                                     static_cast<double>(plan.phi_count);
  total.reference_steradian /= terms_per_sub_pixel;
  return total;
}

}  // namespace nbt
