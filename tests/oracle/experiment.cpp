#include "experiment.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

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

AmplitudeGrid resolve_amplitudes(const Request& request, const Semantics& semantics, const Options& options) {
  const double otherwise = request.default_amplitude;
  if (options.reflections) return grid_of(*options.reflections, otherwise);
  if (request.hkl_file) {
    return grid_of(read_hkl_text(need_file(options, *request.hkl_file), semantics.hkl_stream), otherwise);
  }
  if (const auto dump = find_file(options, request.dump_file)) return read_dump(*dump, otherwise);
  if (otherwise == 0.0) throw std::invalid_argument("no structure factors");
  return empty_grid(otherwise);
}

std::vector<Source> resolve_sources(const Experiment& e, const Options& options) {
  if (options.sources) return sources_from_rows(*options.sources, e.semantics);
  if (!e.request.source_file) return generated_sources(e.request, e.semantics, e.geometry);
  const auto rows =
      read_source_rows(need_file(options, *e.request.source_file), e.geometry.beam_axis, e.request.wavelength);
  return sources_from_rows(rows, e.semantics);
}

// Fix phi-midpoint: each step stands for the middle of its interval.
std::vector<double> resolve_phi_list(const Request& request, const Semantics& semantics) {
  const Grid grid = resolve_phi(request.phi, semantics);
  std::vector<double> phi;
  for (int i = 0; i < grid.count; ++i) {
    phi.push_back(request.phi_start + grid.step * (semantics.phi_midpoint ? i + 0.5 : i));
  }
  return phi;
}

void resolve_sensor(Experiment& e) {
  e.layers = resolve_layers(e.request.thickness, e.request.layer_count, e.semantics);
  e.attenuation = e.request.attenuation;
  if (e.layers.range > 0.0 && e.attenuation < 0.0) e.attenuation = 1.0 / e.layers.range;
  if (e.layers.range > 0.0 && e.attenuation == 0.0 && !e.semantics.thick_zero_black) {
    throw std::invalid_argument("a thick sensor that does not absorb");  // [Q26]
  }
}

void resolve_mosaicity(const Options& options, Generator& generator, Experiment& e) {
  if (options.mosaic_rotations) {
    e.mosaic = *options.mosaic_rotations;
    e.rotate_domains = true;
    return;
  }
  const Grid grid = resolve_mosaic(e.request.mosaic_spread, e.request.mosaic_domains);
  e.mosaic = mosaic_rotations(grid.range, grid.count, e.request.mosaic_seed, generator);
  e.mosaic_spread = grid.range;
  e.rotate_domains = grid.range > 0.0;
}

int resolve_oversample(const Experiment& e) {
  if (e.request.oversample > 0) return e.request.oversample;
  // Rounding decides where the quotient is whole, so the lengths are taken in metres first.
  const Orientation cell = unrotated(e.crystal);
  const double longest = std::max(
      {length(cell.a) * e.crystal.cells_a, length(cell.b) * e.crystal.cells_b, length(cell.c) * e.crystal.cells_c});
  const double reciprocal_pixel = e.request.wavelength * e.geometry.distance / e.geometry.pixel_size;
  return std::max(1, static_cast<int>(std::ceil(3.0 * longest / reciprocal_pixel)));
}

// Fix interp-after-size: judged on the cell counts that the rendering uses.
bool resolve_interpolation(const Experiment& e) {
  if (!e.amplitudes.loaded) return false;
  if (e.request.interpolate) return *e.request.interpolate;
  if (e.semantics.interp_after_size) return std::min({e.crystal.cells_a, e.crystal.cells_b, e.crystal.cells_c}) <= 2;
  return std::min({e.request.cells_a, e.request.cells_b, e.request.cells_c}) <= 2;
}

Region resolve_region(const Request& request, const Geometry& geometry) {
  const auto given = [&](std::size_t i, int otherwise) { return request.roi[i] < 0 ? otherwise : request.roi[i]; };
  return {given(0, 0), given(1, geometry.fast), given(2, 0), given(3, geometry.slow)};
}

double background(const Experiment& e) {
  constexpr double r_e_sqr = 7.94079248018965e-30, avogadro = 6.02214179e23, water_amplitude = 2.57;
  const double w = e.request.water;
  return water_amplitude * water_amplitude * r_e_sqr * e.fluence * w * w * w * 1e6 * avogadro / 18.0;
}

}  // namespace

Experiment resolve_experiment(const std::vector<std::string>& arguments, const Options& options) {
  Experiment e;
  e.semantics = resolve_semantics(options.compat, options.fix, options.phi_carryover);
  e.request =
      parse_arguments(arguments, e.semantics, [&](const std::string& name) { return need_file(options, name); });
  e.carryover_threads = options.carryover_threads;
  e.geometry = resolve_geometry(e.request, e.semantics);

  Generator generator;
  std::optional<std::string> matrix_text;
  if (e.request.matrix_file) matrix_text = need_file(options, *e.request.matrix_file);
  e.crystal = resolve_crystal(e.request, e.semantics, matrix_text, generator);
  resolve_mosaicity(options, generator, e);

  e.amplitudes = resolve_amplitudes(e.request, e.semantics, options);
  e.sources = resolve_sources(e, options);
  e.fluence = resolve_fluence(e.request);
  e.phi = resolve_phi_list(e.request, e.semantics);
  resolve_sensor(e);
  e.oversample = resolve_oversample(e);
  e.interpolate = resolve_interpolation(e);
  e.steps = static_cast<double>(e.sources.size()) * static_cast<double>(e.mosaic.size()) *
            static_cast<double>(e.phi.size()) * e.oversample * e.oversample;
  e.background_sum = background(e);
  e.region = resolve_region(e.request, e.geometry);
  if (options.mask) {
    e.mask = *options.mask;
  } else if (e.request.mask_file) {
    e.mask = read_smv_mask(need_file(options, *e.request.mask_file), e.geometry.fast, e.geometry.slow);
  }
  return e;
}

}  // namespace nbt::oracle
