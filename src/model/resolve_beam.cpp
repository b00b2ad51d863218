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
double water_background(double edge_m, double fluence_per_m2) {
  return 2.57 * 2.57 * thomson_radius_squared_m2 * fluence_per_m2 * edge_m * edge_m * edge_m * 1e6 * avogadro / 18.0;
}

Sampling without_empty(const Sampling& s) {
  return s.range <= 0 || s.step <= 0 || s.count <= 0 ? Sampling{} : s;
}

double given_or(const Parameters& parameters, Id id, double otherwise) {
  return parameters.given(id) ? parameters.real(id) : otherwise;
}

struct DivergenceIds {
  Id range, step, steps;
};
constexpr DivergenceIds horizontal_ids = {Id::beam_divergence_horizontal_mrad, Id::beam_divergence_horizontal_step_mrad,
                                          Id::beam_divergence_horizontal_steps};
constexpr DivergenceIds vertical_ids = {Id::beam_divergence_vertical_mrad, Id::beam_divergence_vertical_step_mrad,
                                        Id::beam_divergence_vertical_steps};

Sampling divergence(const Parameters& parameters, const DivergenceIds& ids, Scene& scene) {
  const std::int64_t count = parameters.given(ids.steps) ? parameters.integer(ids.steps) : 0;
  const double range = parameters.given(ids.range) ? parameters.real(ids.range) / 1000.0 : -1;
  const double step = parameters.given(ids.step) ? parameters.real(ids.step) / 1000.0 : -1;
  if (count > 0 && range < 0 && step <= 0) {
    if (!scene.compatibility.reference(Quirk::div_count_only)) return {};
    if (count > 1) scene.warnings.push_back("a divergence count without a range means a range of 1 radian");
  }
  return resolve_divergence(count, range, step);
}

// Offset of sample i: grids start at -range/2, which centres them only when (count-1)*step is the range [Q15].
double grid_angle(const Sampling& s, std::int64_t i, bool centred) {
  const double width = centred ? s.step * static_cast<double>(s.count - 1) : s.range;
  return s.step * static_cast<double>(i) - width / 2.0;
}

// One axis' share of the ellipse test of 4.2; 0/0 for an empty range, so that NaN culls nothing [Q16].
double ellipse_share(const Sampling& s, double angle) {
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

struct BeamFrame {
  Vector3 beam, polarization, vertical;
};

struct Grids {
  Sampling horizontal, vertical, dispersion;
  bool round = true;
  bool centred = false;
};

void append_wavelengths(const Grids& grids, const Vector3& towards_source, double wavelength_m,
                        std::vector<Source>& sources) {
  for (std::int64_t k = 0; k < grids.dispersion.count; ++k) {
    const double factor = 1.0 + grids.dispersion.step * static_cast<double>(k) - grids.dispersion.range / 2.0;
    sources.push_back({-unit(towards_source), wavelength_m * factor, 1.0});
  }
}

std::vector<Source> generate_sources(const Grids& grids, const BeamFrame& frame, double wavelength_m) {
  std::vector<Source> sources;
  const Vector3 straight = -source_distance_m * frame.beam;
  for (std::int64_t i = 0; i < grids.horizontal.count; ++i) {
    for (std::int64_t j = 0; j < grids.vertical.count; ++j) {
      const double h = grid_angle(grids.horizontal, i, grids.centred);
      const double v = grid_angle(grids.vertical, j, grids.centred);
      const double ellipse = ellipse_share(grids.horizontal, h) + ellipse_share(grids.vertical, v);
      if (grids.round && ellipse * 4.0 > 1.1) continue;
      const Vector3 tilted = rotate_about(rotate_about(straight, frame.polarization, v), frame.vertical, h);
      append_wavelengths(grids, tilted, wavelength_m, sources);
    }
  }
  return sources;
}

std::vector<Source> given_sources(const std::vector<GivenSource>& given, double wavelength_m, Scene& scene) {
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
  std::vector<Source> sources;
  for (const GivenSource& s : given) {
    if (length(s.position) == 0) throw Error(Status::inconsistent_scene, "a source stands at the sample itself");
    const double wavelength = s.wavelength_m > 0 ? s.wavelength_m : wavelength_m;
    const double weight = equal || !unequal ? 1.0 : s.weight * static_cast<double>(given.size()) / total;
    sources.push_back({-unit(s.position), wavelength, weight});
  }
  return sources;
}

}  // namespace

Sampling resolve_divergence(std::int64_t count, double range, double step) {
  Sampling s{count, range, step};
  if (count <= 0) {
    if (range < 0) {
      s = step <= 0 ? Sampling{} : Sampling{2, step, step};
    } else {
      s = step <= 0 ? Sampling{2, range, range}
                    : Sampling{static_cast<std::int64_t>(std::min(std::ceil(range / step), 1e15)), range, step};
    }
  } else if (range < 0) {
    s = step <= 0 ? Sampling{count, 1.0, 1.0 / static_cast<double>(count)} : Sampling{2, step, step};
  } else if (step <= 0) {
    s.count = std::max<std::int64_t>(count, 2);
    s.step = range / static_cast<double>(s.count - 1);
  }
  return without_empty(s);
}

Sampling resolve_dispersion(std::int64_t count, double range) {
  return resolve_divergence(count, range, 0);
}

void resolve_fluence(const Parameters& parameters, Scene& scene) {
  scene.fluence_per_m2 = parameters.real(Id::beam_fluence_per_m2);
  const double flux = parameters.real(Id::beam_flux_per_s);
  const double exposure = parameters.real(Id::beam_exposure_s);
  const double size_m = parameters.real(Id::beam_size_mm) / 1000.0;
  if (flux != 0 && exposure > 0 && size_m >= 0) {
    if (size_m == 0) throw Error(Status::inconsistent_scene, "beam.size_mm = 0 with a flux is an infinite fluence");
    scene.fluence_per_m2 = flux * exposure / size_m / size_m;
  }
  scene.water_m = parameters.real(Id::background_water_um) / 1e6;
  scene.background = water_background(scene.water_m, scene.fluence_per_m2);
}

void resolve_sources(const Parameters& parameters, const SceneData& data, Scene& scene) {
  if (!data.sources.empty()) {
    scene.sources = given_sources(data.sources, scene.wavelength_m, scene);
    return;
  }
  Grids grids;
  grids.horizontal = divergence(parameters, horizontal_ids, scene);
  grids.vertical = divergence(parameters, vertical_ids, scene);
  const std::int64_t wavelengths = static_cast<std::int64_t>(given_or(parameters, Id::beam_dispersion_steps, 0));
  grids.dispersion = resolve_dispersion(wavelengths, parameters.real(Id::beam_dispersion_percent) / 100.0);
  if (wavelengths > 1 && grids.dispersion.count == 1) {
    scene.warnings.push_back("a count of wavelengths without a dispersion gives one wavelength");
  }
  grids.round = parameters.boolean(Id::beam_divergence_round);
  grids.centred = !scene.compatibility.reference(Quirk::center_divergence);
  const std::int64_t count = source_count(grids.horizontal.count, grids.vertical.count, grids.dispersion.count);
  require_table_fits(parameters, static_cast<double>(count), sizeof(Source), "sources");
  const Vector3 vertical = unit(cross(scene.beam_direction, scene.polarization_axis));
  scene.sources =
      generate_sources(grids, {scene.beam_direction, scene.polarization_axis, vertical}, scene.wavelength_m);
  if (scene.sources.empty()) {
    throw Error(Status::inconsistent_scene, "no beam direction of the divergence grid lies inside its ellipse");
  }
}

}  // namespace nbt
