// From a device's sums over pixels (gradient_sums.hpp) to the adjoints of what the plan holds. All of it is linear:
// what it does to one sum says what a movement of the plan does to a pixel (movement_factors.hpp).
#pragma once

#include <vector>

#include "plan/plan_adjoint.hpp"

namespace nbt::cuda {

void add_shared(const Plan& plan, const Panel& panel, const double* values, SharedAdjoint& to);
void add_source(const double* values, double weight, SourceAdjoint& to);
void add_orientations(const double* values, std::vector<Orientation>& to);

}  // namespace nbt::cuda
