// From derivatives by what a plan holds to derivatives by parameters (numerics.md 6 to 8): the product of the adjoints
// of the scene's quantities with their tangents (model/scene_tangent.hpp).
#pragma once

#include <array>
#include <vector>

#include "model/dual.hpp"
#include "plan/plan_adjoint.hpp"

namespace nbt {

class Contraction {
 public:
  // Pulls orientations and sources back to what they are made of, once for all parameters.
  Contraction(const Plan& plan, const PlanAdjoint& adjoint);

  // dL/dp, where `scene` moves with p.
  double derivative(const SceneOf<Dual>& scene) const;

  // dL by a source's wavelength (A), weight, and direction x, y, z (from the sample to the source, a unit vector).
  std::array<double, 5> by_source(std::size_t source) const;

 private:
  void pull_orientations(const std::vector<Orientation>& adjoints, const std::vector<std::int64_t>& steps);
  void pull_sources();
  double by_panel(const SceneOf<Dual>& scene) const;
  double by_crystal(const SceneOf<Dual>& scene) const;
  double by_shape(const CrystalOf<Dual>& crystal) const;
  double by_beam(const SceneOf<Dual>& scene) const;

  const Plan& plan_;
  const PlanAdjoint& adjoint_;
  Vector3 a_, b_, c_;  // dL by the unrotated vectors, 1/m
  Vector3 spindle_;
  std::vector<double> phi_;  // by the angle of every step
  double mosaic_spread_ = 0;
  std::vector<Vector3> incident_;  // by the direction of every source, polarization included
  Vector3 polarization_axis_;
};

}  // namespace nbt
