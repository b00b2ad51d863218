// Formulas in the reference's own form and order of operations, for precision `exact` (physics.md 13).
//
// They differ from src/physics only in rounding, and where the reference's form loses accuracy: G near whole indices
// [Q55], s3 near 0 [Q54]. No fused multiply-add may be formed here (-ffp-contract=off).
#pragma once

#include "model/scene.hpp"
#include "model/structure_factors.hpp"

namespace nbt::exact {

struct Indices {
  double h = 0, k = 0, l = 0;     // real
  double h0 = 0, k0 = 0, l0 = 0;  // nearest whole
};

// Dot products with a scattering vector, then ceil(h - 1/2).
Indices indices(const double (&a)[3], const double (&b)[3], const double (&c)[3], const Vector3& q_per_m);

double grating(double x, double n);  // sin(x n)/sin(x)
double sphere(double u);             // s3

struct LatticeFactor {
  double axis[3] = {1, 1, 1};  // of the square shape
  double product = 1;          // F_latt
};
LatticeFactor lattice_factor(const Crystal& crystal, const Indices& at);

// Kahn's factor by way of atan2. Renormalises `diffracted`, as the reference does for the sources that follow.
double polarization(double kahn, const Vector3& incident, Vector3& diffracted, const Vector3& axis);

double solid_angle(const Panel& panel, double distance_m);
double capture_fraction(const Panel& panel, int layer, double obliquity);

// The four nodes of every axis lie inside the list.
bool may_interpolate(const StructureFactors& set, const Indices& at);
double tricubic(const StructureFactors& set, const Indices& at);
// `set` may be null.
double nearest(const StructureFactors* set, double default_F, const Indices& at);

}  // namespace nbt::exact
