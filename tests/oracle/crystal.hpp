// Unit cell, orientation and size of the crystal (physics.md 6), and its rotated copies (7).
#pragma once

#include <optional>
#include <vector>

#include "arguments.hpp"
#include "motion.hpp"
#include "random.hpp"

namespace nbt::oracle {

template <class Real>
struct CrystalOf {
  VectorOf<Real> a, b, c;                  // Angstrom, after misset
  VectorOf<Real> a_star, b_star, c_star;   // 1/Angstrom
  VectorOf<Real> cells = {1.0, 1.0, 1.0};  // whole numbers that may move
  Real fudge = 1.0;
  VectorOf<Real> misset;
};

using Crystal = CrystalOf<double>;

Crystal value_of(const CrystalOf<Dual>& crystal);

// `matrix_text` is the contents of the -mat file. Draws from `generator` if a random misset is asked for.
CrystalOf<Dual> resolve_crystal(const Request& request, const Semantics& semantics, const Dual& wavelength,
                                const std::optional<std::string>& matrix_text, const Motion& motion,
                                Generator& generator);

template <class Real>
struct OrientationOf {
  VectorOf<Real> a, b, c;  // metres
};

template <class Real>
OrientationOf<Real> unrotated(const CrystalOf<Real>& crystal);
template <class Real>
OrientationOf<Real> rotated_about_spindle(const OrientationOf<Real>& base, const VectorOf<Real>& spindle,
                                          const Real& phi);
template <class Real>
OrientationOf<Real> turned(const OrientationOf<Real>& orientation, const MatrixOf<Real>& rotation);

std::vector<MatrixOf<Dual>> mosaic_rotations(const Dual& spread, int domains, long long seed, Generator& generator);

}  // namespace nbt::oracle
