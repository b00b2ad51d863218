// Visits the reflections of a crystal once per set of symmetry mates. gemmi types: for the files beside it only,
// which are C++17 because clang 14 does not take gemmi's CIF headers as C++20.
#pragma once

#include <functional>
#include <gemmi/symmetry.hpp>
#include <gemmi/unitcell.hpp>
#include <string>
#include <vector>

#include "io/crystal_reflections.hpp"

namespace nbt::io {

// A cell that a crystal can have; throws Error(Status::out_of_range) naming the value.
gemmi::UnitCell checked_cell(const CellLengthsAngles& cell);
CellLengthsAngles lengths_angles(const gemmi::UnitCell& cell);

// Throws Error(Status::inconsistent_scene) unless every operation keeps the cell's metric (to 1e-4 of the longest
// edge squared: deposited cells are rounded).
void require_compatible(const gemmi::UnitCell& cell, const gemmi::GroupOps& operations, const std::string& space_group);

// Amplitude of one reflection; asked once per set of symmetry and Friedel mates, never for systematic absences.
using AmplitudeOf = std::function<double(const gemmi::Miller&)>;

// The list that CrystalReflections describes. Of each set of mates the first in its order is asked for, whatever
// d_min is. Throws Error(Status::out_of_range): d_min not positive, or so small that the list would not fit.
std::vector<Reflection> fill_sphere(const gemmi::UnitCell& cell, const gemmi::GroupOps& operations, double d_min_A,
                                    const AmplitudeOf& amplitude_of);

}  // namespace nbt::io
