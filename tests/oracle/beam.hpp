// What hits the crystal (physics.md 4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "geometry.hpp"
#include "oracle.hpp"

namespace nbt::oracle {

struct Source {
  Vector direction;  // unit vector from sample to source
  Vector incident;   // the way the photons fly
  double wavelength = 0.0;
  double weight = 1.0;  // mean 1 over all sources
};

double resolve_fluence(const Request& request);

std::vector<Source> generated_sources(const Request& request, const Semantics& semantics, const Geometry& geometry);

// Absent trailing columns: -10 b components, weight 1, the beam's wavelength.
std::vector<SourceRow> read_source_rows(const std::string& text, const Vector& beam_axis, double wavelength);
std::vector<Source> sources_from_rows(const std::vector<SourceRow>& rows, const Semantics& semantics);

// Kahn factor for unit vectors.
double polarization(double kahn, const Vector& incident, const Vector& diffracted, const Vector& axis);

}  // namespace nbt::oracle
