// Amplitudes of a crystal over the whole sphere of reflections, with what they came from.
#pragma once

#include <string>
#include <vector>

#include "model/structure_factors.hpp"

namespace nbt::io {

struct CellLengthsAngles {
  double a_A = 0;
  double b_A = 0;
  double c_A = 0;
  double alpha_deg = 90;
  double beta_deg = 90;
  double gamma_deg = 90;
};

// Every index with d >= d_min_A except 0 0 0, whose photons go with the direct beam. Symmetry and Friedel mates
// are listed, with exactly equal amplitudes, and systematic absences stand there with F = 0, so that a default
// amplitude never fills them. Ordered by h, then k, then l.
struct CrystalReflections {
  std::string source;  // what made them, for people: a file, or the generator and its seed
  std::string space_group;
  CellLengthsAngles cell;
  double d_min_A = 0;
  std::vector<Reflection> reflections;
};

}  // namespace nbt::io
