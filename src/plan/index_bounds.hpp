// How large the Miller indices of a scene get: what fixed point, intervals and error bounds start from.
#pragma once

#include <array>

#include "model/scene.hpp"

namespace nbt {

struct IndexBounds {
  std::array<double, 3> lengths{};  // |a|/lambda of each axis, the largest over the sources
  double longest = 0;               // of them
  double largest = 0;               // |h| of any pixel, from any source
  double largest_partial = 0;       // of the sums on the way to an index
};

IndexBounds index_bounds(const Scene& scene);

// No pixel of the panel is nearer to the sample.
double nearest_distance_m(const Panel& panel);

}  // namespace nbt
