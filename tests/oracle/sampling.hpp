// Resolution of (count, range, step) triples (physics.md 5).
#pragma once

#include "arguments.hpp"

namespace nbt::oracle {

struct Grid {
  int count = 1;
  Dual range = 0.0;
  Dual step = 0.0;
};

// Fix div-count-only: a count alone gives one source instead of a range of 1 radian.
Grid resolve_divergence(Scan scan, const Semantics& semantics);

// Fix disp-count-only: a count alone is spread over a range of 1, as for divergence.
Grid resolve_dispersion(Scan scan, const Semantics& semantics);

// `motion` is a zero that carries the tangent of the range. A step that was not given follows, in proportion.
Grid with_moving_range(const Grid& resolved, const Scan& scan, const Dual& motion);

// Fix phi-step-count: count and step without a range keep the count.
Grid resolve_phi(Scan scan, const Semantics& semantics);

// range is the sensor thickness, step the layer pitch. Unless wide-layer-pitch, n layers share the thickness.
Grid resolve_layers(double thickness, int count, const Semantics& semantics);

// range is the spread.
Grid resolve_mosaic(double spread, int domains);

}  // namespace nbt::oracle
