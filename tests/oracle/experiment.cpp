#include "experiment.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "sampling.hpp"
#include "smv.hpp"

namespace nbt::oracle {
namespace {

std::optional<std::string> find_file(const Options& options, const std::string& name) {
  if (const auto found = options.files.find(name); found != options.files.end()) return found->second;
  std::ifstream stream(options.directory / name, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

std::string need_file(const Options& options, const std::string& name) {
  auto contents = find_file(options, name);
  if (!contents) throw std::invalid_argument("cannot read " + name);
  return *contents;
}

AmplitudeGrid resolve_amplitudes(const Request& request, const Semantics& semantics, const Options& options,
                                 const Motion& motion) {
  const Dual otherwise = motion.of("structure_factors.default_F", request.default_amplitude);
  if (options.reflections) return grid_of(*options.reflections, otherwise);
  if (request.hkl_file) {
    return grid_of(read_hkl_text(need_file(options, *request.hkl_file), semantics.hkl_stream), otherwise);
  }
  if (const auto dump = find_file(options, request.dump_file)) return read_dump(*dump, otherwise);
  if (otherwise == 0.0) throw std::invalid_argument("no structure factors");
  return empty_grid(otherwise);
}

std::vector<SourceRowOf<Dual>> still(const std::vector<SourceRow>& rows) {
  std::vector<SourceRowOf<Dual>> result;
  for (const auto& row : rows) result.push_back({still(row.position), row.weight, row.wavelength_m});
  return result;
}

std::vector<SourceOf<Dual>> resolve_sources(const ExperimentOf<Dual>& e, const Options& options, const Motion& motion) {
  if (options.sources) return sources_from_rows(still(*options.sources), e.semantics);
  if (!e.request.source_file) return generated_sources(e.request, e.semantics, e.geometry, motion);
  const auto rows = read_source_rows(need_file(options, *e.request.source_file), e.geometry.beam_axis, e.wavelength);
  return sources_from_rows(rows, e.semantics);
}

// Fix phi-midpoint: each step stands for the middle of its interval.
std::vector<Dual> resolve_phi_list(const Request& request, const Semantics& semantics, const Motion& motion) {
  const double degree = degrees_per_radian();
  const Grid grid = resolve_phi(request.phi, semantics);
  const Dual start = motion.of("goniometer.phi_start_deg", request.phi_start, 1.0 / degree);
  const Dual step = motion.of("goniometer.phi_step_deg", grid.step, 1.0 / degree);
  std::vector<Dual> phi;
  for (int i = 0; i < grid.count; ++i) phi.push_back(start + step * (semantics.phi_midpoint ? i + 0.5 : i));
  return phi;
}

void resolve_sensor(const Motion& motion, ExperimentOf<Dual>& e) {
  const Grid layers = resolve_layers(e.request.thickness, e.request.layer_count, e.semantics);
  e.layer_count = layers.count;
  e.layer_step = layers.step.value;
  e.thickness = layers.range.value;
  e.attenuation = e.request.attenuation;
  if (e.thickness > 0.0 && e.attenuation < 0.0) e.attenuation = 1.0 / e.thickness;
  if (e.thickness > 0.0 && e.attenuation == 0.0 && !e.semantics.thick_zero_black) {
    throw std::invalid_argument("a thick sensor that does not absorb");  // [Q26]
  }
  const double mu = e.attenuation.value;
  e.attenuation = motion.of("detector.attenuation_depth_um", e.attenuation, -mu * mu * 1e-6);
}

void resolve_mosaicity(const Options& options, const Motion& motion, Generator& generator, ExperimentOf<Dual>& e) {
  if (options.mosaic_rotations) {
    for (const Matrix& rotation : *options.mosaic_rotations) {
      std::copy(rotation.begin(), rotation.end(), e.mosaic.emplace_back().begin());
    }
    e.rotate_domains = true;
    return;
  }
  const Grid grid = resolve_mosaic(e.request.mosaic_spread, e.request.mosaic_domains);
  const Dual spread = motion.of("crystal.mosaic_spread_deg", grid.range, 1.0 / degrees_per_radian());
  e.mosaic = mosaic_rotations(spread, grid.count, e.request.mosaic_seed, generator);
  e.mosaic_spread = spread.value;
  e.rotate_domains = e.mosaic_spread > 0.0;
}

int resolve_oversample(const Request& request, const Crystal& crystal, const Geometry& geometry) {
  if (request.oversample > 0) return request.oversample;
  // Rounding decides where the quotient is whole, so the lengths are taken in metres first.
  const OrientationOf<double> cell = unrotated(crystal);
  const double longest =
      std::max({length(cell.a) * crystal.cells.x, length(cell.b) * crystal.cells.y, length(cell.c) * crystal.cells.z});
  const double reciprocal_pixel = request.wavelength * geometry.distance / geometry.pixel_size;
  return std::max(1, static_cast<int>(std::ceil(3.0 * longest / reciprocal_pixel)));
}

// Fix interp-after-size: judged on the cell counts that the rendering uses.
bool resolve_interpolation(const ExperimentOf<Dual>& e) {
  if (!e.amplitudes.loaded) return false;
  if (e.request.interpolate) return *e.request.interpolate;
  const Vector cells = value_of(e.crystal.cells);
  if (e.semantics.interp_after_size) return std::min({cells.x, cells.y, cells.z}) <= 2;
  return std::min({e.request.cells_a, e.request.cells_b, e.request.cells_c}) <= 2;
}

Region resolve_region(const Request& request, const GeometryOf<Dual>& geometry) {
  const auto given = [&](std::size_t i, int otherwise) { return request.roi[i] < 0 ? otherwise : request.roi[i]; };
  return {given(0, 0), given(1, geometry.fast), given(2, 0), given(3, geometry.slow)};
}

Dual background(const ExperimentOf<Dual>& e, const Motion& motion) {
  constexpr double r_e_sqr = 7.94079248018965e-30, avogadro = 6.02214179e23, water_amplitude = 2.57;
  const Dual w = motion.of("background.water_um", e.request.water, 1e-6);
  return water_amplitude * water_amplitude * r_e_sqr * e.fluence * w * w * w * 1e6 * avogadro / 18.0;
}

template <class Of>
auto values_of(const std::vector<Of>& list) {
  std::vector<decltype(value_of(list[0]))> values;
  for (const auto& element : list) values.push_back(value_of(element));
  return values;
}

Experiment value_of(const ExperimentOf<Dual>& e) {
  return {e.request,
          e.semantics,
          value_of(e.geometry),
          value_of(e.crystal),
          value_of(e.wavelength),
          values_of(e.sources),
          value_of(e.kahn),
          e.amplitudes,
          value_of(e.fluence),
          values_of(e.phi),
          values_of(e.mosaic),
          e.mosaic_spread,
          e.rotate_domains,
          e.layer_count,
          e.layer_step,
          e.thickness,
          value_of(e.attenuation),
          e.oversample,
          e.interpolate,
          e.steps,
          value_of(e.background_sum),
          e.region,
          e.mask,
          e.carryover_threads};
}

void resolve_mask(const Options& options, ExperimentOf<Dual>& e) {
  if (options.mask) {
    e.mask = *options.mask;
  } else if (e.request.mask_file) {
    e.mask = read_smv_mask(need_file(options, *e.request.mask_file), e.geometry.fast, e.geometry.slow);
  }
}

void resolve_crystal_and_mosaicity(const Options& options, const Motion& motion, ExperimentOf<Dual>& e) {
  Generator generator;
  std::optional<std::string> matrix_text;
  if (e.request.matrix_file) matrix_text = need_file(options, *e.request.matrix_file);
  e.crystal = resolve_crystal(e.request, e.semantics, e.wavelength, matrix_text, motion, generator);
  resolve_mosaicity(options, motion, generator, e);
}

}  // namespace

ExperimentOf<Dual> resolve_moving_experiment(const std::vector<std::string>& arguments, const Options& options,
                                             const Motion& motion) {
  ExperimentOf<Dual> e;
  e.semantics = resolve_semantics(options.compat, options.fix, options.phi_carryover);
  e.request =
      parse_arguments(arguments, e.semantics, [&](const std::string& name) { return need_file(options, name); });
  e.carryover_threads = options.carryover_threads;
  e.wavelength = resolve_wavelength(e.request, motion);
  e.geometry = resolve_geometry(e.request, e.semantics, motion);
  resolve_crystal_and_mosaicity(options, motion, e);

  e.amplitudes = resolve_amplitudes(e.request, e.semantics, options, motion);
  if (motion.reflection()) move_reflection(e.amplitudes, *motion.reflection());
  e.sources = resolve_sources(e, options, motion);
  e.kahn = motion.of("beam.polarization_factor", e.request.kahn);
  e.fluence = resolve_fluence(e.request, motion);
  e.phi = resolve_phi_list(e.request, e.semantics, motion);
  resolve_sensor(motion, e);
  e.oversample = resolve_oversample(e.request, value_of(e.crystal), value_of(e.geometry));
  e.interpolate = resolve_interpolation(e);
  e.steps = static_cast<double>(e.sources.size()) * static_cast<double>(e.mosaic.size()) *
            static_cast<double>(e.phi.size()) * e.oversample * e.oversample;
  e.background_sum = background(e, motion);
  e.region = resolve_region(e.request, e.geometry);
  resolve_mask(options, e);
  return e;
}

Experiment resolve_experiment(const std::vector<std::string>& arguments, const Options& options) {
  return value_of(resolve_moving_experiment(arguments, options, Motion()));
}

}  // namespace nbt::oracle
