#include "cpu/render_constants.hpp"

#include <algorithm>
#include <cmath>

namespace nbt {
namespace {

// Radius beyond which a term is exactly 0, in the units of `spot_metric`; 0 for shapes without one.
double largest_radius(const Plan& plan) {
  switch (plan.scene.crystal.shape) {
    case Shape::gauss:
      return plan.scene.precision == Precision::double_ ? 1023.0 : 126.0;
    case Shape::tophat:
      return 0.4;
    default:
      return 0;
  }
}

// Largest |delta_i| of each axis that a radius allows, the other two being what they may: the diagonal of the inverse
// metric R^-1 R^-T of the triangle R. Infinite without a metric.
void set_windows(const double (&metric)[6], double radius, double (&window)[3]) {
  const double inverse_a = 1 / metric[0], inverse_b = 1 / metric[3], inverse_c = 1 / metric[5];
  const double ab = -metric[1] * inverse_a * inverse_b;
  const double bc = -metric[4] * inverse_b * inverse_c;
  const double ac = (metric[1] * metric[4] * inverse_b - metric[2]) * inverse_a * inverse_c;
  window[0] = std::sqrt(radius * (inverse_a * inverse_a + ab * ab + ac * ac));
  window[1] = std::sqrt(radius * (inverse_b * inverse_b + bc * bc));
  window[2] = std::sqrt(radius) * std::fabs(inverse_c);
}

// Long enough that the test costs little, short enough that no index changes by more than about `longest_step`.
int segment_pixels(const Plan& plan, double longest_step) {
  const Panel& panel = plan.scene.panels.front();
  const double per_pixel = plan.index_bounds.longest * panel.pixel_size_m / std::fabs(panel.close_distance_m);
  int pixels = lane_padding;
  while (pixels > least_segment_pixels && pixels * per_pixel > longest_step) pixels /= 2;
  return pixels;
}

Skipping skipping_of(const Plan& plan, const CrystalConstants& crystal) {
  Skipping skipping;
  if (plan.scene.panels.front().curved_lab_axes) return skipping;
  if (const double radius = largest_radius(plan); radius > 0) {
    set_windows(crystal.spot_metric, radius, skipping.window);
    const double narrowest = std::min({skipping.window[0], skipping.window[1], skipping.window[2]});
    // An index may pass a whole number: others rule the segment out.
    if (narrowest < 0.5) skipping.segment_pixels = segment_pixels(plan, 1.2);
  } else if (plan.scene.tail_tolerance > 0) {
    skipping.least_square = plan.scene.tail_tolerance / (crystal.cells[0] * crystal.cells[1] * crystal.cells[2]);
    // A bound is of use only where an index stays away from whole numbers.
    skipping.segment_pixels = segment_pixels(plan, 0.4);
  }
  return skipping;
}

// 2/sqrt(3)/8 of the square of the largest angle that a pixel covers. Curvature about laboratory axes [Q10] is of no
// known form.
double bend_of(const Panel& panel) {
  if (panel.curved_lab_axes) return -1;
  const double angle = panel.pixel_size_m / nearest_distance_m(panel);
  return 0.1444 * angle * angle;
}

AddTerms find_terms(const Plan& plan, std::int64_t simd_target) {
  const Shape shape = plan.scene.crystal.shape;
  switch (plan.scene.precision) {
    case Precision::fast:
      return add_terms_fast_for(simd_target, shape);
    case Precision::double_:
      return add_terms_double_for(simd_target, shape);
    default:
      return add_terms_single_for(simd_target, shape);
  }
}

}  // namespace

RenderConstants::RenderConstants(const Plan& the_plan, std::int64_t simd_target)
    : plan(the_plan),
      kernels{place_pixels_for(simd_target), aim_pixels_for(simd_target), finish_pixels_for(simd_target),
              find_terms(the_plan, simd_target)},
      crystal(crystal_constants(the_plan)),
      table(amplitude_table(the_plan)),
      skipping(skipping_of(the_plan, crystal)),
      bend(bend_of(the_plan.scene.panels.front())) {
  const auto square = [](double x) { return x * x; };
  unit = square(table.unit * crystal.peak);
  slope_unit = square(table.unit * crystal.volume);
}

}  // namespace nbt
