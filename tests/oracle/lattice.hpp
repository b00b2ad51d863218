// Interference of the unit cells of one crystal block (physics.md 10), from peeled indices (numerics.md 2).
#pragma once

#include "arguments.hpp"
#include "crystal.hpp"

namespace nbt::oracle {

struct LatticeFactor {
  double a = 1.0, b = 1.0, c = 1.0;  // per axis, square shape only
  double value = 0.0;                // signed as sin(pi N h) / sin(pi h)
  double envelope = 0.0;             // of the square of the value
  double edge_distance = 1.0;        // |r f - 0.3969| for tophat
};

// Nearest index, half-integers downwards.
double nearest_index(double x);

LatticeFactor lattice_factor(const Request& request, const Semantics& semantics, const Crystal& crystal,
                             const Vector& hkl);

}  // namespace nbt::oracle
