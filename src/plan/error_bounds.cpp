#include "plan/error_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "model/constants.hpp"
#include "physics/fixed_point.hpp"

namespace nbt {
namespace {

constexpr double pi = 3.14159265358979323846;

// Of the envelope. An index that is off by D changes G^2 by at most 4 pi N D of min(N^2, 1/sin^2(pi h)), since
// |G'| <= 2 pi N min(N, 1/|sin(pi h)|); N = 1 is exact. What follows in float is that of `single`.
double fixed_point_bound(const Scene& scene, const std::array<double, 3>& lengths) {
  constexpr double fixed_point_error = 1.5 * fixed_point_step;
  constexpr double chain_error = 1e-15;  // of |a|/lambda: a few roundings in double
  constexpr double float_error = 2e-6;
  double bound = float_error;
  for (std::size_t i = 0; i < 3; ++i) {
    const double cells = static_cast<double>(scene.crystal.cells[i]);
    if (cells > 1) bound += 4 * pi * cells * (fixed_point_error + chain_error * lengths[i]);
  }
  return bound;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

double largest_amplitude(const Scene& scene) {
  double largest = std::fabs(scene.default_F);
  const SharedStructureFactors& set = scene.structure_factor_sets.front();
  if (!set) return largest;
  for (const double F : set->amplitudes) largest = std::max(largest, std::fabs(F));
  // Largest sum of the weights' sizes: 5/4 on each axis.
  constexpr double interpolation_gain = 1.953125;
  return scene.tricubic ? interpolation_gain * largest : largest;
}

double largest_solid_angle(const Panel& panel) {
  const double square = panel.close_distance_m * panel.close_distance_m;
  return (panel.point_pixel ? 1.0 : panel.pixel_size_m * panel.pixel_size_m) / square;
}

}  // namespace

PrecisionChoice choose_precision(const Scene& scene, const IndexBounds& bounds) {
  PrecisionChoice choice;
  choice.used = scene.precision;
  if (scene.precision != Precision::fast) return choice;
  choice.used = Precision::single;
  if (scene.crystal.shape != Shape::square) {
    choice.reason = "precision fast is for the square shape; the others take no longer in single";
    return choice;
  }
  if (!(bounds.largest_partial < fixed_point_limit)) {
    choice.reason = "Miller indices and the sums that make them may reach " + number(bounds.largest_partial) +
                    "; precision fast holds them up to " + number(fixed_point_limit);
    return choice;
  }
  choice.fast_error_bound = fixed_point_bound(scene, bounds.lengths);
  if (choice.fast_error_bound > scene.precision_tolerance) {
    choice.reason = "the error bound of precision fast is " + number(choice.fast_error_bound) +
                    " here; precision.tolerance is " + number(scene.precision_tolerance);
    return choice;
  }
  choice.used = Precision::fast;
  return choice;
}

// Each term left out has F_latt^2 below tolerance * N_a N_b N_c; polarization and capture are at most 1.
double tail_error_bound(const Plan& plan) {
  const Scene& scene = plan.scene;
  const bool skips = scene.crystal.shape == Shape::square || scene.crystal.shape == Shape::round;
  if (scene.tail_tolerance <= 0 || !skips || scene.precision == Precision::exact) return 0;
  double lattice = scene.tail_tolerance;
  for (const std::int64_t cells : scene.crystal.cells) lattice *= static_cast<double>(cells);
  const double amplitude = largest_amplitude(scene);
  const Panel& panel = scene.panels.front();
  const bool layers_share = plan.capture == FactorRule::cached || plan.capture == FactorRule::every_term;
  const double layers = layers_share ? 1.0 : static_cast<double>(panel.layers);
  return thomson_radius_squared_m2 * scene.fluence_per_m2 * lattice * amplitude * amplitude *
         largest_solid_angle(panel) * layers;
}

}  // namespace nbt
