#include "cuda/frozen_plan.hpp"

#include <algorithm>
#include <tuple>

#include "cuda/kernel_choice.hpp"
#include "model/vector.hpp"

namespace nbt::cuda {
namespace {

template <class T>
std::int64_t table_bytes(std::size_t count) {
  return static_cast<std::int64_t>(count * sizeof(T));
}

const StructureFactors* structure_factors(const Plan& plan) {
  return plan.scene.structure_factor_sets.front().get();
}

bool needs_double_amplitudes(const Plan& plan) {
  return structure_factors(plan) != nullptr && (plan.scene.precision == Precision::double_ || plan.scene.tricubic);
}

FrozenTable frozen_table(const AmplitudeTable& from) {
  FrozenTable table;
  for (int axis = 0; axis < 3; ++axis) {
    table.first[axis] = static_cast<int>(from.box.first[axis]);
    table.count[axis] = static_cast<int>(from.box.count[axis]);
  }
  table.plane_stride = static_cast<int>(from.box.plane_stride);
  table.row_stride = static_cast<int>(from.box.row_stride);
  table.box = from.box;
  table.default_F = from.default_F / from.unit;
  table.unit = from.unit;
  return table;
}

FrozenSource frozen_source(const Plan& plan, const PlannedSource& source) {
  const Vector3 incident = vector_of(source.incident);
  FrozenSource frozen{};
  store(incident, frozen.incident);
  store(unit(cross(plan.scene.polarization_axis, incident)), frozen.magnetic);
  frozen.per_wavelength_m = 1 / source.wavelength_m;
  frozen.resolution_limit = plan.scene.dmin_m > 0 ? source.wavelength_m / plan.scene.dmin_m : 0;
  frozen.weight = source.weight;
  return frozen;
}

bool have_one_weight(const std::vector<PlannedSource>& sources) {
  return std::all_of(sources.begin(), sources.end(),
                     [&](const PlannedSource& source) { return source.weight == sources.front().weight; });
}

void set_rules(const Plan& plan, FrozenScene& frozen) {
  const Scene& scene = plan.scene;
  frozen.solid_angle = plan.solid_angle;
  frozen.polarization = plan.polarization;
  frozen.capture = plan.capture;
  frozen.capture_is_zero = plan.capture_is_zero;
  frozen.running_product = plan.running_product;
  frozen.water = scene.water_m != 0;
  frozen.limited = scene.dmin_m > 0;
  frozen.keep_background_beyond_dmin = plan.keep_background_beyond_dmin;
  frozen.sources_together = !plan.running_product && !frozen.limited && plan.polarization != FactorRule::every_term &&
                            have_one_weight(plan.sources);
  frozen.kahn = scene.polarization_factor;
  frozen.scale = plan.scale;
  frozen.background = plan.background;
  frozen.oversample = scene.oversample;
}

FrozenPanel frozen_panel(const Plan& plan, const Panel& panel) {
  FrozenPanel frozen;
  frozen.fast_count = panel.fast_count;
  frozen.pixel_size_m = panel.pixel_size_m;
  store(panel.fast, frozen.fast);
  store(panel.slow, frozen.slow);
  store(panel.normal, frozen.normal);
  store(panel.origin_m, frozen.origin_m);
  frozen.close_distance_m = panel.close_distance_m;
  frozen.layers = panel.layers;
  frozen.layer_pitch_m = panel.layer_pitch_m;
  frozen.absorption = panel.layer_pitch_m * panel.attenuation_per_m;
  frozen.point_pixel = panel.point_pixel;
  frozen.region = panel.region;
  if (!panel.curved) return frozen;
  const Vector3& beam = plan.scene.beam_direction;
  frozen.curved = true;
  frozen.lab_axes = panel.curved_lab_axes;
  frozen.distance_m = panel.distance_m;
  store(panel.distance_m * beam, frozen.straight_m);
  store(frozen.lab_axes ? panel.slow : unit(cross(beam, panel.fast)), frozen.axis1);
  store(frozen.lab_axes ? panel.fast : unit(cross(beam, panel.slow)), frozen.axis2);
  frozen.true_fast_beam_m = panel.true_fast_beam_m;
  frozen.true_slow_beam_m = panel.true_slow_beam_m;
  return frozen;
}

}  // namespace

FrozenPlan::FrozenPlan(const Plan& plan, int device) {
  Stream stream(device);
  freeze(plan, crystal_constants(plan), stream);
}

void FrozenPlan::find_special_pixels(const Plan& plan) {
  const auto add = [&](std::int32_t panel, std::int64_t slow, std::int64_t fast) {
    for (const Span& span : split_by_rules(plan, Span{panel, slow, fast, 1})) {
      SpecialPixel pixel{slow, fast, span.lookup, span.first_sweep, span.latch != nullptr, 0, 0};
      if (span.latch != nullptr) {
        pixel.latch_sweep = span.latch->sweep;
        pixel.latch_orientation = span.latch->orientation;
      }
      special_.push_back({panel, pixel});
    }
  };
  for (const FirstSweepPixel& pixel : plan.first_sweep_pixels) add(pixel.panel, pixel.slow, pixel.fast);
  if (plan.latch) add(plan.latch->panel, plan.latch->slow, plan.latch->fast);
  const auto key = [](const PlacedSpecial& s) { return std::tuple(s.panel, s.pixel.slow, s.pixel.fast); };
  std::sort(special_.begin(), special_.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

void FrozenPlan::freeze(const Plan& plan, const CrystalConstants& crystal, Stream& stream) {
  const AmplitudeTable table = amplitude_table(plan);
  orientations_ = stored(plan.orientations.data(), plan.orientations.size(), stream);
  first_sweep_ = stored(plan.first_sweep.data(), plan.first_sweep.size(), stream);
  std::vector<FrozenSource> sources;
  for (const PlannedSource& source : plan.sources) sources.push_back(frozen_source(plan, source));
  sources_ = stored(sources.data(), sources.size(), stream);
  if (needs_double_amplitudes(plan)) {
    amplitudes_in_double_ = stored(table.in_double, structure_factors(plan)->amplitudes.size(), stream);
  }
  amplitudes_in_float_ = stored(plan.amplitudes_float.data(), plan.amplitudes_float.size(), stream);
  if (plan.scene.mask) mask_ = stored(plan.scene.mask->bits.data(), plan.scene.mask->bits.size(), stream);
  find_special_pixels(plan);
  std::vector<SpecialPixel> special;
  for (const PlacedSpecial& s : special_) special.push_back(s.pixel);
  special_pixels_ = stored(special.data(), special.size(), stream);

  FrozenScene frozen;
  frozen.crystal = crystal;
  if (crystal.fraction_bits > 0) frozen.fixed_point = WideFixedPoint(crystal.fraction_bits);
  frozen.table = frozen_table(table);
  frozen.table.in_double = static_cast<const double*>(amplitudes_in_double_.get());
  frozen.table.in_float = static_cast<const float*>(amplitudes_in_float_.get());
  frozen.sources = static_cast<const FrozenSource*>(sources_.get());
  frozen.source_count = static_cast<std::int64_t>(plan.sources.size());
  frozen.orientations = static_cast<const Orientation*>(orientations_.get());
  frozen.first_sweep = static_cast<const Orientation*>(first_sweep_.get());
  frozen.orientation_count = static_cast<std::int64_t>(plan.orientations.size());
  frozen.mask = static_cast<const std::uint64_t*>(mask_.get());
  frozen.special_pixels = static_cast<const SpecialPixel*>(special_pixels_.get());
  frozen.unit = (table.unit * crystal.peak) * (table.unit * crystal.peak);
  frozen.slope_unit = (table.unit * crystal.volume) * (table.unit * crystal.volume);
  set_rules(plan, frozen);
  frozen.lookup = first_lookup(plan);
  for (std::size_t panel = 0; panel < plan.scene.panels.size(); ++panel) {
    frozen.panel = frozen_panel(plan, plan.scene.panels[panel]);
    if (plan.scene.tricubic && plan.latch) {
      const bool here = plan.latch->panel == static_cast<std::int32_t>(panel);
      const bool before = plan.latch->panel < static_cast<std::int32_t>(panel);
      frozen.latch_slow = here ? plan.latch->slow : before ? 0 : -1;
      frozen.latch_fast = here ? plan.latch->fast : -1;
    }
    scenes_.push_back(frozen);
  }
}

FrozenPlan::Range FrozenPlan::special_pixels(std::int32_t panel, std::int64_t first_row, std::int64_t row_count) const {
  const auto before = [](const PlacedSpecial& s, const std::pair<std::int32_t, std::int64_t>& row) {
    return std::pair(s.panel, s.pixel.slow) < row;
  };
  const auto first = std::lower_bound(special_.begin(), special_.end(), std::pair(panel, first_row), before);
  const auto end = std::lower_bound(first, special_.end(), std::pair(panel, first_row + row_count), before);
  return {first - special_.begin(), end - first};
}

std::int64_t frozen_plan_bytes(const Plan& plan) {
  std::int64_t bytes = table_bytes<Orientation>(plan.orientations.size() + plan.first_sweep.size()) +
                       table_bytes<FrozenSource>(plan.sources.size()) +
                       table_bytes<float>(plan.amplitudes_float.size()) +
                       table_bytes<SpecialPixel>(plan.first_sweep_pixels.size() + (plan.latch ? 1 : 0));
  if (needs_double_amplitudes(plan)) bytes += table_bytes<double>(structure_factors(plan)->amplitudes.size());
  if (plan.scene.mask) bytes += table_bytes<std::uint64_t>(plan.scene.mask->bits.size());
  return bytes;
}

}  // namespace nbt::cuda
