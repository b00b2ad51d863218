// Structure-factor amplitudes from an atomic model (small-structure CIF, mmCIF, PDB), computed with gemmi.
//
// Neutral-atom scattering factors of the International Tables C (1992), Debye-Waller factors isotropic or
// anisotropic as the model has them, no anomalous scattering, no bulk solvent.
#pragma once

#include <string>
#include <string_view>

#include "io/crystal_reflections.hpp"

namespace nbt::io {

enum class Summation {
  automatic,   // density_fft for macromolecules where direct summation would take more than a few seconds
  direct,      // sum over atoms for every reflection: exact
  density_fft  // density on a grid, then a Fourier transform: within 1e-4 of direct on average; macromolecules only
};

struct ModelOptions {
  double d_min_A = 1;
  double b_factor_scale = 1;  // multiplies every displacement parameter (U or B) of the model; 0: atoms at rest
  Summation summation = Summation::automatic;
};

// Small-structure CIF: the first block with atoms in fractional coordinates; its list of symmetry operations
// decides before the name of the space group; occupancies are those of the site, also on special positions.
// mmCIF and PDB: the first model; all alternative locations with their occupancies.
// Throws Error: file (cannot be read or understood, no cell, no atoms, no symmetry, an element without scattering
// factor), out_of_range (an option), inconsistent_scene (cell against space group).
CrystalReflections structure_factors_from_model(const std::string& path, const ModelOptions& options);

// The same from the content of a file; `name` stands for it in messages.
CrystalReflections structure_factors_from_model_text(std::string_view text, const std::string& name,
                                                     const ModelOptions& options);

}  // namespace nbt::io
