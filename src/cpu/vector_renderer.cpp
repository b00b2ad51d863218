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

namespace nbt {
namespace {

using Row = Scratch::Row;

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

CrystalConstants crystal_constants(const Crystal& crystal) {
  CrystalConstants constants;
  constants.shape = crystal.shape;
  const double root_fudge = std::sqrt(crystal.fudge);
  double volume = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    constants.cells[i] = static_cast<double>(crystal.cells[i]);
    constants.sphere_cells[i] = constants.cells[i] * root_fudge;
    volume *= constants.cells[i];
  }
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
  if (plan.scene.precision == Precision::single) table.unit = plan.amplitude_unit;
  table.box = index_box(*set);
  table.in_double = set->amplitudes.data();
  table.default_F = plan.scene.default_F;
  table.in_float = plan.amplitudes_float.data();
  table.default_in_float = plan.scene.default_F / table.unit;
  return table;
}

Kernels find_kernels(const Plan& plan, std::int64_t simd_target) {
  const Shape shape = plan.scene.crystal.shape;
  const bool single = plan.scene.precision == Precision::single;
  return {place_pixels_for(simd_target), aim_source_for(simd_target),
          single ? add_terms_single_for(simd_target, shape) : add_terms_double_for(simd_target, shape)};
}

// What a render computes once.
struct Shared {
  Shared(const Plan& the_plan, std::int64_t simd_target)
      : plan(the_plan),
        kernels(find_kernels(the_plan, simd_target)),
        crystal(crystal_constants(the_plan.scene.crystal)),
        table(amplitude_table(the_plan)) {
    const double amplitude = table.unit * crystal.peak;
    unit = amplitude * amplitude;
  }

  const Plan& plan;
  Kernels kernels;
  CrystalConstants crystal;
  AmplitudeTable table;
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

// One span on its way through all its sweeps.
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
        padded_(std::min((span.count + lane_padding - 1) / lane_padding * lane_padding, tile_pixels)) {}

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
    if (polarization_missing_) fill(s_.first_polarization, 0);
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
    for (std::size_t source = 0; source < plan_.sources.size(); ++source, ++sweep_) {
      if (!sweep(plan_.sources[source])) return false;
    }
    return true;
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
    anchor_ = fast_m * panel_.fast + slow_m * panel_.slow + depth_m * panel_.normal + panel_.origin_m;

    PlaceJob job;
    job.pixels = padded_;
    job.first_from_anchor = static_cast<double>(span_.first_fast - anchor_fast);
    job.pixel_size_m = panel_.pixel_size_m;
    copy(anchor_, job.anchor_m);
    copy(panel_.fast, job.fast);
    if (panel_.curved) set_curvature(fast_m, slow_m, job);
    job.close_distance_m = panel_.close_distance_m;
    job.point_pixel = panel_.point_pixel;
    copy(panel_.normal, job.normal);
    job.layer = at.layer;
    job.absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
    job.along_fast_m = s_.along_fast_m;
    job.inverse_distance_per_m = s_.inverse_distance_per_m;
    for (int axis = 0; axis < 3; ++axis) job.direction[axis] = s_.direction[axis];
    if (plan_.solid_angle == FactorRule::every_term || at.first()) job.solid_angle = s_.solid_angle;
    if (wants_capture(at)) job.capture = s_.capture;
    shared_.kernels.place(job);
  }

  void set_curvature(double fast_m, double slow_m, PlaceJob& job) const {
    job.curved = true;
    job.lab_axes = panel_.curved_lab_axes;
    job.distance_m = panel_.distance_m;
    copy(panel_.distance_m * scene_.beam_direction, job.straight_m);
    copy(job.lab_axes ? panel_.slow : unit(cross(scene_.beam_direction, panel_.fast)), job.axis1);
    copy(job.lab_axes ? panel_.fast : unit(cross(scene_.beam_direction, panel_.slow)), job.axis2);
    job.anchor_arc_m = fast_m - panel_.true_fast_beam_m;
    job.slow_arc_m = slow_m - panel_.true_slow_beam_m;
  }

  bool wants_polarization() const { return plan_.polarization == FactorRule::every_term || polarization_missing_; }

  void aim(const PlannedSource& source) {
    AimJob job;
    job.pixels = padded_;
    job.curved = panel_.curved;
    job.along_fast_m = s_.along_fast_m;
    job.inverse_distance_per_m = s_.inverse_distance_per_m;
    for (int axis = 0; axis < 3; ++axis) {
      job.direction[axis] = s_.direction[axis];
      job.coordinate[axis] = s_.coordinate[axis];
      job.incident[axis] = source.incident[axis];
    }
    job.wavelength_m = source.wavelength_m;
    if (scene_.dmin_m > 0) {
      job.resolution_limit = source.wavelength_m / scene_.dmin_m;
      job.kept = s_.kept;
    }
    if (wants_polarization()) {
      const Vector3 incident = {source.incident[0], source.incident[1], source.incident[2]};
      copy(unit(cross(scene_.polarization_axis, incident)), job.magnetic);
      job.kahn = scene_.polarization_factor;
      job.polarization = s_.polarization;
    }
    shared_.kernels.aim(job);
  }

  // P_0 is that of the first sweep that dmin keeps; one that is exactly 0 is replaced by the next (physics.md 9).
  void cache_polarization() {
    if (!polarization_missing_) return;
    if (sweep_ == 0) std::copy_n(s_.polarization, padded_, s_.sweep_0_polarization);
    polarization_missing_ = false;
    if (plain_ && sweep_ == 0) {
      std::copy_n(s_.polarization, padded_, s_.first_polarization);
      polarization_missing_ = std::count(s_.polarization, s_.polarization + span_.count, 0.0) > 0;
      return;
    }
    for (int i = 0; i < span_.count; ++i) {
      const bool kept = plain_ || s_.kept[i] != 0;
      if (s_.first_polarization[i] == 0 && kept) s_.first_polarization[i] = s_.polarization[i];
      if (s_.first_polarization[i] == 0) polarization_missing_ = true;
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
  void set_weight(const PlannedSource& source) {
    fill(s_.weight, source.weight * shared_.unit);
    if (plan_.capture == FactorRule::cached) {
      for (int i = 0; i < padded_; ++i) s_.weight[i] *= s_.capture[i];
    }
  }

  // The background is not limited by dmin.
  void add_background() {
    if (plan_.background == 0 || plan_.running_product) return;
    const bool layered = plan_.capture == FactorRule::cached;
    for (int i = 0; i < padded_; ++i) s_.background[i] += s_.factors[i] * (layered ? s_.capture[i] : 1.0);
  }

  bool any_kept() const {
    if (scene_.dmin_m <= 0) return true;
    return std::any_of(s_.kept, s_.kept + span_.count, [](double kept) { return kept != 0; });
  }

  bool sweep(const PlannedSource& source) {
    aim(source);
    cache_polarization();
    if (!plain_) {
      set_factors();
      add_background();
      if (!any_kept()) return !stop_.requested();
      set_weight(source);
    }
    TermBatch batch = make_batch(source);
    const std::vector<Orientation>& orientations =
        span_.first_sweep && !executed_ ? plan_.first_sweep : plan_.orientations;
    executed_ = true;
    OrientationRun runs[2];
    const int run_count = split_orientations(static_cast<std::int64_t>(orientations.size()), runs);
    if (plan_.running_product) return multiply_runs(batch, orientations, runs, run_count);
    fill(s_.terms, 0);
    for (int r = 0; r < run_count; ++r) {
      if (!add_run(batch, orientations, runs[r])) return false;
    }
    add_terms(source);
    return true;
  }

  void add_terms(const PlannedSource& source) {
    if (plain_) {
      const double weight = source.weight * shared_.unit;
      for (int i = 0; i < padded_; ++i) s_.total[i] += weight * s_.terms[i];
      return;
    }
    for (int i = 0; i < padded_; ++i) s_.total[i] += s_.kept[i] * s_.factors[i] * s_.weight[i] * s_.terms[i];
  }

  TermBatch make_batch(const PlannedSource& source) {
    TermBatch batch;
    batch.pixels = padded_;
    batch.products = panel_.curved ? 3 : 2;
    if (panel_.curved) {
      for (int axis = 0; axis < 3; ++axis) batch.basis[axis][axis] = 1;
    } else {
      copy(anchor_, batch.basis[0]);
      copy(panel_.fast, batch.basis[1]);
    }
    for (int axis = 0; axis < 3; ++axis) {
      batch.coordinate[axis] = s_.coordinate[axis];
      batch.incident_per_m[axis] = source.incident[axis] / source.wavelength_m;
    }
    batch.crystal = &shared_.crystal;
    batch.table = &shared_.table;
    batch.work = &s_.work;
    batch.sums = s_.terms;
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

  bool add_run(TermBatch& batch, const std::vector<Orientation>& orientations, const OrientationRun& run) {
    batch.lookup = run.lookup;
    for (std::int64_t first = run.first; first < run.end; first += largest_orientation_block) {
      if (stop_.requested()) return false;
      batch.orientations = orientations.data() + first;
      batch.orientation_count = static_cast<int>(std::min<std::int64_t>(run.end - first, largest_orientation_block));
      shared_.kernels.add(batch);
    }
    return true;
  }

  // I = (I + x) f after every term; terms whose F_latt is exactly 0 are skipped unless there is water [Q22].
  bool multiply_runs(TermBatch& batch, const std::vector<Orientation>& orientations, const OrientationRun* runs,
                     int run_count) {
    batch.counted = s_.counted;
    batch.orientation_count = 1;
    for (const OrientationRun* run = runs; run != runs + run_count; ++run) {
      batch.lookup = run->lookup;
      for (std::int64_t o = run->first; o < run->end; ++o) {
        if (stop_.requested()) return false;
        fill(s_.terms, 0);
        batch.orientations = orientations.data() + o;
        shared_.kernels.add(batch);
        multiply_term();
      }
    }
    return true;
  }

  void multiply_term() {
    const bool water = scene_.water_m != 0;
    for (int i = 0; i < span_.count; ++i) {
      if (s_.kept[i] == 0 || (s_.counted[i] == 0 && !water)) continue;
      s_.total[i] = (s_.total[i] + s_.weight[i] * s_.terms[i]) * s_.factors[i];
    }
  }

  void apply_polarization() {
    if (plan_.polarization != FactorRule::cached) return;
    for (int i = 0; i < span_.count; ++i) {
      double p = s_.first_polarization[i];
      if (p == 0 && plan_.keep_background_beyond_dmin) p = s_.sweep_0_polarization[i];
      s_.value[i] *= p;
    }
  }

  void finish() {
    double sweeps = static_cast<double>(sweep_) / panel_.layers;
    if (plan_.capture == FactorRule::last_layer) sweeps = static_cast<double>(sweep_);
    const double background = plan_.running_product ? 0 : plan_.background / sweeps;
    for (int i = 0; i < span_.count; ++i) {
      s_.value[i] = plan_.scale * (background == 0 ? s_.total[i] : s_.total[i] + background * s_.background[i]);
      if (plan_.solid_angle == FactorRule::cached) s_.value[i] *= s_.solid_angle[i];
      if (plan_.capture == FactorRule::last_layer) s_.value[i] *= s_.capture[i];
    }
    apply_polarization();
  }

  const Shared& shared_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  Scratch& s_;
  const StopSignal& stop_;
  const int padded_;
  bool plain_ = false;

  Vector3 anchor_;          // of the current sub-pixel and layer, in the tile's middle
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
