// Renders spans with the vector kernels: layers, sub-pixels and sources from outside in, the factors of each, and the
// sums of physics.md 9 and docs/semantics.md.
//
//   v = scale E (I + background B)
//   E = P_0 (cached polarization) Omega_0 (cached solid angle) C_last (capture of the last layer, compat)
//   I = sum of x f, or with the running product I = (I + x) f after every term
//   x = F_cell^2 F_latt^2 * source weight * C_t (capture cached per layer),  f = factors evaluated for every term
//   B = mean over sub-pixels and sources of the sum over layers of f C_t
//
// `scale` is kappa. The kernels' sums are in units of their own: F_cell over the table's unit, F_latt over
// CrystalConstants::peak.
#include <algorithm>
#include <cmath>
#include <utility>

#include "cpu/span_renderer.hpp"
#include "model/vector.hpp"
#include "physics/fixed_point.hpp"

namespace nbt {
namespace {

using Row = Scratch::Row;

// 2^k for 2^(k-1) <= x < 2^k, within what can be squared.
double power_of_two_near(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  constexpr int largest = 500;
  return std::ldexp(1.0, std::clamp(exponent, -largest, largest));
}

void copy(const Vector3& v, double (&target)[3]) {
  target[0] = v.x;
  target[1] = v.y;
  target[2] = v.z;
}

// Upper triangle R with R^T R = metric of the columns `a`, `b`, `c`, times `factor`: |delta_1 a + ...|^2 becomes a sum
// of three squares.
void set_triangle(const Vector3& a, const Vector3& b, const Vector3& c, double factor, double (&metric)[6]) {
  const double aa = length(a);
  const Vector3 ua = unit(a);
  const double ab = dot(ua, b);
  const Vector3 b_rest = b - ab * ua;
  const double bb = length(b_rest);
  const Vector3 ub = unit(b_rest);
  const double ac = dot(ua, c);
  const double bc = dot(ub, c);
  const double cc = length(c - ac * ua - bc * ub);
  const double triangle[6] = {aa, ab, ac, bb, bc, cc};
  for (int i = 0; i < 6; ++i) metric[i] = factor * triangle[i];
}

// As many bits as the indices leave, if so the phase of the grating is good to 2^-34: 4e-7 of the value where that is
// 1e-6 of its envelope. Otherwise 0. Sums on the way to an index may be larger and are rounded more coarsely.
int fraction_bits(const Plan& plan, const CrystalConstants& crystal) {
  const IndexBounds& bounds = plan.index_bounds;
  const int bits = std::min(51 - static_cast<int>(std::ceil(std::log2(bounds.largest))), most_fraction_bits);
  const double coarseness = std::max(1.0, bounds.largest_partial / std::exp2(51 - bits));
  const double cells = std::max({crystal.cells[0], crystal.cells[1], crystal.cells[2]});
  return bits >= least_fraction_bits && std::ldexp(cells * coarseness, 34 - bits) <= 1 ? bits : 0;
}

CrystalConstants crystal_constants(const Plan& plan) {
  const Crystal& crystal = plan.scene.crystal;
  CrystalConstants constants;
  std::copy_n(plan.index_bounds.lengths.begin(), 3, constants.index_length);
  constants.shape = crystal.shape;
  const double root_fudge = std::sqrt(crystal.fudge);
  double volume = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    constants.cells[i] = static_cast<double>(crystal.cells[i]);
    constants.sphere_cells[i] = constants.cells[i] * root_fudge;
    volume *= constants.cells[i];
  }
  if (crystal.shape == Shape::square) constants.fraction_bits = fraction_bits(plan, constants);
  if (crystal.shape != Shape::square) constants.peak = volume;
  // gauss: F_latt^2 = N_t^2 exp(-2 fudge r/0.63) = N_t^2 2^-(2 log2(e)/0.63 fudge r).
  const double per_r = crystal.shape == Shape::gauss ? 2 * 1.4426950408889634 / 0.63 : 1.0;
  const double factor = root_fudge * std::sqrt(per_r);
  if (crystal.spot_metric_cells) {
    set_triangle({constants.cells[0], 0, 0}, {0, constants.cells[1], 0}, {0, 0, constants.cells[2]}, factor,
                 constants.spot_metric);
  } else {
    set_triangle(crystal.a_star_per_A, crystal.b_star_per_A, crystal.c_star_per_A, factor * volume,
                 constants.spot_metric);
  }
  return constants;
}

// Radius beyond which a term is exactly 0, in the units of `spot_metric`; 0 for shapes without one.
double largest_radius(const Plan& plan) {
  switch (plan.scene.crystal.shape) {
    case Shape::gauss:
      return plan.scene.precision == Precision::double_ ? 1023.0 : 126.0;
    case Shape::tophat:
      return 0.4;
    default:
      return 0;
  }
}

// Largest |delta_i| of each axis that a radius allows, the other two being what they may: the diagonal of the inverse
// metric R^-1 R^-T of the triangle R. Infinite without a metric.
void set_windows(const double (&metric)[6], double radius, double (&window)[3]) {
  const double inverse_a = 1 / metric[0], inverse_b = 1 / metric[3], inverse_c = 1 / metric[5];
  const double ab = -metric[1] * inverse_a * inverse_b;
  const double bc = -metric[4] * inverse_b * inverse_c;
  const double ac = (metric[1] * metric[4] * inverse_b - metric[2]) * inverse_a * inverse_c;
  window[0] = std::sqrt(radius * (inverse_a * inverse_a + ab * ab + ac * ac));
  window[1] = std::sqrt(radius * (inverse_b * inverse_b + bc * bc));
  window[2] = std::sqrt(radius) * std::fabs(inverse_c);
}

// Long enough that the test costs little, short enough that no index changes by more than about `longest_step`.
int segment_pixels(const Plan& plan, double longest_step) {
  const Panel& panel = plan.scene.panels.front();
  const double per_pixel = plan.index_bounds.longest * panel.pixel_size_m / std::fabs(panel.close_distance_m);
  int pixels = lane_padding;
  while (pixels > least_segment_pixels && pixels * per_pixel > longest_step) pixels /= 2;
  return pixels;
}

Skipping skipping_of(const Plan& plan, const CrystalConstants& crystal) {
  Skipping skipping;
  if (plan.scene.panels.front().curved_lab_axes) return skipping;
  if (const double radius = largest_radius(plan); radius > 0) {
    set_windows(crystal.spot_metric, radius, skipping.window);
    const double narrowest = std::min({skipping.window[0], skipping.window[1], skipping.window[2]});
    // An index may pass a whole number: others rule the segment out.
    if (narrowest < 0.5) skipping.segment_pixels = segment_pixels(plan, 1.2);
  } else if (plan.scene.tail_tolerance > 0) {
    skipping.least_square = plan.scene.tail_tolerance / (crystal.cells[0] * crystal.cells[1] * crystal.cells[2]);
    // A bound is of use only where an index stays away from whole numbers.
    skipping.segment_pixels = segment_pixels(plan, 0.4);
  }
  return skipping;
}

// 2/sqrt(3)/8 of the square of the largest angle that a pixel covers. Curvature about laboratory axes [Q10] is of no
// known form.
double bend_of(const Panel& panel) {
  if (panel.curved_lab_axes) return -1;
  const double angle = panel.pixel_size_m / nearest_distance_m(panel);
  return 0.1444 * angle * angle;
}

IndexBox index_box(const StructureFactors& set) {
  IndexBox box;
  for (std::size_t i = 0; i < 3; ++i) {
    box.first[i] = set.range[i].first;
    box.last[i] = set.range[i].last;
    box.count[i] = static_cast<double>(set.range[i].count());
  }
  box.row_stride = set.range[2].count();
  box.plane_stride = set.range[1].count() * set.range[2].count();
  return box;
}

AmplitudeTable amplitude_table(const Plan& plan) {
  AmplitudeTable table;
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (!set) {
    table.unit = plan.scene.default_F;
    return table;
  }
  if (plan.scene.precision != Precision::double_) table.unit = plan.amplitude_unit;
  table.box = index_box(*set);
  table.in_double = set->amplitudes.data();
  table.default_F = plan.scene.default_F;
  table.in_float = plan.amplitudes_float.data();
  table.default_in_float = plan.scene.default_F / table.unit;
  return table;
}

AddTerms find_terms(const Plan& plan, std::int64_t simd_target) {
  const Shape shape = plan.scene.crystal.shape;
  switch (plan.scene.precision) {
    case Precision::fast:
      return add_terms_fast_for(simd_target, shape);
    case Precision::double_:
      return add_terms_double_for(simd_target, shape);
    default:
      return add_terms_single_for(simd_target, shape);
  }
}

// What a render computes once.
struct Shared {
  Shared(const Plan& the_plan, std::int64_t simd_target)
      : plan(the_plan),
        kernels{place_pixels_for(simd_target), aim_pixels_for(simd_target), finish_pixels_for(simd_target),
                find_terms(the_plan, simd_target)},
        crystal(crystal_constants(the_plan)),
        table(amplitude_table(the_plan)),
        skipping(skipping_of(the_plan, crystal)),
        bend(bend_of(the_plan.scene.panels.front())) {
    const double amplitude = table.unit * crystal.peak;
    unit = amplitude * amplitude;
  }

  const Plan& plan;
  Kernels kernels;
  CrystalConstants crystal;
  AmplitudeTable table;
  Skipping skipping;
  double bend;  // of TermBatch
  double unit;  // of the kernels' sums
};

struct SubPixelAt {
  int layer = 0;
  int slow = 0;
  int fast = 0;

  bool first_of_layer() const { return slow == 0 && fast == 0; }
  bool first() const { return layer == 0 && first_of_layer(); }
};

// A run of orientations that share a lookup rule.
struct OrientationRun {
  std::int64_t first = 0;
  std::int64_t end = 0;
  Lookup lookup = Lookup::constant;
};

// One span on its way through all its sweeps. Its rows begin on the grid of segments, at most some pixels before it:
// what is skipped does not depend on where the span begins.
class SpanRun {
 public:
  SpanRun(const Shared& shared, const Span& span, Scratch& scratch, const StopSignal& stop)
      : shared_(shared),
        plan_(shared.plan),
        scene_(shared.plan.scene),
        panel_(scene_.panels[static_cast<std::size_t>(span.panel)]),
        span_(span),
        s_(scratch),
        stop_(stop),
        first_(static_cast<int>(span.first_fast % lane_padding)),
        end_(first_ + span.count),
        padded_((end_ + lane_padding - 1) / lane_padding * lane_padding) {}

  bool run() {
    start();
    for (SubPixelAt at; at.layer < panel_.layers; ++at.layer) {
      for (at.slow = 0; at.slow < scene_.oversample; ++at.slow) {
        for (at.fast = 0; at.fast < scene_.oversample; ++at.fast) {
          if (!sub_pixel(at)) return false;
        }
      }
    }
    finish();
    return true;
  }

 private:
  void fill(Row& row, double value) const { std::fill_n(row, padded_, value); }

  void start() {
    plain_ = is_plain();
    fill(s_.total, 0);
    if (plan_.background != 0) fill(s_.background, 0);
    if (!plain_) {
      fill(s_.kept, 1);
      fill(s_.factors, plan_.capture_is_zero ? 0 : 1);
    }
    polarization_missing_ = plan_.polarization == FactorRule::cached;
    if (polarization_missing_ && !first_polarization_is_final()) fill(s_.first_polarization, 0);
    if (plan_.running_product) start_running_product();
  }

  // No factor differs between the pixels' terms: the usual scene.
  bool is_plain() const {
    const bool any_every_term = plan_.solid_angle == FactorRule::every_term ||
                                plan_.polarization == FactorRule::every_term || plan_.capture == FactorRule::every_term;
    return !any_every_term && plan_.capture != FactorRule::cached && !plan_.capture_is_zero && scene_.dmin_m <= 0 &&
           !plan_.running_product && plan_.background == 0;
  }

  // The running product starts from the background, with the cached captures of all layers in it.
  void start_running_product() {
    if (plan_.background == 0) return;
    if (plan_.capture != FactorRule::cached) {
      fill(s_.total, plan_.background);
      return;
    }
    for (SubPixelAt at; at.layer < panel_.layers; ++at.layer) {
      place(at);
      for (int i = 0; i < padded_; ++i) s_.total[i] += plan_.background * s_.capture[i];
    }
  }

  bool sub_pixel(const SubPixelAt& at) {
    place(at);
    if (sources_share_factors()) return sweep_together();
    for (const PlannedSource& source : plan_.sources) {
      if (!sweep(source)) return false;
      ++sweep_;
    }
    return true;
  }

  // The pixels' terms of different sources differ by their indices alone.
  bool sources_share_factors() const {
    return !plan_.running_product && scene_.dmin_m <= 0 && plan_.polarization != FactorRule::every_term &&
           span_.latch == nullptr && !span_.first_sweep;
  }

  bool wants_capture(const SubPixelAt& at) const {
    if (plan_.capture == FactorRule::every_term) return true;
    return plan_.capture != FactorRule::off && at.first_of_layer();
  }

  void place(const SubPixelAt& at) {
    const double m = scene_.oversample;
    const double pitch_m = panel_.pixel_size_m / m;
    const std::int64_t anchor_fast = span_.first_fast / tile_pixels * tile_pixels + tile_pixels / 2;
    const double fast_m = pitch_m * (static_cast<double>(anchor_fast) * m + at.fast) + pitch_m / 2;
    const double slow_m = pitch_m * (static_cast<double>(span_.slow) * m + at.slow) + pitch_m / 2;
    const double depth_m = at.layer * panel_.layer_pitch_m;
    const Vector3 anchor_m = fast_m * panel_.fast + slow_m * panel_.slow + depth_m * panel_.normal + panel_.origin_m;

    PlaceJob job;
    job.pixels = padded_;
    job.unit_m = power_of_two_near(std::max(length(anchor_m), tile_pixels * panel_.pixel_size_m));
    const double per_m = 1 / job.unit_m;
    job.first_from_anchor = static_cast<double>(span_.first_fast - first_ - anchor_fast);
    job.pixel_size = panel_.pixel_size_m * per_m;
    copy(per_m * anchor_m, job.anchor);
    copy(panel_.fast, job.fast);
    if (panel_.curved) set_curvature(fast_m, slow_m, job);
    job.close_distance = panel_.close_distance_m * per_m;
    job.point_pixel = panel_.point_pixel;
    for (int j = 0; j < 3; ++j) job.coordinate[j] = s_.coordinate[j];
    if (plan_.solid_angle == FactorRule::every_term || at.first()) job.solid_angle = s_.solid_angle;
    shared_.kernels.place(job);
    set_directions(job);
    if (wants_capture(at)) aim_capture(at);
  }

  void set_curvature(double fast_m, double slow_m, PlaceJob& job) const {
    const double per_m = 1 / job.unit_m;
    job.curved = true;
    job.lab_axes = panel_.curved_lab_axes;
    job.distance = panel_.distance_m * per_m;
    copy(job.distance * scene_.beam_direction, job.straight);
    copy(job.lab_axes ? panel_.slow : unit(cross(scene_.beam_direction, panel_.fast)), job.axis1);
    copy(job.lab_axes ? panel_.fast : unit(cross(scene_.beam_direction, panel_.slow)), job.axis2);
    job.anchor_arc = (fast_m - panel_.true_fast_beam_m) * per_m;
    job.slow_arc = (slow_m - panel_.true_slow_beam_m) * per_m;
  }

  void set_directions(const PlaceJob& job) {
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

  void aim_capture(const SubPixelAt& at) {
    AimJob job;
    job.pixels = padded_;
    job.directions = directions_;
    copy(panel_.normal, job.normal);
    job.layer = at.layer;
    job.absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
    job.capture = s_.capture;
    shared_.kernels.aim(job);
  }

  bool wants_polarization() const { return plan_.polarization == FactorRule::every_term || polarization_missing_; }

  void aim(const PlannedSource& source, double* polarization) {
    AimJob job;
    job.pixels = padded_;
    job.directions = directions_;
    std::copy_n(source.incident, 3, job.incident);
    if (scene_.dmin_m > 0) {
      job.resolution_limit = source.wavelength_m / scene_.dmin_m;
      job.kept = s_.kept;
    }
    if (wants_polarization()) {
      const Vector3 incident = {source.incident[0], source.incident[1], source.incident[2]};
      copy(unit(cross(scene_.polarization_axis, incident)), job.magnetic);
      job.kahn = scene_.polarization_factor;
      job.polarization = polarization;
    }
    shared_.kernels.aim(job);
  }

  // P_0 is that of the first sweep that dmin keeps; one that is exactly 0 is replaced by the next (physics.md 9).
  void cache_polarization() {
    if (sweep_ == 0) std::copy_n(s_.polarization, padded_, s_.sweep_0_polarization);
    polarization_missing_ = false;
    for (int i = first_; i < end_; ++i) {
      const bool kept = plain_ || s_.kept[i] != 0;
      if (s_.first_polarization[i] == 0 && kept) s_.first_polarization[i] = s_.polarization[i];
      if (s_.first_polarization[i] == 0) polarization_missing_ = true;
    }
  }

  // The usual case: no pixel lacks a first sweep, and P cannot vanish.
  bool first_polarization_is_final() const { return plain_ && std::fabs(scene_.polarization_factor) < 1; }

  void aim_polarization(const PlannedSource& source) {
    if (first_polarization_is_final()) {
      aim(source, s_.first_polarization);
      polarization_missing_ = false;
    } else {
      aim(source, s_.polarization);
      cache_polarization();
    }
  }

  // f, in the reference's order: capture, polarization, solid angle. Without such factors it stays as start() left it.
  void set_factors() {
    const std::pair<FactorRule, const double*> all[] = {
        {plan_.capture, s_.capture}, {plan_.polarization, s_.polarization}, {plan_.solid_angle, s_.solid_angle}};
    bool first = true;
    for (const auto& [rule, values] : all) {
      if (rule != FactorRule::every_term) continue;
      if (first) fill(s_.factors, plan_.capture_is_zero ? 0 : 1);
      first = false;
      for (int i = 0; i < padded_; ++i) s_.factors[i] *= values[i];
    }
  }

  // What makes x of the kernels' sums.
  void set_weight(double source_weight) {
    fill(s_.weight, source_weight * shared_.unit);
    if (plan_.capture == FactorRule::cached) {
      for (int i = 0; i < padded_; ++i) s_.weight[i] *= s_.capture[i];
    }
  }

  // Of so many sweeps. The background is not limited by dmin.
  void add_background(double sweeps) {
    if (plan_.background == 0 || plan_.running_product) return;
    const bool layered = plan_.capture == FactorRule::cached;
    for (int i = 0; i < padded_; ++i) s_.background[i] += sweeps * s_.factors[i] * (layered ? s_.capture[i] : 1.0);
  }

  bool any_kept() const {
    if (scene_.dmin_m <= 0) return true;
    return std::any_of(s_.kept + first_, s_.kept + end_, [](double kept) { return kept != 0; });
  }

  // All sources one after the other in the same blocks of orientations.
  bool sweep_together() {
    for (const PlannedSource& source : plan_.sources) {
      if (polarization_missing_) aim_polarization(source);
      ++sweep_;
    }
    if (!plain_) {
      set_factors();
      add_background(static_cast<double>(plan_.sources.size()));
    }
    TermBatch batch = make_batch();
    batch.lookup = span_.lookup;
    const auto count = static_cast<std::int64_t>(plan_.orientations.size());
    double weight = plan_.sources.front().weight;
    begin_terms(weight, batch);
    for (const PlannedSource& source : plan_.sources) {
      if (source.weight != weight) {
        if (!add_block(batch)) return false;
        add_terms(weight);
        weight = source.weight;
        begin_terms(weight, batch);
      }
      if (!add_orientations(batch, source, plan_.orientations.data(), count)) return false;
    }
    if (!add_block(batch)) return false;
    add_terms(weight);
    return true;
  }

  // One source, with factors of its own.
  bool sweep(const PlannedSource& source) {
    if (polarization_missing_) {
      aim_polarization(source);
    } else if (scene_.dmin_m > 0 || wants_polarization()) {
      aim(source, s_.polarization);
    }
    if (!plain_) {
      set_factors();
      add_background(1);
      if (!any_kept()) return !stop_.requested();
    }
    TermBatch batch = make_batch();
    const std::vector<Orientation>& orientations =
        span_.first_sweep && !executed_ ? plan_.first_sweep : plan_.orientations;
    executed_ = true;
    OrientationRun runs[2];
    const int run_count = split_orientations(static_cast<std::int64_t>(orientations.size()), runs);
    if (plan_.running_product) return multiply_runs(batch, source, orientations, runs, run_count);
    begin_terms(source.weight, batch);
    for (int r = 0; r < run_count; ++r) {
      batch.lookup = runs[r].lookup;
      const Orientation* first = orientations.data() + runs[r].first;
      if (!add_orientations(batch, source, first, runs[r].end - runs[r].first)) return false;
      if (!add_block(batch)) return false;
    }
    add_terms(source.weight);
    return true;
  }

  // Terms of plain scenes go straight into the total.
  void begin_terms(double source_weight, TermBatch& batch) {
    if (plain_) {
      batch.sums = s_.total;
      batch.weight = source_weight * shared_.unit;
    } else {
      batch.sums = s_.terms;
      fill(s_.terms, 0);
    }
  }

  void add_terms(double source_weight) {
    if (plain_) return;
    set_weight(source_weight);
    for (int i = 0; i < padded_; ++i) s_.total[i] += s_.kept[i] * s_.factors[i] * s_.weight[i] * s_.terms[i];
  }

  TermBatch make_batch() const {
    TermBatch batch;
    batch.pixels = padded_;
    batch.directions = directions_;
    batch.block = &s_.block;
    batch.bend = shared_.bend;
    batch.crystal = &shared_.crystal;
    batch.table = &shared_.table;
    batch.skipping = shared_.skipping;
    batch.work = &s_.work;
    return batch;
  }

  // Tricubic up to the latch, nearest from there on.
  int split_orientations(std::int64_t count, OrientationRun (&runs)[2]) const {
    std::int64_t before = count;
    if (span_.latch != nullptr) {
      if (sweep_ > span_.latch->sweep) before = 0;
      if (sweep_ == span_.latch->sweep) before = span_.latch->orientation;
    }
    runs[0] = {0, before, span_.lookup};
    runs[1] = {before, count, Lookup::nearest};
    return before < count ? 2 : 1;
  }

  // Into the current block, and every block that is full into the sums.
  bool add_orientations(const TermBatch& batch, const PlannedSource& source, const Orientation* orientations,
                        std::int64_t count) {
    for (std::int64_t o = 0; o < count;) {
      o += append_orientations(directions_.basis, source, orientations + o, count - o, s_.block);
      if (s_.block.count == largest_orientation_block && !add_block(batch)) return false;
    }
    return true;
  }

  // False: stopped. The block is empty afterwards.
  bool add_block(const TermBatch& batch) {
    const bool go_on = !stop_.requested();
    if (go_on && s_.block.count > 0) shared_.kernels.add(batch);
    s_.block.count = 0;
    return go_on;
  }

  // I = (I + x) f after every term; terms whose F_latt is exactly 0 are skipped unless there is water [Q22].
  bool multiply_runs(TermBatch& batch, const PlannedSource& source, const std::vector<Orientation>& orientations,
                     const OrientationRun* runs, int run_count) {
    set_weight(source.weight);
    batch.counted = s_.counted;
    batch.sums = s_.terms;
    for (const OrientationRun* run = runs; run != runs + run_count; ++run) {
      batch.lookup = run->lookup;
      for (std::int64_t o = run->first; o < run->end; ++o) {
        fill(s_.terms, 0);
        append_orientations(directions_.basis, source, &orientations[static_cast<std::size_t>(o)], 1, s_.block);
        if (!add_block(batch)) return false;
        multiply_term();
      }
    }
    return true;
  }

  void multiply_term() {
    const bool water = scene_.water_m != 0;
    for (int i = first_; i < end_; ++i) {
      if (s_.kept[i] == 0 || (s_.counted[i] == 0 && !water)) continue;
      s_.total[i] = (s_.total[i] + s_.weight[i] * s_.terms[i]) * s_.factors[i];
    }
  }

  // One that dmin left without a polarization has that of the first sweep, when its background stays.
  void complete_polarization() {
    if (!plan_.keep_background_beyond_dmin) return;
    for (int i = first_; i < end_; ++i) {
      if (s_.first_polarization[i] == 0) s_.first_polarization[i] = s_.sweep_0_polarization[i];
    }
  }

  void finish() {
    const bool last_layer = plan_.capture == FactorRule::last_layer;
    const double sweeps = static_cast<double>(sweep_) / (last_layer ? 1 : panel_.layers);
    const double background = plan_.running_product ? 0 : plan_.background / sweeps;
    if (background != 0) {
      for (int i = 0; i < padded_; ++i) s_.total[i] += background * s_.background[i];
    }
    if (last_layer) {
      for (int i = 0; i < padded_; ++i) s_.total[i] *= s_.capture[i];
    }
    FinishJob job;
    job.pixels = padded_;
    job.scale = plan_.scale;
    job.sum = s_.total;
    if (plan_.solid_angle == FactorRule::cached) job.factor[0] = s_.solid_angle;
    if (plan_.polarization == FactorRule::cached) {
      if (polarization_missing_) complete_polarization();
      job.factor[1] = s_.first_polarization;
    }
    job.value = s_.value;
    shared_.kernels.finish(job);
    if (first_ > 0) std::move(s_.value + first_, s_.value + end_, s_.value);
  }

  const Shared& shared_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  Scratch& s_;
  const StopSignal& stop_;
  const int first_;  // of the span's pixels in the rows
  const int end_;
  const int padded_;  // length of the rows
  bool plain_ = false;

  Directions directions_;   // of the current sub-pixel and layer
  std::int64_t sweep_ = 0;  // layers, sub-pixels and sources counted through
  bool executed_ = false;   // some sweep was not cut off by dmin
  bool polarization_missing_ = false;
};

class VectorRenderer : public SpanRenderer {
 public:
  VectorRenderer(const Plan& plan, std::int64_t simd_target) : shared_(plan, simd_target) {}
  bool render(const Span& span, Scratch& scratch, const StopSignal& stop) const override {
    return SpanRun(shared_, span, scratch, stop).run();
  }

 private:
  Shared shared_;
};

}  // namespace

std::unique_ptr<SpanRenderer> make_vector_renderer(const Plan& plan, std::int64_t simd_target) {
  return std::make_unique<VectorRenderer>(plan, simd_target);
}

}  // namespace nbt
