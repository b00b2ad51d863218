// Interference of the unit cells of one crystal block (physics.md 10), from peeled indices (numerics.md 2).
#pragma once

#include "arguments.hpp"
#include "crystal.hpp"

namespace nbt::oracle {

template <class Real>
struct LatticeFactorOf {
  Real a = 1.0, b = 1.0, c = 1.0;  // per axis, square shape only
  Real value = 0.0;                // signed as sin(pi N h) / sin(pi h)
  double envelope = 0.0;           // of the square of the value
  double edge_distance = 1.0;      // |r f - 0.3969| for tophat
};

// Nearest index, half-integers downwards.
double nearest_index(double x);

// sin(pi N h) / sin(pi h) from the peeled h. As a function of a real N it is that of the peeled h, with the sign that
// it has at the whole N.
double grating(double h, double cells);
Dual grating(const Dual& h, const Dual& cells);

// `spot_metric_hkl` measures the distance to the spot of gauss and tophat in cells, not in 1/Angstrom.
template <class Real>
LatticeFactorOf<Real> lattice_factor(Shape shape, bool spot_metric_hkl, const CrystalOf<Real>& crystal,
                                     const VectorOf<Real>& hkl);

}  // namespace nbt::oracle
