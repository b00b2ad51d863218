// How everything that a plan holds moves with a parameter, or with several at once: the other direction of
// plan_adjoint.hpp, for derivative images.
#pragma once

#include <cstdint>
#include <vector>

#include "model/dual.hpp"
#include "plan/plan.hpp"

namespace nbt {

struct SourceTangent {
  Vector3 incident;
  double wavelength_m = 0;
};

// Per unit of the parameter; a plan's own units. Tables are empty where nothing of them moves.
struct PlanTangent {
  // Of the panel.
  Vector3 fast, slow, normal, origin_m;
  double pixel_size_m = 0;
  double close_distance_m = 0;
  double layer_pitch_m = 0;
  double absorption = 0;  // layer pitch times mu
  double distance_m = 0;  // these four: of curved panels
  double true_fast_beam_m = 0;
  double true_slow_beam_m = 0;
  Vector3 beam_direction;

  double scale = 0;
  double background = 0;
  double polarization_factor = 0;
  Vector3 polarization_axis;
  std::vector<SourceTangent> sources;

  // How a, b and c of every orientation, of both tables of the plan, move as combinations of each other:
  // da_i = sum_k combination[i][k] a_k. So do all that moves the crystal before a domain's rotation, the same way in
  // every phi step: cell and orientation. What moves otherwise is in the tables, beside this.
  double combination[3][3] = {};
  std::vector<Orientation> orientations;
  std::vector<Orientation> first_sweep;
  double log_terms = 0;    // of all F_cell^2 F_latt^2
  double log_default = 0;  // of those whose amplitude is default_F
  double shape[6] = {};    // factors of the sums of src/cpu/slope_kernels.hpp

  // Adds factor times another one.
  void add(double factor, const PlanTangent& other);

  bool combines_axes() const;
  bool moves_positions() const;
  bool moves_polarization() const;  // at positions that stand still
  // Positions, sources, or what the factors of a pixel are made of.
  bool moves_sight() const;
  bool moves_shape() const;
};

PlanTangent plan_tangent(const Plan& plan, const SceneOf<Dual>& scene);

// Heap bytes of one, everything moving.
std::int64_t plan_tangent_bytes(const Plan& plan);

}  // namespace nbt
