// Derivatives of a scalar L with respect to what a plan holds: what a device sums up over pixels in a gradient run, and
// what contraction.hpp turns into derivatives by parameters (numerics.md 6).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan.hpp"

namespace nbt {

// Doubles alone: added as one array. dL by the quantity of the same name in Panel, Plan or Scene, in its unit, where
// nothing else is said.
struct SharedAdjoint {
  double fast[3] = {};
  double slow[3] = {};
  double normal[3] = {};
  double origin_m[3] = {};
  double pixel_size_m = 0;
  double close_distance_m = 0;  // in the solid angle
  double layer_pitch_m = 0;     // in the positions
  double absorption = 0;        // layer pitch times mu, in the capture fraction
  double distance_m = 0;        // these four: of curved panels
  double true_fast_beam_m = 0;
  double true_slow_beam_m = 0;
  double beam_direction[3] = {};

  double polarization_factor = 0;
  double scale = 0;
  double background = 0;

  double log_terms = 0;    // by the logarithm of all F_cell^2 F_latt^2
  double log_default = 0;  // by the logarithm of those whose amplitude is default_F
  double shape[6] = {};    // sums of src/cpu/slope_kernels.hpp

  double loss = 0;
  double loss_scale = 0;  // dL by the factor of the model in the loss
  double pixels = 0;
};

struct SourceAdjoint {
  double incident[3] = {};  // in the scattering vector and the polarization
  double magnetic[3] = {};  // B = unit(axis x incident) of the polarization
  double wavelength_m = 0;
  double weight = 0;  // only where a run asks for it
};

struct PlanAdjoint {
  // `amplitudes`: by the structure factors, too.
  PlanAdjoint(const Plan& plan, bool amplitudes);

  void clear();
  void add(const PlanAdjoint& other);

  SharedAdjoint shared;
  std::vector<SourceAdjoint> sources;
  std::vector<Orientation> orientations;  // dL by a, b, c of Plan::orientations, 1/m
  std::vector<Orientation> first_sweep;   // of Plan::first_sweep
  std::vector<double> amplitudes;         // of the first set; empty when not wanted
};

// Heap bytes of one.
std::int64_t plan_adjoint_bytes(const Plan& plan, bool amplitudes);

}  // namespace nbt
