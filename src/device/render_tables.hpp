// What every device's kernels take of a plan besides its tables: the constants of the lattice factor, and the table of
// structure factors, each in units in which their products stay within float's range.
#pragma once

#include "physics/index_box.hpp"
#include "plan/plan.hpp"

namespace nbt {

struct CrystalConstants {
  Shape shape = Shape::square;
  double cells[3] = {1, 1, 1};
  double volume = 1;                   // their product N_t
  double sphere_cells[3] = {1, 1, 1};  // N_i sqrt(fudge), for round
  double spot_metric[6] = {};          // for gauss in units where (F_latt/N_t)^2 = 2^-r, for tophat fudge r
  double peak = 1;                     // F_latt that the kernels' 1 stands for
  int fraction_bits = 0;               // of the indices in fixed point, in `single`; 0: they are in floating point
  double index_length[3] = {};         // largest |a|/wavelength of each axis over the sources
};

struct AmplitudeTable {
  IndexBox box;
  const double* in_double = nullptr;
  double default_F = 0;
  const float* in_float = nullptr;  // over `unit`
  double default_in_float = 0;      // over `unit`
  double unit = 1;                  // amplitude that the kernels' 1 stands for
};

CrystalConstants crystal_constants(const Plan& plan);
// Points into the plan.
AmplitudeTable amplitude_table(const Plan& plan);

}  // namespace nbt
