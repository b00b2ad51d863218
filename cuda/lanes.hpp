// The formulas of src/physics for one lane, and short names for its tags.
#pragma once

#include "cuda/team.hpp"
#include "physics/absorption-inl.h"
#include "physics/fixed_point-inl.h"
#include "physics/lattice-inl.h"
#include "physics/pixel_position-inl.h"
#include "physics/polarization-inl.h"
#include "physics/scattering-inl.h"
#include "physics/solid_angle-inl.h"
#include "physics/structure_factor-inl.h"

namespace nbt::cuda {

template <class T>
using Lane = one_lane::OneLane<T>;
using DoubleLane = Lane<double>;
using FloatLane = Lane<float>;

}  // namespace nbt::cuda
