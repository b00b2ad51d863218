// Rotated cell vectors of every phi step and mosaic domain (physics.md 7).
#pragma once

#include <vector>

#include "model/scene.hpp"
#include "plan/plan.hpp"

namespace nbt {

// One table, phi slowest. `phi_rad` holds the angle each step really uses.
std::vector<Orientation> orientation_table(const Crystal& crystal, const std::vector<double>& phi_rad);

// Angles that steps use when a step at exactly zero keeps the orientation of the step before it (C-PARITY-001):
// of the nearest earlier step that is not zero or else of the last one that is not zero in the list, which the
// previous sweep left behind. In `first_sweep`, where there was none, those leading zeros stay zero.
std::vector<double> carried_over_phi(const std::vector<double>& phi_rad, bool first_sweep);

}  // namespace nbt
