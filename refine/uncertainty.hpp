// How well the values at a minimum are known: the inverse of the normal equations' matrix.
#pragma once

#include <vector>

#include "refine/minimiser.hpp"

namespace nbt::refine {

// NaN where nothing can be said: for a value that is held at its bound, or that can be made up for by others.
struct Uncertainty {
  std::vector<double> standard_errors;
  std::vector<double> correlations;  // row after row
  std::vector<bool> undetermined;    // others make up for it: the matrix is singular along it
};

Uncertainty uncertainty_of(const Minimum& minimum, bool variance_from_loss);

}  // namespace nbt::refine
