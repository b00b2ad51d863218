// What a scene's approximations may cost at most (docs/semantics.md, "Bounds").
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace nbt {

// The precision that a scene runs in, and why it is not the one asked for.
struct PrecisionChoice {
  Precision used = Precision::single;
  double fast_error_bound = 0;  // of the envelope (physics.md 13); 0 when `fast` was not asked for or cannot be had
  std::string reason;           // empty: as asked for
};

PrecisionChoice choose_precision(const Scene& scene, const IndexBounds& bounds);

// Photons that a pixel may lack at most because of sampling.tail_tolerance; 0 without.
double tail_error_bound(const Plan& plan);

}  // namespace nbt
