#include "cpu/moving_sight.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/jacobian_span.hpp"
#include "model/dual_vector.hpp"

namespace nbt {
namespace {

// A curved panel that moves (physics.md 3.6).
struct MovingPanel {
  VectorOf<Dual> fast, slow, normal, origin_m, beam;
  Dual distance_m, true_fast_beam_m, true_slow_beam_m, layer_pitch_m;
  bool lab_axes = false;

  VectorOf<Dual> position(const Dual& fast_m, const Dual& slow_m, int layer) const {
    const VectorOf<Dual> straight = distance_m * beam;
    if (lab_axes) {
      const VectorOf<Dual> flat = fast_m * fast + slow_m * slow + (layer * layer_pitch_m) * normal + origin_m;
      return rotate_about(rotate_about(straight, slow, flat.y / distance_m), fast, flat.z / distance_m);
    }
    const VectorOf<Dual> once =
        rotate_about(straight, unit(cross(beam, fast)), (fast_m - true_fast_beam_m) / distance_m);
    return rotate_about(once, unit(cross(beam, slow)), (slow_m - true_slow_beam_m) / distance_m);
  }
};

MovingPanel moving_panel(const Panel& panel, const Vector3& beam, const PlanTangent& by) {
  MovingPanel moved;
  moved.fast = moving(panel.fast, by.fast);
  moved.slow = moving(panel.slow, by.slow);
  moved.normal = moving(panel.normal, by.normal);
  moved.origin_m = moving(panel.origin_m, by.origin_m);
  moved.beam = moving(beam, by.beam_direction);
  moved.distance_m = {panel.distance_m, by.distance_m};
  moved.true_fast_beam_m = {panel.true_fast_beam_m, by.true_fast_beam_m};
  moved.true_slow_beam_m = {panel.true_slow_beam_m, by.true_slow_beam_m};
  moved.layer_pitch_m = {panel.layer_pitch_m, by.layer_pitch_m};
  moved.lab_axes = panel.curved_lab_axes;
  return moved;
}

}  // namespace

MovingSight::MovingSight(const JacobianConstants& constants, const Span& span, SpanSight& sight,
                         JacobianScratch& scratch)
    : constants_(constants),
      plan_(constants.render.plan),
      panel_(plan_.scene.panels[static_cast<std::size_t>(span.panel)]),
      sight_(sight),
      g_(scratch) {}

void MovingSight::move(const PlanTangent& movement) {
  moved_ = movement.moves_positions();
  if (!moved_) return;
  MoveDirections job;
  job.pixels = sight_.padded();
  job.directions = sight_.directions();
  for (int c = 0; c < 3; ++c) job.moved[c] = g_.moved_direction[c];
  job.log_distance = g_.log_distance;
  if (panel_.curved) {
    set_curved(movement, job);
  } else {
    set_flat(movement, job);
  }
  constants_.tangent_kernels.move_directions(job);
}

// dP = dP0 + y df + dy f.
void MovingSight::set_flat(const PlanTangent& movement, MoveDirections& job) const {
  const PixelOffsets at = sight_.offsets();
  const double per_pixel = movement.pixel_size_m / panel_.pixel_size_m;
  const Vector3 moved_anchor =
      at.fast_m * movement.fast + at.slow_m * movement.slow + movement.origin_m +
      at_.layer * (panel_.layer_pitch_m * movement.normal + movement.layer_pitch_m * panel_.normal) +
      per_pixel * (at.fast_m * panel_.fast + at.slow_m * panel_.slow);
  store(moved_anchor, job.anchor);
  store(movement.fast + per_pixel * panel_.fast, job.fast);
  job.first_from_anchor = sight_.placed().first_from_anchor;
  job.pixel_size_m = panel_.pixel_size_m;
  job.per_length_m = 1 / sight_.placed().unit_m;
}

void MovingSight::set_curved(const PlanTangent& movement, MoveDirections& job) const {
  const PixelOffsets at = sight_.offsets();
  const MovingPanel panel = moving_panel(panel_, plan_.scene.beam_direction, movement);
  const double per_pixel = movement.pixel_size_m / panel_.pixel_size_m;
  for (int i = 0; i < sight_.padded(); ++i) {
    const double fast_m = at.fast_m + (sight_.placed().first_from_anchor + i) * panel_.pixel_size_m;
    const Vector3 moved =
        tangent_of(panel.position({fast_m, per_pixel * fast_m}, {at.slow_m, per_pixel * at.slow_m}, at_.layer));
    job.moved[0][i] = moved.x;
    job.moved[1][i] = moved.y;
    job.moved[2][i] = moved.z;
  }
  job.curved = true;
  job.per_length_m = 1 / std::fabs(panel_.distance_m);
}

// dh = x.(dd - di - (d - i) dlambda/lambda)/lambda.
void MovingSight::add_indices(const PlanTangent& movement, std::size_t source_index, double* row) const {
  if (!moved_ && movement.sources.empty()) return;
  MovedIndices job;
  job.pixels = sight_.padded();
  job.directions = sight_.directions();
  for (int c = 0; c < 3; ++c) {
    job.vectors[c] = g_.along[c];
    job.moved[c] = moved_ ? g_.moved_direction[c] : nullptr;
  }
  if (!movement.sources.empty()) {
    const SourceTangent& by = movement.sources[source_index];
    const PlannedSource& from = plan_.sources[source_index];
    const double log_wavelength = by.wavelength_m / from.wavelength_m;
    job.by_direction = -log_wavelength;
    store(log_wavelength * vector_of(from.incident) - by.incident, job.constant);
  }
  job.sum = row;
  constants_.tangent_kernels.add_indices(job);
}

void MovingSight::add_log_solid_angle(const PlanTangent& movement, double* row) const {
  double constant = 0;
  if (!panel_.point_pixel) {
    constant = 2 * movement.pixel_size_m / panel_.pixel_size_m + movement.close_distance_m / panel_.close_distance_m;
  }
  const double power = panel_.point_pixel ? 2 : 3;
  for (int i = 0; i < sight_.padded(); ++i) row[i] += constant - (moved_ ? power * g_.log_distance[i] : 0);
}

// The kernels of adjoints, for an adjoint of 1.
void MovingSight::find_capture_slopes() {
  PullCapture job;
  job.pixels = sight_.padded();
  job.directions = sight_.directions();
  store(panel_.normal, job.normal);
  job.layer = at_.layer;
  job.absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
  job.adjoint = g_.ones;
  job.obliquity_adjoint = g_.by_obliquity;
  constants_.kernels.capture(job);
}

void MovingSight::find_polarization_slopes(const PlannedSource& source) {
  sight_.aim(source, g_.polarization);
  PullPolarization job;
  job.pixels = sight_.padded();
  job.directions = sight_.directions();
  std::copy_n(source.incident, 3, job.incident);
  store(unit(cross(plan_.scene.polarization_axis, vector_of(source.incident))), job.magnetic);
  job.kahn = plan_.scene.polarization_factor;
  job.polarization = g_.polarization;
  job.adjoint = g_.ones;
  job.cosine_adjoint = g_.by_cosine;
  job.magnetic_adjoint = g_.by_magnetic;
  job.kahn_adjoints = g_.by_kahn;
  constants_.kernels.polarization(job);
}

// C depends on pitch mu/(o.d).
void MovingSight::add_log_capture(const PlanTangent& movement, double* row) const {
  const double absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
  if (absorption == 0) return;
  add_projection(g_.by_obliquity, movement.normal - (movement.absorption / absorption) * panel_.normal, panel_.normal,
                 row);
}

void MovingSight::add_log_polarization(const PlanTangent& movement, const PlannedSource& source,
                                       std::size_t source_index, double* row) const {
  if (!moved_ && !movement.moves_polarization()) return;
  const Vector3 incident = vector_of(source.incident);
  const Vector3 moved_incident = movement.sources.empty() ? Vector3{} : movement.sources[source_index].incident;
  const VectorOf<Dual> magnetic =
      unit(cross(moving(plan_.scene.polarization_axis, movement.polarization_axis), moving(incident, moved_incident)));
  add_projection(g_.by_cosine, moved_incident, incident, row);
  add_projection(g_.by_magnetic, tangent_of(magnetic), value_of(magnetic), row);
  if (movement.polarization_factor == 0) return;
  for (int i = 0; i < sight_.padded(); ++i) row[i] += g_.by_kahn[i] * movement.polarization_factor;
}

void MovingSight::add_projection(const double* by, const Vector3& still, const Vector3& moving, double* row) const {
  MovedProjection job;
  job.pixels = sight_.padded();
  job.directions = sight_.directions();
  for (int c = 0; c < 3; ++c) job.moved[c] = moved_ ? g_.moved_direction[c] : nullptr;
  job.by = by;
  store(still, job.still);
  store(moving, job.moving);
  job.sum = row;
  constants_.tangent_kernels.add_projection(job);
}

}  // namespace nbt
