#include "cpu/span_sight.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/vector.hpp"

namespace nbt {
namespace {

// 2^k for 2^(k-1) <= x < 2^k, within what can be squared.
double power_of_two_near(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  constexpr int largest = 500;
  return std::ldexp(1.0, std::clamp(exponent, -largest, largest));
}

}  // namespace

SpanSight::SpanSight(const RenderConstants& constants, const Span& span, Scratch& scratch)
    : constants_(constants),
      plan_(constants.plan),
      scene_(constants.plan.scene),
      panel_(scene_.panels[static_cast<std::size_t>(span.panel)]),
      span_(span),
      s_(scratch),
      first_(static_cast<int>(span.first_fast % lane_padding)),
      end_(first_ + span.count),
      padded_((end_ + lane_padding - 1) / lane_padding * lane_padding),
      plain_(is_plain()) {}

bool SpanSight::is_plain() const {
  const bool any_every_term = plan_.solid_angle == FactorRule::every_term ||
                              plan_.polarization == FactorRule::every_term || plan_.capture == FactorRule::every_term;
  return !any_every_term && plan_.capture != FactorRule::cached && !plan_.capture_is_zero && scene_.dmin_m <= 0 &&
         !plan_.running_product && plan_.background == 0;
}

void SpanSight::begin() {
  sweeps_ = 0;
  if (!plain_) {
    std::fill_n(s_.kept, padded_, 1.0);
    std::fill_n(s_.factors, padded_, plan_.capture_is_zero ? 0.0 : 1.0);
  }
  polarization_missing_ = plan_.polarization == FactorRule::cached;
  if (polarization_sweep_ != nullptr) std::fill_n(polarization_sweep_, padded_, 0.0);
  if (polarization_missing_ && !first_polarization_is_final()) std::fill_n(s_.first_polarization, padded_, 0.0);
}

bool SpanSight::sources_share_factors() const {
  return !plan_.running_product && scene_.dmin_m <= 0 && plan_.polarization != FactorRule::every_term &&
         span_.latch == nullptr && !span_.first_sweep;
}

bool SpanSight::wants_capture(const SubPixelAt& at) const {
  if (plan_.capture == FactorRule::every_term) return true;
  return plan_.capture != FactorRule::off && at.first_of_layer();
}

void SpanSight::place(const SubPixelAt& at) {
  const double m = scene_.oversample;
  const double pitch_m = panel_.pixel_size_m / m;
  const std::int64_t anchor_fast = span_.first_fast / tile_pixels * tile_pixels + tile_pixels / 2;
  const double fast_m = pitch_m * (static_cast<double>(anchor_fast) * m + at.fast) + pitch_m / 2;
  const double slow_m = pitch_m * (static_cast<double>(span_.slow) * m + at.slow) + pitch_m / 2;
  offsets_ = {fast_m, slow_m};
  const double depth_m = at.layer * panel_.layer_pitch_m;
  const Vector3 anchor_m = fast_m * panel_.fast + slow_m * panel_.slow + depth_m * panel_.normal + panel_.origin_m;

  PlaceJob job;
  job.pixels = padded_;
  job.unit_m = power_of_two_near(std::max(length(anchor_m), tile_pixels * panel_.pixel_size_m));
  const double per_m = 1 / job.unit_m;
  job.first_from_anchor = static_cast<double>(span_.first_fast - first_ - anchor_fast);
  job.pixel_size = panel_.pixel_size_m * per_m;
  store(per_m * anchor_m, job.anchor);
  store(panel_.fast, job.fast);
  if (panel_.curved) set_curvature(fast_m, slow_m, job);
  job.close_distance = panel_.close_distance_m * per_m;
  job.point_pixel = panel_.point_pixel;
  for (int j = 0; j < 3; ++j) job.coordinate[j] = s_.coordinate[j];
  if (plan_.solid_angle == FactorRule::every_term || at.first()) job.solid_angle = s_.solid_angle;
  constants_.kernels.place(job);
  placed_ = job;
  set_directions();
  if (wants_capture(at)) aim_capture(at);
}

void SpanSight::set_curvature(double fast_m, double slow_m, PlaceJob& job) const {
  const double per_m = 1 / job.unit_m;
  job.curved = true;
  job.lab_axes = panel_.curved_lab_axes;
  job.distance = panel_.distance_m * per_m;
  store(job.distance * scene_.beam_direction, job.straight);
  store(job.lab_axes ? panel_.slow : unit(cross(scene_.beam_direction, panel_.fast)), job.axis1);
  store(job.lab_axes ? panel_.fast : unit(cross(scene_.beam_direction, panel_.slow)), job.axis2);
  job.anchor_arc = (fast_m - panel_.true_fast_beam_m) * per_m;
  job.slow_arc = (slow_m - panel_.true_slow_beam_m) * per_m;
}

void SpanSight::set_directions() {
  const PlaceJob& job = placed_;
  directions_.products = job.curved ? 3 : 2;
  for (int j = 0; j < 3; ++j) {
    directions_.coordinate[j] = s_.coordinate[j];
    for (int axis = 0; axis < 3; ++axis) directions_.basis[j][axis] = j == axis ? 1 : 0;
  }
  if (job.curved) return;
  std::copy_n(job.anchor, 3, directions_.basis[0]);
  std::copy_n(job.fast, 3, directions_.basis[1]);
  std::fill_n(directions_.basis[2], 3, 0.0);
}

void SpanSight::aim_capture(const SubPixelAt& at) {
  AimJob job;
  job.pixels = padded_;
  job.directions = directions_;
  store(panel_.normal, job.normal);
  job.layer = at.layer;
  job.absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
  job.capture = s_.capture;
  constants_.kernels.aim(job);
}

bool SpanSight::wants_polarization() const {
  return plan_.polarization == FactorRule::every_term || polarization_missing_;
}

void SpanSight::aim(const PlannedSource& source, double* polarization) {
  AimJob job;
  job.pixels = padded_;
  job.directions = directions_;
  std::copy_n(source.incident, 3, job.incident);
  if (scene_.dmin_m > 0) {
    job.resolution_limit = source.wavelength_m / scene_.dmin_m;
    job.kept = s_.kept;
  }
  if (polarization != nullptr) {
    store(unit(cross(scene_.polarization_axis, vector_of(source.incident))), job.magnetic);
    job.kahn = scene_.polarization_factor;
    job.polarization = polarization;
  }
  constants_.kernels.aim(job);
}

// P_0 is that of the first sweep that dmin keeps; one that is exactly 0 is replaced by the next (physics.md 9).
void SpanSight::cache_polarization() {
  if (sweeps_ == 0) std::copy_n(s_.polarization, padded_, s_.sweep_0_polarization);
  polarization_missing_ = false;
  for (int i = first_; i < end_; ++i) {
    const bool kept = plain_ || s_.kept[i] != 0;
    if (s_.first_polarization[i] == 0 && kept) {
      s_.first_polarization[i] = s_.polarization[i];
      if (polarization_sweep_ != nullptr) polarization_sweep_[i] = static_cast<double>(sweeps_);
    }
    if (s_.first_polarization[i] == 0) polarization_missing_ = true;
  }
}

bool SpanSight::first_polarization_is_final() const {
  return plain_ && std::fabs(scene_.polarization_factor) < 1;
}

void SpanSight::aim_polarization(const PlannedSource& source) {
  if (first_polarization_is_final()) {
    aim(source, s_.first_polarization);
    polarization_missing_ = false;
  } else {
    aim(source, s_.polarization);
    cache_polarization();
  }
}

void SpanSight::sweep(const PlannedSource& source) {
  if (polarization_missing_) {
    aim_polarization(source);
  } else if (scene_.dmin_m > 0 || wants_polarization()) {
    aim(source, wants_polarization() ? s_.polarization : nullptr);
  }
  ++sweeps_;
}

void SpanSight::set_factors() {
  const std::pair<FactorRule, const double*> all[] = {
      {plan_.capture, s_.capture}, {plan_.polarization, s_.polarization}, {plan_.solid_angle, s_.solid_angle}};
  bool first = true;
  for (const auto& [rule, values] : all) {
    if (rule != FactorRule::every_term) continue;
    if (first) std::fill_n(s_.factors, padded_, plan_.capture_is_zero ? 0.0 : 1.0);
    first = false;
    for (int i = 0; i < padded_; ++i) s_.factors[i] *= values[i];
  }
}

bool SpanSight::any_kept() const {
  if (scene_.dmin_m <= 0) return true;
  return std::any_of(s_.kept + first_, s_.kept + end_, [](double kept) { return kept != 0; });
}

void SpanSight::complete_polarization() {
  if (!plan_.keep_background_beyond_dmin) return;
  for (int i = first_; i < end_; ++i) {
    if (s_.first_polarization[i] == 0) s_.first_polarization[i] = s_.sweep_0_polarization[i];
  }
}

}  // namespace nbt
