#include <cmath>
#include <cstdio>

#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

Precision precision_by_name(const std::string& name) {
  if (name == "double") return Precision::double_;
  if (name == "fast") return Precision::fast;
  return name == "exact" ? Precision::exact : Precision::single;
}

// An explicit phi_carryover.mode beats the compatibility tokens.
bool resolve_carryover(const Parameters& parameters, const Compatibility& compatibility) {
  if (parameters.automatic(Id::phi_carryover_mode)) return compatibility.reference(Quirk::phi_carryover);
  return parameters.text(Id::phi_carryover_mode) == "c-parity";
}

template <class Real>
void resolve_digitizing(const Parameters& parameters, SceneOf<Real>& scene) {
  scene.adc_offset = parameters.real(Id::digitize_adc_offset);
  scene.int_scale = parameters.real(Id::digitize_scale);
  scene.pgm_scale = parameters.real(Id::digitize_pgm_scale);
  if (parameters.given(Id::noise_seed)) {
    scene.noise_seed = static_cast<std::int32_t>(-parameters.integer(Id::noise_seed));
  }
}

template <class Real>
void check_mask(const SceneOf<Real>& scene) {
  if (!scene.mask) return;
  const PanelOf<Real>& panel = scene.panels.front();
  if (scene.mask->fast_count == panel.fast_count && scene.mask->slow_count == panel.slow_count) return;
  throw Error(Status::inconsistent_scene,
              "the mask has " + std::to_string(scene.mask->fast_count) + " x " +
                  std::to_string(scene.mask->slow_count) + " pixels (fast x slow), the detector " +
                  std::to_string(panel.fast_count) + " x " + std::to_string(panel.slow_count));
}

}  // namespace

void require_table_fits(const Parameters& parameters, double count, std::size_t element_bytes,
                        const std::string& what) {
  const double limit = parameters.real(Id::limits_memory_bytes);
  const double bytes = count * static_cast<double>(element_bytes);
  if (limit == 0 || bytes <= limit) return;
  throw Error(Status::memory_limit, "the table of " + number_text(count) + " " + what + " needs " + number_text(bytes) +
                                        " bytes; limits.memory_bytes is " + number_text(limit));
}

std::string number_text(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%g", value);
  return buffer;
}

template <class Real>
void resolve_until_mosaic(const Inputs<Real>& inputs, const SceneData& data, RandomGenerator& generator,
                          SceneOf<Real>& scene) {
  const Parameters& parameters = inputs.parameters();
  scene.compatibility =
      Compatibility::from_tokens(parameters.text(Id::compat_tokens), parameters.text(Id::compat_fixes));
  scene.precision = precision_by_name(parameters.text(Id::precision_mode));
  scene.precision_tolerance = parameters.real(Id::precision_tolerance);
  scene.carryover = resolve_carryover(parameters, scene.compatibility);
  scene.carryover_threads = parameters.integer(Id::phi_carryover_threads);
  scene.wavelength_m = inputs.real(Id::beam_wavelength_A) / 1e10;
  scene.polarization = parameters.boolean(Id::beam_polarization);
  scene.polarization_factor = inputs.real(Id::beam_polarization_factor);
  scene.mask = data.mask;

  const AxesOf<Real> axes = resolve_axes(inputs, scene);
  resolve_fluence(inputs, scene);
  resolve_panel(inputs, axes, scene);
  resolve_layers(inputs, scene);
  check_mask(scene);
  resolve_structure_factors(inputs, data, scene);
  resolve_crystal(inputs, generator, scene);
  resolve_phi(inputs, scene);
  resolve_sources(inputs, data, scene);
  resolve_mosaic_spread(inputs, data, scene);
}

template <class Real>
void resolve_after_mosaic(const Inputs<Real>& inputs, SceneOf<Real>& scene) {
  resolve_sampling(inputs, scene);
  resolve_digitizing(inputs.parameters(), scene);
}

Scene resolve(const Parameters& parameters, const SceneData& data) {
  Scene scene;
  const Inputs<double> inputs(parameters);
  RandomGenerator generator;
  resolve_until_mosaic(inputs, data, generator, scene);
  resolve_mosaic_rotations(parameters, data, generator, scene);
  resolve_after_mosaic(inputs, scene);
  scene.generator_after_mosaic = generator;
  return scene;
}

template void resolve_until_mosaic(const Inputs<Dual>&, const SceneData&, RandomGenerator&, SceneOf<Dual>&);
template void resolve_after_mosaic(const Inputs<Dual>&, SceneOf<Dual>&);

}  // namespace nbt
