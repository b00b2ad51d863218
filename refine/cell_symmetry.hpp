// Which components of a cell a crystal system ties together, and which it fixes.
#pragma once

#include <nbt/nbt.h>

#include <string>
#include <vector>

namespace nbt::refine {

// "cubic", "tetragonal", "hexagonal", "rhombohedral" (a = b = c, alpha = beta = gamma), "orthorhombic", "monoclinic"
// (unique axis b), "triclinic".
std::vector<std::string> crystal_systems();

// The list with crystal.cell_lengths_A and crystal.cell_angles_deg replaced by the free values that the system leaves;
// other names stay. Throws Error(invalid_argument) for an unknown system, for single components of the cell and for a
// list of which nothing is left, and Error(inconsistent_scene) where the simulation's cell is not of that system.
std::vector<std::string> apply_crystal_system(nbt_simulation* simulation, const std::string& system,
                                              const std::vector<std::string>& parameters);

}  // namespace nbt::refine
