#include "solid_angle.hpp"

#include <cmath>

#include "plan/evaluation_point.hpp"

namespace nbt {
namespace {

// Positions of one sub-pixel along a row of pixels: start + i * step, metres.
struct Row {
  Vector3 start_m;
  Vector3 step_m;
};

Row row_of(const Scene& scene, const Panel& panel, const SubPixel& first) {
  return {position_m(panel, scene.beam_direction, scene.oversample, first), panel.pixel_size_m * panel.fast};
}

// Physics.md 3.7 from the square of the distance.
double solid_angle_at(const Panel& panel, double distance_squared_m2) {
  if (panel.point_pixel) return 1.0 / distance_squared_m2;
  return panel.pixel_size_m * panel.pixel_size_m * panel.close_distance_m /
         (distance_squared_m2 * std::sqrt(distance_squared_m2));
}

// Sum of value(0) to value(count - 1) for a smooth function of a real position. Eight neighbours are summed by the two
// points that share their mean and variance: exact for cubics, and better than 1e-9 where a pixel is a thousandth of
// the distance.
template <class Value>
double sum_of_smooth(std::int64_t count, Value value) {
  constexpr std::int64_t neighbours = 8;
  const double middle = (neighbours - 1) / 2.0;
  const double spread = std::sqrt((neighbours * neighbours - 1) / 12.0);
  double sum = 0;
  std::int64_t i = 0;
  for (; i + neighbours <= count; i += neighbours) {
    const double centre = static_cast<double>(i) + middle;
    sum += neighbours / 2.0 * (value(centre - spread) + value(centre + spread));
  }
  for (; i < count; ++i) sum += value(static_cast<double>(i));
  return sum;
}

// Distances squared are a parabola along the row of a flat panel and constant on a curved one.
double sum_of_row(const Scene& scene, const Panel& panel, const SubPixel& at) {
  const SubPixel first{at.slow, panel.region.fast_first, at.layer, at.sub_slow, at.sub_fast};
  const Row row = row_of(scene, panel, first);
  const double constant = dot(row.start_m, row.start_m);
  const double linear = panel.curved ? 0 : 2 * dot(row.start_m, row.step_m);
  const double square = panel.curved ? 0 : dot(row.step_m, row.step_m);
  const auto solid_angle = [&](double i) { return solid_angle_at(panel, constant + i * (linear + i * square)); };
  const std::int64_t count = panel.region.fast_last - panel.region.fast_first + 1;
  if (!scene.mask) return sum_of_smooth(count, solid_angle);
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if (scene.mask->at(at.slow, panel.region.fast_first + i)) sum += solid_angle(static_cast<double>(i));
  }
  return sum;
}

// Mean over the sub-pixels of one layer where they are asked for; else the first one's.
double sum_of_layer(const Scene& scene, const Panel& panel, int layer) {
  const int samples = scene.oversample_omega ? scene.oversample : 1;
  double sum = 0;
  for (std::int64_t slow = panel.region.slow_first; slow <= panel.region.slow_last; ++slow) {
    for (int sub_slow = 0; sub_slow < samples; ++sub_slow) {
      for (int sub_fast = 0; sub_fast < samples; ++sub_fast) {
        sum += sum_of_row(scene, panel, {slow, 0, layer, sub_slow, sub_fast});
      }
    }
  }
  return sum / (static_cast<double>(samples) * samples);
}

// Without oversampling the first layer's value counts for every layer.
double sum_of_layers(const Scene& scene, const Panel& panel, double of_first_layer) {
  if (!scene.oversample_omega) return of_first_layer * panel.layers;
  double sum = of_first_layer;
  for (int layer = 1; layer < panel.layers; ++layer) sum += sum_of_layer(scene, panel, layer);
  return sum;
}

}  // namespace

SolidAngle rendered_solid_angle(const Plan& plan) {
  const Scene& scene = plan.scene;
  SolidAngle total;
  for (const Panel& panel : scene.panels) {
    const double of_first_layer = sum_of_layer(scene, panel, 0);
    total.steradian += of_first_layer;
    total.reference_steradian += sum_of_layers(scene, panel, of_first_layer);
  }
  const double terms_per_sub_pixel = static_cast<double>(plan.sources.size()) * static_cast<double>(plan.domain_count) *
                                     static_cast<double>(plan.phi_count);
  total.reference_steradian /= terms_per_sub_pixel;
  return total;
}

}  // namespace nbt
