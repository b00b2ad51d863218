// Made-up amplitudes with the statistics of a real crystal (A. J. C. Wilson, Acta Cryst. 2 (1949) 318).
#pragma once

#include <cstdint>
#include <string>

#include "io/crystal_reflections.hpp"

namespace nbt::io {

struct WilsonOptions {
  CellLengthsAngles cell;
  std::string space_group = "P 1";  // symbol or number, as gemmi reads them: "P43212", "P 43 21 2", "96"
  double d_min_A = 2;
  std::uint64_t seed = 1;
  double mean_B_A2 = 20;
  double atoms_per_cell = 0;  // carbon atoms; 0: one per 30 A^3, as in protein crystals with half solvent
};

// Intensities J = F^2 with mean <J> = epsilon N f(s)^2 exp(-2 B s^2), s = sin(theta)/lambda, f of carbon,
// epsilon the reflection's multiplicity factor: J/<J> is exponential where the reflection is acentric and the
// square of a normal variate where it is centric. Mates are equal, systematic absences 0. The draw depends on
// seed and index only: another d_min or B keeps every J/<J>.
// Throws Error: unknown_name (space group), out_of_range (an option), inconsistent_scene (cell against group).
CrystalReflections wilson_reflections(const WilsonOptions& options);

}  // namespace nbt::io
