#include "plan/plan.hpp"

#include <utility>

#include "model/constants.hpp"
#include "model/error.hpp"
#include "plan/error_bounds.hpp"
#include "plan/first_sweep.hpp"
#include "plan/interpolation_latch.hpp"
#include "plan/orientations.hpp"

namespace nbt {
namespace {

std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) {
    throw Error(Status::out_of_range, "the scene needs more than 2^63 evaluations");
  }
  return result;
}

PlannedSource planned(const Source& source) {
  PlannedSource p{};
  p.incident[0] = source.incident.x;
  p.incident[1] = source.incident.y;
  p.incident[2] = source.incident.z;
  p.wavelength_m = source.wavelength_m;
  p.inverse_wavelength_per_A = 1e-10 / source.wavelength_m;
  p.weight = source.weight;
  return p;
}

FactorRule per_term_or_cached(bool every_term) {
  return every_term ? FactorRule::every_term : FactorRule::cached;
}

FactorRule polarization_rule(const Scene& scene) {
  const bool overridden = scene.oversample_polar && scene.compatibility.reference(Quirk::polar_overrides_nopolar);
  if (!scene.polarization && !overridden) return FactorRule::off;
  return per_term_or_cached(scene.oversample_polar);
}

// Without thickness there is nothing to capture, whatever the flag says, unless the reference's black image is
// wanted [Q25].
void set_capture_rule(Plan& plan) {
  const Scene& scene = plan.scene;
  if (scene.panels.front().thickness_m == 0) {
    plan.capture_is_zero = scene.oversample_thick && scene.compatibility.reference(Quirk::thick_zero_black);
    plan.capture = FactorRule::off;
  } else if (scene.oversample_thick) {
    plan.capture = FactorRule::every_term;
  } else {
    plan.capture =
        scene.compatibility.reference(Quirk::last_layer_capture) ? FactorRule::last_layer : FactorRule::cached;
  }
}

void set_rules(Plan& plan) {
  const Scene& scene = plan.scene;
  plan.solid_angle = per_term_or_cached(scene.oversample_omega);
  plan.polarization = polarization_rule(scene);
  set_capture_rule(plan);
  plan.running_product = scene.compatibility.reference(Quirk::running_product);
  if (plan.running_product && scene.tail_tolerance > 0) {
    throw Error(Status::inconsistent_scene,
                "sampling.tail_tolerance is " + std::to_string(scene.tail_tolerance) +
                    ", but what is left out of a running product (compat token running-product) has no bound: set the "
                    "tolerance to 0, or name the tokens in compat.tokens without this one");
  }
  plan.keep_background_beyond_dmin = !scene.compatibility.reference(Quirk::dmin_keep_background);
}

void set_scale(Plan& plan) {
  const Scene& scene = plan.scene;
  plan.steps =
      product(product(static_cast<std::int64_t>(plan.sources.size()), product(plan.domain_count, plan.phi_count)),
              product(scene.oversample, scene.oversample));
  plan.scale = thomson_radius_squared_m2 * scene.fluence_per_m2 / static_cast<double>(plan.steps);
  const bool twice = scene.compatibility.reference(Quirk::water_scaled_twice);
  plan.background = twice || plan.scale == 0 ? scene.background : scene.background / plan.scale;
}

void set_orientations(Plan& plan) {
  const Crystal& crystal = plan.scene.crystal;
  plan.domain_count = static_cast<std::int64_t>(crystal.mosaic_rotations.size());
  plan.phi_count = static_cast<std::int64_t>(crystal.phi_rad.size());
  if (!plan.scene.carryover) {
    plan.orientations = orientation_table(crystal, crystal.phi_rad);
    return;
  }
  const std::vector<double> used = carried_over_phi(crystal.phi_rad, false);
  const std::vector<double> first = carried_over_phi(crystal.phi_rad, true);
  plan.orientations = orientation_table(crystal, used);
  if (first != used) plan.first_sweep = orientation_table(crystal, first);
}

void set_float_amplitudes(Plan& plan, SharedFloatAmplitudes kept) {
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (!computes_in_float(plan.scene.precision) || !set) return;
  plan.float_amplitudes = float_amplitudes(set, plan.scene.default_F, std::move(kept));
  plan.amplitudes_float = plan.float_amplitudes->amplitudes;
  plan.amplitude_unit = plan.float_amplitudes->unit;
}

void set_precision(Plan& plan) {
  PrecisionChoice choice = choose_precision(plan.scene, plan.index_bounds);
  plan.precision_asked = plan.scene.precision;
  plan.scene.precision = choice.used;
  plan.precision_error_bound = choice.fast_error_bound;
  plan.precision_reason = std::move(choice.reason);
}

template <class T>
std::int64_t heap_bytes(const std::vector<T>& v) {
  return static_cast<std::int64_t>(v.capacity() * sizeof(T));
}

}  // namespace

std::int64_t evaluations_per_pixel(const Plan& plan) {
  return product(plan.steps, plan.scene.panels.front().layers);
}

std::shared_ptr<const Plan> make_plan(Scene scene, SharedFloatAmplitudes kept) {
  auto plan = std::make_shared<Plan>();
  plan->scene = std::move(scene);
  plan->index_bounds = index_bounds(plan->scene);
  set_precision(*plan);
  set_float_amplitudes(*plan, std::move(kept));  // first: what does not fit is let go before other tables are made
  plan->sources.reserve(plan->scene.sources.size());
  for (const Source& source : plan->scene.sources) plan->sources.push_back(planned(source));
  set_orientations(*plan);
  set_rules(*plan);
  set_scale(*plan);
  plan->tail_error_bound = tail_error_bound(*plan);
  evaluations_per_pixel(*plan);
  if (!plan->first_sweep.empty()) plan->first_sweep_pixels = find_first_sweep_pixels(*plan);
  if (plan->scene.tricubic && plan->scene.compatibility.reference(Quirk::interp_latch)) {
    plan->latch = find_interpolation_latch(*plan);
  }
  return plan;
}

std::int64_t plan_bytes(const Plan& plan) {
  const Scene& scene = plan.scene;
  std::int64_t bytes = static_cast<std::int64_t>(sizeof(Plan)) + heap_bytes(plan.sources) +
                       heap_bytes(plan.orientations) + heap_bytes(plan.first_sweep) +
                       heap_bytes(plan.first_sweep_pixels) + heap_bytes(scene.panels) + heap_bytes(scene.sources) +
                       heap_bytes(scene.crystal.mosaic_rotations) + heap_bytes(scene.crystal.phi_rad) +
                       heap_bytes(scene.warnings);
  for (const SharedStructureFactors& set : scene.structure_factor_sets) {
    if (set) bytes += heap_bytes(set->amplitudes);
  }
  if (plan.float_amplitudes) bytes += heap_bytes(plan.float_amplitudes->amplitudes);
  if (scene.mask) bytes += heap_bytes(scene.mask->bits);
  for (const std::string& warning : scene.warnings) bytes += static_cast<std::int64_t>(warning.capacity());
  return bytes;
}

}  // namespace nbt
