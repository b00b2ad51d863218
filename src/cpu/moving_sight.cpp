#include "cpu/moving_sight.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/jacobian_span.hpp"
#include "model/dual.hpp"
#include "model/vector_adjoint.hpp"

namespace nbt {
namespace {

Vector3 vector_of(const double (&v)[3]) {
  return {v[0], v[1], v[2]};
}

VectorOf<Dual> moving(const Vector3& at, const Vector3& tangent) {
  return {{at.x, tangent.x}, {at.y, tangent.y}, {at.z, tangent.z}};
}

Vector3 tangent_of(const VectorOf<Dual>& v) {
  return {v.x.tangent, v.y.tangent, v.z.tangent};
}

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

bool moves_polarization(const PlanTangent& movement) {
  const Vector3& axis = movement.polarization_axis;
  return movement.polarization_factor != 0 || axis.x != 0 || axis.y != 0 || axis.z != 0 || !movement.sources.empty();
}

}  // namespace

MovingSight::MovingSight(const Plan& plan, const Span& span, const SpanSight& sight, JacobianScratch& scratch)
    : plan_(plan), panel_(plan.scene.panels[static_cast<std::size_t>(span.panel)]), sight_(sight), g_(scratch) {}

void MovingSight::place(const SubPixelAt& at) {
  at_ = at;
  const Directions& directions = sight_.directions();
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < sight_.padded(); ++i) {
      double sum = 0;
      for (int j = 0; j < directions.products; ++j) sum += directions.coordinate[j][i] * directions.basis[j][c];
      g_.direction[c][i] = sum;
    }
  }
}

void MovingSight::move(const PlanTangent& movement) {
  moved_ = movement.moves_positions();
  if (!moved_) return;
  if (panel_.curved) {
    move_curved(movement);
  } else {
    move_flat(movement);
  }
  // From dP to dd = (dP - d (d.dP))/R.
  const double per_R_unit = 1 / sight_.placed().unit_m;
  for (int i = 0; i < sight_.padded(); ++i) {
    const double per_R =
        panel_.curved ? 1 / std::fabs(panel_.distance_m) : sight_.directions().coordinate[0][i] * per_R_unit;
    double along = 0;
    for (int c = 0; c < 3; ++c) along += g_.direction[c][i] * g_.moved_direction[c][i];
    for (int c = 0; c < 3; ++c) {
      g_.moved_direction[c][i] = (g_.moved_direction[c][i] - g_.direction[c][i] * along) * per_R;
    }
    g_.log_distance[i] = along * per_R;
  }
}

// dP = dP0 + y df + dy f, into the rows of dd.
void MovingSight::move_flat(const PlanTangent& movement) {
  const PixelOffsets at = sight_.offsets();
  const double per_pixel = movement.pixel_size_m / panel_.pixel_size_m;
  const Vector3 moved_anchor =
      at.fast_m * movement.fast + at.slow_m * movement.slow + movement.origin_m +
      at_.layer * (panel_.layer_pitch_m * movement.normal + movement.layer_pitch_m * panel_.normal) +
      per_pixel * (at.fast_m * panel_.fast + at.slow_m * panel_.slow);
  const Vector3 along = movement.fast + per_pixel * panel_.fast;
  const double anchor[3] = {moved_anchor.x, moved_anchor.y, moved_anchor.z};
  const double fast[3] = {along.x, along.y, along.z};
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < sight_.padded(); ++i) {
      const double along_m = (sight_.placed().first_from_anchor + i) * panel_.pixel_size_m;
      g_.moved_direction[c][i] = anchor[c] + along_m * fast[c];
    }
  }
}

void MovingSight::move_curved(const PlanTangent& movement) {
  const PixelOffsets at = sight_.offsets();
  const MovingPanel panel = moving_panel(panel_, plan_.scene.beam_direction, movement);
  const double per_pixel = movement.pixel_size_m / panel_.pixel_size_m;
  for (int i = 0; i < sight_.padded(); ++i) {
    const double fast_m = at.fast_m + (sight_.placed().first_from_anchor + i) * panel_.pixel_size_m;
    const Vector3 moved =
        tangent_of(panel.position({fast_m, per_pixel * fast_m}, {at.slow_m, per_pixel * at.slow_m}, at_.layer));
    g_.moved_direction[0][i] = moved.x;
    g_.moved_direction[1][i] = moved.y;
    g_.moved_direction[2][i] = moved.z;
  }
}

void MovingSight::add_log_solid_angle(const PlanTangent& movement, double* row) const {
  double constant = 0;
  if (!panel_.point_pixel) {
    constant = 2 * movement.pixel_size_m / panel_.pixel_size_m + movement.close_distance_m / panel_.close_distance_m;
  }
  const double power = panel_.point_pixel ? 2 : 3;
  for (int i = 0; i < sight_.padded(); ++i) row[i] += constant - (moved_ ? power * g_.log_distance[i] : 0);
}

// d ln C/d ln x = x (1/(e^x - 1) - t), x = pitch mu/(o.d).
void MovingSight::add_log_capture(const PlanTangent& movement, int layer, double* row) const {
  const double absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
  const double o[3] = {panel_.normal.x, panel_.normal.y, panel_.normal.z};
  const double moved_o[3] = {movement.normal.x, movement.normal.y, movement.normal.z};
  if (absorption == 0) return;
  for (int i = 0; i < sight_.padded(); ++i) {
    double obliquity = 0, moved = 0;
    for (int c = 0; c < 3; ++c) {
      obliquity += o[c] * g_.direction[c][i];
      moved += moved_o[c] * g_.direction[c][i] + (moved_ ? o[c] * g_.moved_direction[c][i] : 0);
    }
    const double x = absorption / obliquity;
    row[i] += (x / std::expm1(x) - layer * x) * (movement.absorption / absorption - moved / obliquity);
  }
}

void MovingSight::add_log_polarization(const PlanTangent& movement, const PlannedSource& source,
                                       std::size_t source_index, double* row) const {
  if (!moved_ && !moves_polarization(movement)) return;
  const double kahn = plan_.scene.polarization_factor;
  const Vector3 incident = vector_of(source.incident);
  const Vector3 moved_incident = movement.sources.empty() ? Vector3{} : movement.sources[source_index].incident;
  const VectorOf<Dual> magnetic =
      unit(cross(moving(plan_.scene.polarization_axis, movement.polarization_axis), moving(incident, moved_incident)));
  const Vector3 moved_magnetic = tangent_of(magnetic);
  const Vector3 at_magnetic = {magnetic.x.value, magnetic.y.value, magnetic.z.value};
  for (int i = 0; i < sight_.padded(); ++i) {
    const Vector3 d = {g_.direction[0][i], g_.direction[1][i], g_.direction[2][i]};
    const Vector3 moved_d =
        moved_ ? Vector3{g_.moved_direction[0][i], g_.moved_direction[1][i], g_.moved_direction[2][i]} : Vector3{};
    const double c = dot(incident, d), m = dot(at_magnetic, d);
    const double difference = 1 - c * c - 2 * m * m;
    const double P = 0.5 * (1 + c * c - kahn * difference);
    if (P == 0) continue;  // its least value
    const double moved_c = dot(moved_incident, d) + dot(incident, moved_d);
    const double moved_m = dot(moved_magnetic, d) + dot(at_magnetic, moved_d);
    row[i] += ((1 + kahn) * c * moved_c + 2 * kahn * m * moved_m - 0.5 * difference * movement.polarization_factor) / P;
  }
}

}  // namespace nbt
