// Rotated cell vectors of every phi step and mosaic domain (physics.md 7).
#pragma once

#include <cstdint>
#include <vector>

#include "model/scene.hpp"
#include "plan/plan.hpp"

namespace nbt {

// One table, phi slowest. `phi_rad` holds the angle each step really uses.
std::vector<Orientation> orientation_table(const Crystal& crystal, const std::vector<double>& phi_rad);

// Which step's angle a step uses, and -1 where the crystal is not rotated: see carried_over_phi.
std::vector<std::int64_t> carried_over_steps(const std::vector<double>& phi_rad, bool first_sweep);

// Angles that steps use when a step at exactly zero keeps the orientation of the step before it (C-PARITY-001):
// of the nearest earlier step that is not zero or else of the last one that is not zero in the list, which the
// previous sweep left behind. In `first_sweep`, where there was none, those leading zeros stay zero.
std::vector<double> carried_over_phi(const std::vector<double>& phi_rad, bool first_sweep);

}  // namespace nbt
