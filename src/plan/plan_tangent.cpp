#include "plan/plan_tangent.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "model/dual_vector.hpp"
#include "model/vector_adjoint.hpp"
#include "plan/beam_tangent.hpp"
#include "plan/orientations.hpp"
#include "plan/shape_tangent.hpp"

namespace nbt {
namespace {

bool is_zero(const Vector3& v) {
  return v.x == 0 && v.y == 0 && v.z == 0;
}

// A domain's rotation, whose angle is in proportion to the spread: d(U x) = U dx + dspread/spread n omega x U x.
Vector3 domain_tangent(const Matrix3& domain, const VectorOf<Dual>& x, const Crystal& crystal, double spread_tangent) {
  const VectorOf<Dual> moved = crystal.rotate_domains ? multiply(domain, x) : x;
  Vector3 tangent = tangent_of(moved);
  if (spread_tangent != 0 && crystal.mosaic_spread_rad > 0) {
    tangent = tangent + (spread_tangent / crystal.mosaic_spread_rad) * cross(rotation_vector(domain), value_of(moved));
  }
  return tangent;
}

bool moves_crystal(const CrystalOf<Dual>& crystal) {
  const bool vectors = !is_zero(tangent_of(crystal.a_m)) || !is_zero(tangent_of(crystal.b_m)) ||
                       !is_zero(tangent_of(crystal.c_m)) || !is_zero(tangent_of(crystal.spindle));
  return vectors || crystal.mosaic_spread_rad.tangent != 0 ||
         std::any_of(crystal.phi_rad.begin(), crystal.phi_rad.end(), [](const Dual& phi) { return phi.tangent != 0; });
}

using MovingAxes = std::array<VectorOf<Dual>, 3>;  // a, b, c
using Combination = std::array<std::array<double, 3>, 3>;

// `step`: -1: not rotated.
MovingAxes axes_in_step(const CrystalOf<Dual>& crystal, std::int64_t step) {
  MovingAxes axes = {crystal.a_m, crystal.b_m, crystal.c_m};
  if (step < 0) return axes;
  for (VectorOf<Dual>& x : axes) x = rotate_about(x, crystal.spindle, crystal.phi_rad[static_cast<std::size_t>(step)]);
  return axes;
}

// Tangents of the axes as combinations of their values.
Combination combination_of(const MovingAxes& axes) {
  const Vector3 a = value_of(axes[0]), b = value_of(axes[1]), c = value_of(axes[2]);
  const double per_volume = 1 / dot(a, cross(b, c));
  const Vector3 reciprocal[3] = {per_volume * cross(b, c), per_volume * cross(c, a), per_volume * cross(a, b)};
  Combination combination{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) combination[i][k] = dot(tangent_of(axes[i]), reciprocal[k]);
  }
  return combination;
}

// Apart from rounding. An element counts by what it moves of an axis: cells may be long and flat.
bool is_same(const Combination& one, const Combination& other, const MovingAxes& axes) {
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      const double ratio = length(value_of(axes[k])) / length(value_of(axes[i]));
      largest = std::max(largest, std::fabs(one[i][k]) * ratio);
      difference = std::max(difference, std::fabs(one[i][k] - other[i][k]) * ratio);
    }
  }
  return difference <= 1e-13 * largest;
}

// Which step's angle each step uses; -1: none.
struct UsedSteps {
  std::vector<std::int64_t> always;
  std::vector<std::int64_t> first_sweep;  // empty where no pixel has one of its own
};

UsedSteps used_steps(const Plan& plan) {
  const std::vector<double>& phi_rad = plan.scene.crystal.phi_rad;
  UsedSteps steps;
  steps.always.resize(phi_rad.size());
  std::iota(steps.always.begin(), steps.always.end(), std::int64_t{0});
  if (plan.scene.carryover) steps.always = carried_over_steps(phi_rad, false);
  if (!plan.first_sweep.empty()) steps.first_sweep = carried_over_steps(phi_rad, true);
  return steps;
}

// False where domains or steps do not all move by the same combination.
bool find_combination(const CrystalOf<Dual>& crystal, const UsedSteps& steps, Combination& combination) {
  if (crystal.mosaic_spread_rad.tangent != 0) return false;
  const MovingAxes first = axes_in_step(crystal, steps.always.front());
  combination = combination_of(first);
  const auto same = [&](std::int64_t step) {
    return is_same(combination, combination_of(axes_in_step(crystal, step)), first);
  };
  return std::all_of(steps.always.begin(), steps.always.end(), same) &&
         std::all_of(steps.first_sweep.begin(), steps.first_sweep.end(), same);
}

std::vector<Orientation> orientation_tangents(const Crystal& at, const CrystalOf<Dual>& crystal,
                                              const std::vector<std::int64_t>& steps) {
  std::vector<Orientation> table;
  table.reserve(steps.size() * at.mosaic_rotations.size());
  for (const std::int64_t step : steps) {
    const MovingAxes rotated = axes_in_step(crystal, step);
    for (const Matrix3& domain : at.mosaic_rotations) {
      Orientation o{};
      store(domain_tangent(domain, rotated[0], at, crystal.mosaic_spread_rad.tangent), o.a);
      store(domain_tangent(domain, rotated[1], at, crystal.mosaic_spread_rad.tangent), o.b);
      store(domain_tangent(domain, rotated[2], at, crystal.mosaic_spread_rad.tangent), o.c);
      table.push_back(o);
    }
  }
  return table;
}

void set_orientations(const Plan& plan, const CrystalOf<Dual>& crystal, PlanTangent& tangent) {
  if (!moves_crystal(crystal)) return;
  const UsedSteps steps = used_steps(plan);
  Combination combination;
  if (find_combination(crystal, steps, combination)) {
    for (std::size_t i = 0; i < 3; ++i) std::copy_n(combination[i].begin(), 3, tangent.combination[i]);
    return;
  }
  const Crystal& at = plan.scene.crystal;
  tangent.orientations = orientation_tangents(at, crystal, steps.always);
  if (!steps.first_sweep.empty()) tangent.first_sweep = orientation_tangents(at, crystal, steps.first_sweep);
}

void set_panel(const SceneOf<Dual>& scene, PlanTangent& tangent) {
  const PanelOf<Dual>& panel = scene.panels.front();
  tangent.fast = tangent_of(panel.fast);
  tangent.slow = tangent_of(panel.slow);
  tangent.normal = tangent_of(panel.normal);
  tangent.origin_m = tangent_of(panel.origin_m);
  tangent.pixel_size_m = panel.pixel_size_m.tangent;
  tangent.close_distance_m = panel.close_distance_m.tangent;
  tangent.layer_pitch_m = panel.layer_pitch_m.tangent;
  tangent.absorption = (panel.layer_pitch_m * panel.attenuation_per_m).tangent;
  if (!panel.curved) return;
  tangent.distance_m = panel.distance_m.tangent;
  tangent.true_fast_beam_m = panel.true_fast_beam_m.tangent;
  tangent.true_slow_beam_m = panel.true_slow_beam_m.tangent;
  tangent.beam_direction = tangent_of(scene.beam_direction);
}

void set_sources(const SceneOf<Dual>& scene, PlanTangent& tangent) {
  bool moves = false;
  std::vector<SourceTangent> sources;
  sources.reserve(scene.sources.size());
  for (const SourceOf<Dual>& source : scene.sources) {
    sources.push_back({tangent_of(source.incident), source.wavelength_m.tangent});
    moves = moves || source.wavelength_m.tangent != 0 || !is_zero(sources.back().incident);
  }
  if (moves) tangent.sources = std::move(sources);
}

void add_table(double factor, const std::vector<Orientation>& from, std::vector<Orientation>& to) {
  if (from.empty()) return;
  if (to.empty()) to.resize(from.size(), Orientation{});
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (int c = 0; c < 3; ++c) {
      to[i].a[c] += factor * from[i].a[c];
      to[i].b[c] += factor * from[i].b[c];
      to[i].c[c] += factor * from[i].c[c];
    }
  }
}

}  // namespace

void PlanTangent::add(double factor, const PlanTangent& other) {
  const auto add_vector = [factor](const Vector3& from, Vector3& to) { to = to + factor * from; };
  add_vector(other.fast, fast);
  add_vector(other.slow, slow);
  add_vector(other.normal, normal);
  add_vector(other.origin_m, origin_m);
  add_vector(other.beam_direction, beam_direction);
  add_vector(other.polarization_axis, polarization_axis);
  pixel_size_m += factor * other.pixel_size_m;
  close_distance_m += factor * other.close_distance_m;
  layer_pitch_m += factor * other.layer_pitch_m;
  absorption += factor * other.absorption;
  distance_m += factor * other.distance_m;
  true_fast_beam_m += factor * other.true_fast_beam_m;
  true_slow_beam_m += factor * other.true_slow_beam_m;
  scale += factor * other.scale;
  background += factor * other.background;
  polarization_factor += factor * other.polarization_factor;
  log_terms += factor * other.log_terms;
  log_default += factor * other.log_default;
  for (int k = 0; k < 6; ++k) shape[k] += factor * other.shape[k];
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) combination[i][k] += factor * other.combination[i][k];
  }
  if (!other.sources.empty()) sources.resize(other.sources.size());
  for (std::size_t s = 0; s < other.sources.size(); ++s) {
    add_vector(other.sources[s].incident, sources[s].incident);
    sources[s].wavelength_m += factor * other.sources[s].wavelength_m;
  }
  add_table(factor, other.orientations, orientations);
  add_table(factor, other.first_sweep, first_sweep);
}

bool PlanTangent::combines_axes() const {
  const auto moves = [](const double(&axis)[3]) { return axis[0] != 0 || axis[1] != 0 || axis[2] != 0; };
  return std::any_of(std::begin(combination), std::end(combination), moves);
}

bool PlanTangent::moves_positions() const {
  const bool axes = !is_zero(fast) || !is_zero(slow) || !is_zero(normal) || !is_zero(origin_m);
  const bool curved = distance_m != 0 || true_fast_beam_m != 0 || true_slow_beam_m != 0 || !is_zero(beam_direction);
  return axes || curved || pixel_size_m != 0 || layer_pitch_m != 0;
}

bool PlanTangent::moves_polarization() const {
  return polarization_factor != 0 || !is_zero(polarization_axis) || !sources.empty();
}

bool PlanTangent::moves_sight() const {
  return moves_positions() || moves_polarization() || absorption != 0 || close_distance_m != 0;
}

bool PlanTangent::moves_shape() const {
  return std::any_of(std::begin(shape), std::end(shape), [](double factor) { return factor != 0; });
}

PlanTangent plan_tangent(const Plan& plan, const SceneOf<Dual>& scene) {
  PlanTangent tangent;
  set_panel(scene, tangent);
  tangent.scale = moving_scale(plan, scene).tangent;
  tangent.background = moving_background(plan, scene).tangent;
  tangent.polarization_factor = scene.polarization_factor.tangent;
  tangent.polarization_axis = tangent_of(scene.polarization_axis);
  set_sources(scene, tangent);
  set_orientations(plan, scene.crystal, tangent);
  const ShapeTangent shape = shape_tangent(scene.crystal);
  std::copy_n(shape.factor, 6, tangent.shape);
  tangent.log_terms = shape.log_volume;
  const bool everywhere = !plan.scene.structure_factor_sets.front();
  (everywhere ? tangent.log_terms : tangent.log_default) += log_default_tangent(plan, scene);
  return tangent;
}

std::int64_t plan_tangent_bytes(const Plan& plan) {
  return static_cast<std::int64_t>(sizeof(PlanTangent) + plan.sources.size() * sizeof(SourceTangent) +
                                   (plan.orientations.size() + plan.first_sweep.size()) * sizeof(Orientation));
}

}  // namespace nbt
