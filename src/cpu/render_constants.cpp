#include "cpu/render_constants.hpp"

#include <algorithm>
#include <cmath>

#include "model/vector.hpp"
#include "physics/fixed_point.hpp"

namespace nbt {
namespace {

// Upper triangle R with R^T R = metric of the columns `a`, `b`, `c`, times `factor`: |delta_1 a + ...|^2 becomes a sum
// of three squares.
void set_triangle(const Vector3& a, const Vector3& b, const Vector3& c, double factor, double (&metric)[6]) {
  const double aa = length(a);
  const Vector3 ua = unit(a);
  const double ab = dot(ua, b);
  const Vector3 b_rest = b - ab * ua;
  const double bb = length(b_rest);
  const Vector3 ub = unit(b_rest);
  const double ac = dot(ua, c);
  const double bc = dot(ub, c);
  const double cc = length(c - ac * ua - bc * ub);
  const double triangle[6] = {aa, ab, ac, bb, bc, cc};
  for (int i = 0; i < 6; ++i) metric[i] = factor * triangle[i];
}

// As many bits as the indices leave, if so the phase of the grating is good to 2^-34: 4e-7 of the value where that is
// 1e-6 of its envelope. Otherwise 0. Sums on the way to an index may be larger and are rounded more coarsely.
int fraction_bits(const Plan& plan, const CrystalConstants& crystal) {
  const IndexBounds& bounds = plan.index_bounds;
  const int bits = std::min(51 - static_cast<int>(std::ceil(std::log2(bounds.largest))), most_fraction_bits);
  const double coarseness = std::max(1.0, bounds.largest_partial / std::exp2(51 - bits));
  const double cells = std::max({crystal.cells[0], crystal.cells[1], crystal.cells[2]});
  return bits >= least_fraction_bits && std::ldexp(cells * coarseness, 34 - bits) <= 1 ? bits : 0;
}

CrystalConstants crystal_constants(const Plan& plan) {
  const Crystal& crystal = plan.scene.crystal;
  CrystalConstants constants;
  std::copy_n(plan.index_bounds.lengths.begin(), 3, constants.index_length);
  constants.shape = crystal.shape;
  const double root_fudge = std::sqrt(crystal.fudge);
  double volume = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    constants.cells[i] = static_cast<double>(crystal.cells[i]);
    constants.sphere_cells[i] = constants.cells[i] * root_fudge;
    volume *= constants.cells[i];
  }
  constants.volume = volume;
  if (crystal.shape == Shape::square) constants.fraction_bits = fraction_bits(plan, constants);
  if (crystal.shape != Shape::square) constants.peak = volume;
  // gauss: F_latt^2 = N_t^2 exp(-2 fudge r/0.63) = N_t^2 2^-(2 log2(e)/0.63 fudge r).
  const double per_r = crystal.shape == Shape::gauss ? 2 * 1.4426950408889634 / 0.63 : 1.0;
  const double factor = root_fudge * std::sqrt(per_r);
  if (crystal.spot_metric_cells) {
    set_triangle({constants.cells[0], 0, 0}, {0, constants.cells[1], 0}, {0, 0, constants.cells[2]}, factor,
                 constants.spot_metric);
  } else {
    set_triangle(crystal.a_star_per_A, crystal.b_star_per_A, crystal.c_star_per_A, factor * volume,
                 constants.spot_metric);
  }
  return constants;
}

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

IndexBox index_box(const StructureFactors& set) {
  IndexBox box;
  for (std::size_t i = 0; i < 3; ++i) {
    box.first[i] = set.range[i].first;
    box.last[i] = set.range[i].last;
    box.count[i] = static_cast<double>(set.range[i].count());
  }
  box.row_stride = set.range[2].count();
  box.plane_stride = set.range[1].count() * set.range[2].count();
  return box;
}

AmplitudeTable amplitude_table(const Plan& plan) {
  AmplitudeTable table;
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (!set) {
    table.unit = plan.scene.default_F;
    return table;
  }
  if (plan.scene.precision != Precision::double_) table.unit = plan.amplitude_unit;
  table.box = index_box(*set);
  table.in_double = set->amplitudes.data();
  table.default_F = plan.scene.default_F;
  table.in_float = plan.amplitudes_float.data();
  table.default_in_float = plan.scene.default_F / table.unit;
  return table;
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
