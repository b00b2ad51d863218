// Fluence, background, sources (physics.md 4 and 5.1).
#include <cmath>

#include "model/constants.hpp"
#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

constexpr double avogadro = 6.02214179e23;
constexpr double source_distance_m = 10.0;

// A cube of water: F = 2.57 electrons per molecule, 1e6 g/m^3, 18 g/mol (physics.md 9).
template <class Real>
Real water_background(const Real& edge_m, const Real& fluence_per_m2) {
  return 2.57 * 2.57 * thomson_radius_squared_m2 * fluence_per_m2 * edge_m * edge_m * edge_m * 1e6 * avogadro / 18.0;
}

template <class Real>
SamplingOf<Real> without_empty(const SamplingOf<Real>& s) {
  return s.range <= 0 || s.step <= 0 || s.count <= 0 ? SamplingOf<Real>{} : s;
}

struct DivergenceIds {
  Id range, step, steps;
};
constexpr DivergenceIds horizontal_ids = {Id::beam_divergence_horizontal_mrad, Id::beam_divergence_horizontal_step_mrad,
                                          Id::beam_divergence_horizontal_steps};
constexpr DivergenceIds vertical_ids = {Id::beam_divergence_vertical_mrad, Id::beam_divergence_vertical_step_mrad,
                                        Id::beam_divergence_vertical_steps};

// A range that was not given but comes from step or count can move all the same; without a divergence none can.
template <class Real>
SamplingOf<Real> divergence(const Inputs<Real>& inputs, const DivergenceIds& ids, SceneOf<Real>& scene) {
  const std::int64_t count = inputs.given(ids.steps) ? inputs.integer(ids.steps) : 0;
  const Real range = inputs.given(ids.range) ? inputs.real(ids.range) / 1000.0 : Real(-1);
  const Real step = inputs.given(ids.step) ? inputs.real(ids.step) / 1000.0 : Real(-1);
  if (count > 0 && range < 0 && step <= 0) {
    if (!scene.compatibility.reference(Quirk::div_count_only)) return {};
    if (count > 1) scene.warnings.push_back("a divergence count without a range means a range of 1 radian");
  }
  SamplingOf<Real> s = resolve_divergence(count, range, step);
  if (!inputs.given(ids.range) && s.range > 0) s.range = with_tangent(s.range, inputs.tangent(ids.range) / 1000.0);
  return s;
}

// Offset of sample i: grids start at -range/2, which centres them only when (count-1)*step is the range [Q15].
template <class Real>
Real grid_angle(const SamplingOf<Real>& s, std::int64_t i, bool centred) {
  const Real width = centred ? s.step * static_cast<double>(s.count - 1) : s.range;
  return s.step * static_cast<double>(i) - width / 2.0;
}

// One axis' share of the ellipse test of 4.2; 0/0 for an empty range, so that NaN culls nothing [Q16].
template <class Real>
Real ellipse_share(const SamplingOf<Real>& s, const Real& angle) {
  const double even = static_cast<double>(1 - s.count % 2);
  return (angle * angle - s.step * s.step / 4.0 * even) / s.range / s.range;
}

std::int64_t source_count(std::int64_t horizontal, std::int64_t vertical, std::int64_t wavelengths) {
  std::int64_t directions = 0, count = 0;
  if (__builtin_mul_overflow(horizontal, vertical, &directions) ||
      __builtin_mul_overflow(directions, wavelengths, &count) || count > 100'000'000) {
    throw Error(Status::out_of_range, "divergence and dispersion make " + std::to_string(horizontal) + " x " +
                                          std::to_string(vertical) + " x " + std::to_string(wavelengths) +
                                          " sources; at most 100 million are allowed");
  }
  return count;
}

template <class Real>
struct BeamFrame {
  VectorOf<Real> beam, polarization, vertical;
};

template <class Real>
struct Grids {
  SamplingOf<Real> horizontal, vertical, dispersion;
  bool round = true;
  bool centred = false;
};

template <class Real>
void append_wavelengths(const Grids<Real>& grids, const VectorOf<Real>& towards_source, const Real& wavelength_m,
                        std::vector<SourceOf<Real>>& sources) {
  for (std::int64_t k = 0; k < grids.dispersion.count; ++k) {
    const Real factor = 1.0 + grids.dispersion.step * static_cast<double>(k) - grids.dispersion.range / 2.0;
    sources.push_back({-unit(towards_source), wavelength_m * factor, 1.0});
  }
}

template <class Real>
std::vector<SourceOf<Real>> generate_sources(const Grids<Real>& grids, const BeamFrame<Real>& frame,
                                             const Real& wavelength_m) {
  std::vector<SourceOf<Real>> sources;
  const VectorOf<Real> straight = -source_distance_m * frame.beam;
  for (std::int64_t i = 0; i < grids.horizontal.count; ++i) {
    for (std::int64_t j = 0; j < grids.vertical.count; ++j) {
      const Real h = grid_angle(grids.horizontal, i, grids.centred);
      const Real v = grid_angle(grids.vertical, j, grids.centred);
      const Real ellipse = ellipse_share(grids.horizontal, h) + ellipse_share(grids.vertical, v);
      if (grids.round && ellipse * 4.0 > 1.1) continue;
      const VectorOf<Real> tilted = rotate_about(rotate_about(straight, frame.polarization, v), frame.vertical, h);
      append_wavelengths(grids, tilted, wavelength_m, sources);
    }
  }
  return sources;
}

template <class Real>
std::vector<SourceOf<Real>> given_sources(const std::vector<GivenSource>& given, const Real& wavelength_m,
                                          SceneOf<Real>& scene) {
  double total = 0;
  bool unequal = false;
  for (const GivenSource& s : given) {
    total += s.weight;
    unequal = unequal || s.weight != given.front().weight;
  }
  const bool equal = scene.compatibility.reference(Quirk::equal_source_weights);
  if (!equal && !(total > 0)) {
    throw Error(Status::inconsistent_scene, "the source weights add up to " + number_text(total) + ", not above zero");
  }
  if (unequal && equal) scene.warnings.push_back("source weights are ignored");
  std::vector<SourceOf<Real>> sources;
  for (const GivenSource& s : given) {
    if (length(s.position) == 0) throw Error(Status::inconsistent_scene, "a source stands at the sample itself");
    const Real wavelength = s.wavelength_m > 0 ? Real(s.wavelength_m) : wavelength_m;
    const double weight = equal || !unequal ? 1.0 : s.weight * static_cast<double>(given.size()) / total;
    sources.push_back({-unit(constant_vector<Real>(s.position)), wavelength, weight});
  }
  return sources;
}

}  // namespace

template <class Real>
SamplingOf<Real> resolve_divergence(std::int64_t count, const Real& range, const Real& step) {
  SamplingOf<Real> s{count, range, step};
  if (count <= 0) {
    if (range < 0) {
      s = step <= 0 ? SamplingOf<Real>{} : SamplingOf<Real>{2, step, step};
    } else {
      s = step <= 0 ? SamplingOf<Real>{2, range, range}
                    : SamplingOf<Real>{static_cast<std::int64_t>(std::min(std::ceil(value_of(range / step)), 1e15)),
                                       range, step};
    }
  } else if (range < 0) {
    s = step <= 0 ? SamplingOf<Real>{count, 1.0, 1.0 / static_cast<double>(count)} : SamplingOf<Real>{2, step, step};
  } else if (step <= 0) {
    s.count = std::max<std::int64_t>(count, 2);
    s.step = range / static_cast<double>(s.count - 1);
  }
  return without_empty(s);
}

template <class Real>
SamplingOf<Real> resolve_dispersion(std::int64_t count, const Real& range) {
  return resolve_divergence<Real>(count, range, 0);
}

template <class Real>
void resolve_fluence(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  scene.fluence_per_m2 = inputs.real(Id::beam_fluence_per_m2);
  const Real flux = inputs.real(Id::beam_flux_per_s);
  const Real exposure = inputs.real(Id::beam_exposure_s);
  const Real size_m = inputs.real(Id::beam_size_mm) / 1000.0;
  if (flux != 0 && exposure > 0 && size_m >= 0) {
    if (size_m == 0) throw Error(Status::inconsistent_scene, "beam.size_mm = 0 with a flux is an infinite fluence");
    scene.fluence_per_m2 = flux * exposure / size_m / size_m;
  }
  scene.water_m = inputs.real(Id::background_water_um) / 1e6;
  scene.background = water_background(scene.water_m, scene.fluence_per_m2);
}

template <class Real>
void resolve_sources(const Inputs<Real>& inputs, const SceneData& data, SceneOf<Real>& scene) {
  if (!data.sources.empty()) {
    scene.sources = given_sources(data.sources, scene.wavelength_m, scene);
    return;
  }
  Grids<Real> grids;
  grids.horizontal = divergence(inputs, horizontal_ids, scene);
  grids.vertical = divergence(inputs, vertical_ids, scene);
  const std::int64_t wavelengths =
      inputs.given(Id::beam_dispersion_steps) ? inputs.integer(Id::beam_dispersion_steps) : 0;
  grids.dispersion = resolve_dispersion<Real>(wavelengths, inputs.real(Id::beam_dispersion_percent) / 100.0);
  if (wavelengths > 1 && grids.dispersion.count == 1) {
    scene.warnings.push_back("a count of wavelengths without a dispersion gives one wavelength");
  }
  grids.round = inputs.boolean(Id::beam_divergence_round);
  grids.centred = !scene.compatibility.reference(Quirk::center_divergence);
  const std::int64_t count = source_count(grids.horizontal.count, grids.vertical.count, grids.dispersion.count);
  require_table_fits(inputs.parameters(), static_cast<double>(count), sizeof(Source), "sources");
  const VectorOf<Real> vertical = unit(cross(scene.beam_direction, scene.polarization_axis));
  scene.sources =
      generate_sources<Real>(grids, {scene.beam_direction, scene.polarization_axis, vertical}, scene.wavelength_m);
  if (scene.sources.empty()) {
    throw Error(Status::inconsistent_scene, "no beam direction of the divergence grid lies inside its ellipse");
  }
}

template SamplingOf<double> resolve_divergence(std::int64_t, const double&, const double&);
template SamplingOf<Dual> resolve_divergence(std::int64_t, const Dual&, const Dual&);
template SamplingOf<double> resolve_dispersion(std::int64_t, const double&);
template SamplingOf<Dual> resolve_dispersion(std::int64_t, const Dual&);
template void resolve_fluence(const Inputs<double>&, SceneOf<double>&);
template void resolve_fluence(const Inputs<Dual>&, SceneOf<Dual>&);
template void resolve_sources(const Inputs<double>&, const SceneData&, SceneOf<double>&);
template void resolve_sources(const Inputs<Dual>&, const SceneData&, SceneOf<Dual>&);

}  // namespace nbt
