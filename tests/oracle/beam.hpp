// What hits the crystal (physics.md 4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "geometry.hpp"
#include "motion.hpp"
#include "oracle.hpp"

namespace nbt::oracle {

template <class Real>
struct SourceOf {
  VectorOf<Real> direction;  // unit vector from sample to source
  VectorOf<Real> incident;   // the way the photons fly
  Real wavelength = 0.0;
  double weight = 1.0;  // mean 1 over all sources
};

using Source = SourceOf<double>;

Source value_of(const SourceOf<Dual>& source);

Dual resolve_fluence(const Request& request, const Motion& motion);
Dual resolve_wavelength(const Request& request, const Motion& motion);

std::vector<SourceOf<Dual>> generated_sources(const Request& request, const Semantics& semantics,
                                              const GeometryOf<Dual>& geometry, const Motion& motion);

// Absent trailing columns: -10 b components, weight 1, the beam's wavelength.
std::vector<SourceRowOf<Dual>> read_source_rows(const std::string& text, const VectorOf<Dual>& beam_axis,
                                                const Dual& wavelength);
std::vector<SourceOf<Dual>> sources_from_rows(const std::vector<SourceRowOf<Dual>>& rows, const Semantics& semantics);

// Kahn factor for unit vectors.
template <class Real>
Real polarization(const Real& kahn, const VectorOf<Real>& incident, const VectorOf<Real>& diffracted,
                  const VectorOf<Real>& axis);

}  // namespace nbt::oracle
