#include "plan/index_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "physics/fixed_point.hpp"

namespace nbt {
namespace {

double shortest_wavelength_m(const Scene& scene) {
  double shortest = scene.sources.front().wavelength_m;
  for (const Source& source : scene.sources) shortest = std::min(shortest, source.wavelength_m);
  return shortest;
}

// Directions to the corners of the first and of the last sensor layer.
std::array<Vector3, 8> corner_directions(const Panel& panel) {
  std::array<Vector3, 8> directions;
  auto next = directions.begin();
  for (const std::int64_t fast : {std::int64_t{0}, panel.fast_count}) {
    for (const std::int64_t slow : {std::int64_t{0}, panel.slow_count}) {
      const Vector3 corner = panel.origin_m + (static_cast<double>(fast) * panel.pixel_size_m) * panel.fast +
                             (static_cast<double>(slow) * panel.pixel_size_m) * panel.slow;
      for (const int layer : {0, panel.layers}) *next++ = unit(corner + layer * panel.layer_pitch_m * panel.normal);
    }
  }
  return directions;
}

// The largest |d - i| from any source to the panel. Directions within a cone of less than 90 degrees around a source's
// are a convex part of a flat panel, so if the corners lie in it, all pixels do.
double largest_difference(const Scene& scene) {
  const Panel& panel = scene.panels.front();
  const std::array<Vector3, 8> corners = corner_directions(panel);
  double least_cosine = 1;
  for (const Source& source : scene.sources) {
    for (const Vector3& corner : corners) least_cosine = std::min(least_cosine, dot(source.incident, corner));
  }
  return panel.curved || least_cosine <= 0 ? 2.0 : std::sqrt(2 - 2 * least_cosine);
}

}  // namespace

double nearest_distance_m(const Panel& panel) {
  return std::fabs(panel.curved ? panel.distance_m : panel.close_distance_m);
}

// h = (a.P0/R + y a.f/R - a.i)/lambda, with P0 and y up to so many pixels from a tile's middle.
IndexBounds index_bounds(const Scene& scene) {
  const Crystal& crystal = scene.crystal;
  const Panel& panel = scene.panels.front();
  const double wavelength_m = shortest_wavelength_m(scene);
  IndexBounds bounds;
  bounds.lengths = {length(crystal.a_m) / wavelength_m, length(crystal.b_m) / wavelength_m,
                    length(crystal.c_m) / wavelength_m};
  bounds.longest = *std::max_element(bounds.lengths.begin(), bounds.lengths.end());
  bounds.largest = 1.01 * bounds.longest * largest_difference(scene) + 1;
  const double reach = fixed_point_reach_pixels * panel.pixel_size_m / nearest_distance_m(panel);
  bounds.largest_partial = bounds.longest * (2 + reach) + 1;
  return bounds;
}

}  // namespace nbt
