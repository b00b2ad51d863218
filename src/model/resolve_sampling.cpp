// Structure factors in use, interpolation, oversampling, resolution limit (physics.md 6.7 and 11).
#include <algorithm>
#include <cmath>

#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

bool few_cells(const std::array<std::int64_t, 3>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](std::int64_t n) { return n <= 2; });
}

// Judged on the counts before a crystal size replaces them [Q19].
template <class Real>
bool automatic_tricubic(const Inputs<Real>& inputs, const SceneOf<Real>& scene) {
  if (!scene.compatibility.reference(Quirk::interp_after_size)) return few_cells(scene.crystal.cells);
  std::array<std::int64_t, 3> cells{};
  for (std::size_t i = 0; i < 3; ++i) cells[i] = inputs.integer(Id::crystal_cells, static_cast<int>(i));
  return few_cells(cells);
}

template <class Real>
bool resolve_tricubic(const Inputs<Real>& inputs, const SceneOf<Real>& scene) {
  const SharedStructureFactors& set = scene.structure_factor_sets.front();
  if (!set || set->empty()) return false;
  const std::string& wanted = inputs.text(Id::structure_factors_interpolation);
  return wanted == "auto" ? automatic_tricubic(inputs, scene) : wanted == "tricubic";
}

template <class Real>
int recommended_oversample(const SceneOf<Real>& scene) {
  const PanelOf<Real>& panel = scene.panels.front();
  const auto& size = scene.crystal.size_m;
  const Real largest = std::max({size[0], size[1], size[2]});
  const Real reciprocal_pixel = scene.wavelength_m * panel.distance_m / panel.pixel_size_m;
  const double wanted = std::ceil(value_of(3.0 * largest / reciprocal_pixel));
  return static_cast<int>(std::min(std::max(wanted, 1.0), 1e9));
}

template <class Real>
void resolve_oversample(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  const int given =
      inputs.given(Id::sampling_oversample) ? static_cast<int>(inputs.integer(Id::sampling_oversample)) : 0;
  scene.recommended_oversample = recommended_oversample(scene);
  scene.oversample = given > 0 ? given : scene.recommended_oversample;
  if (given <= 0 && scene.oversample > 10000) {
    throw Error(Status::inconsistent_scene, "the crystal is so large that " + std::to_string(scene.oversample) +
                                                "-fold oversampling would be needed; set sampling.oversample");
  }
  if (scene.oversample < scene.recommended_oversample) {
    scene.warnings.push_back("intensity may vary significantly across a pixel: sampling.oversample = " +
                             std::to_string(scene.recommended_oversample) + " is recommended, " +
                             std::to_string(scene.oversample) + " is used");
  }
}

}  // namespace

template <class Real>
void resolve_structure_factors(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene) {
  scene.structure_factor_sets = {data.structure_factors};
  constexpr Id id = Id::structure_factors_default_F;
  scene.default_F = with_tangent(Real(kept_amplitude(inputs.value(id))), inputs.tangent(id));
  if (!data.structure_factors && scene.default_F == 0) {
    scene.warnings.push_back("there are no structure factors and default_F is 0: the crystal scatters nothing");
  }
}

template <class Real>
void resolve_sampling(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  scene.tricubic = resolve_tricubic(inputs, scene);
  resolve_oversample(inputs, scene);
  scene.oversample_thick = inputs.boolean(Id::sampling_oversample_thick);
  scene.oversample_polar = inputs.boolean(Id::sampling_oversample_polar);
  scene.oversample_omega = inputs.boolean(Id::sampling_oversample_omega);
  scene.dmin_m = inputs.value(Id::sampling_dmin_A) * 1e-10;
  scene.tail_tolerance = inputs.value(Id::sampling_tail_tolerance);
}

template void resolve_structure_factors(const Inputs<double>&, const SceneData&, SceneOf<double>&);
template void resolve_structure_factors(const Inputs<Dual>&, const SceneData&, SceneOf<Dual>&);
template void resolve_sampling(const Inputs<double>&, SceneOf<double>&);
template void resolve_sampling(const Inputs<Dual>&, SceneOf<Dual>&);

}  // namespace nbt
