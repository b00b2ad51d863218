// How a scene moves with one parameter.
#pragma once

#include "model/dual.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

// The scene of resolve() with the derivative of everything continuous with respect to `seed`: per unit of the parameter
// (mm, deg, A, ...), in the units of Scene (m, rad, 1/A, ...).
//
// - An automatic value counts as a given one that happens to have the value that was chosen. A parameter without effect
//   on this scene has the derivative 0.
// - Counts, steps and branches stay as they are. crystal.cells moves real_cells and size_m.
// - crystal.mosaic_rotations stays empty: nothing is drawn or copied, and mosaic_spread_rad tells how the drawn angles
//   move; it stands still where rotations were handed in. generator_after_mosaic is not the one of resolve(). Structure
//   factors and mask are shared, and the warnings are those of resolve() except about mosaic domains.
// - Throws only what resolve() throws.
SceneOf<Dual> scene_tangent(const Parameters& parameters, const SceneData& data, const ParameterComponent& seed);

// Throws Error(invalid_argument) naming the parameter unless the table says that it is differentiable.
void require_differentiable(const ParameterInfo& info);

}  // namespace nbt
