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

#include "cpu/span_renderer.hpp"
#include "cpu/span_sight.hpp"

namespace nbt {
namespace {

using Row = Scratch::Row;

// A run of orientations that share a lookup rule.
struct OrientationRun {
  std::int64_t first = 0;
  std::int64_t end = 0;
  Lookup lookup = Lookup::constant;
};

// One span on its way through all its sweeps.
class SpanRun {
 public:
  SpanRun(const RenderConstants& shared, const Span& span, Scratch& scratch, const StopSignal& stop)
      : shared_(shared),
        plan_(shared.plan),
        scene_(shared.plan.scene),
        panel_(scene_.panels[static_cast<std::size_t>(span.panel)]),
        span_(span),
        s_(scratch),
        stop_(stop),
        sight_(shared, span, scratch),
        first_(sight_.first()),
        end_(sight_.end()),
        padded_(sight_.padded()),
        plain_(sight_.plain()) {}

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
    fill(s_.total, 0);
    if (plan_.background != 0) fill(s_.background, 0);
    sight_.begin();
    if (plan_.running_product) start_running_product();
  }

  // The running product starts from the background, with the cached captures of all layers in it.
  void start_running_product() {
    if (plan_.background == 0) return;
    if (plan_.capture != FactorRule::cached) {
      fill(s_.total, plan_.background);
      return;
    }
    for (SubPixelAt at; at.layer < panel_.layers; ++at.layer) {
      sight_.place(at);
      for (int i = 0; i < padded_; ++i) s_.total[i] += plan_.background * s_.capture[i];
    }
  }

  bool sub_pixel(const SubPixelAt& at) {
    sight_.place(at);
    if (sight_.sources_share_factors()) return sweep_together();
    for (const PlannedSource& source : plan_.sources) {
      if (!sweep(source)) return false;
    }
    return true;
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

  // All sources one after the other in the same blocks of orientations.
  bool sweep_together() {
    for (const PlannedSource& source : plan_.sources) sight_.sweep(source);
    if (!plain_) {
      sight_.set_factors();
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
    sight_.sweep(source);
    if (!plain_) {
      sight_.set_factors();
      add_background(1);
      if (!sight_.any_kept()) return !stop_.requested();
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
    batch.directions = sight_.directions();
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
      const std::int64_t sweep = sight_.sweeps() - 1;
      if (sweep > span_.latch->sweep) before = 0;
      if (sweep == span_.latch->sweep) before = span_.latch->orientation;
    }
    runs[0] = {0, before, span_.lookup};
    runs[1] = {before, count, Lookup::nearest};
    return before < count ? 2 : 1;
  }

  // Into the current block, and every block that is full into the sums.
  bool add_orientations(const TermBatch& batch, const PlannedSource& source, const Orientation* orientations,
                        std::int64_t count) {
    for (std::int64_t o = 0; o < count;) {
      o += append_orientations(sight_.directions().basis, source, orientations + o, count - o, s_.block);
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
        append_orientations(sight_.directions().basis, source, &orientations[static_cast<std::size_t>(o)], 1, s_.block);
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

  void finish() {
    const bool last_layer = plan_.capture == FactorRule::last_layer;
    const double sweeps = static_cast<double>(sight_.sweeps()) / (last_layer ? 1 : panel_.layers);
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
      if (sight_.polarization_missing()) sight_.complete_polarization();
      job.factor[1] = s_.first_polarization;
    }
    job.value = s_.value;
    shared_.kernels.finish(job);
    if (first_ > 0) std::move(s_.value + first_, s_.value + end_, s_.value);
  }

  const RenderConstants& shared_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  Scratch& s_;
  const StopSignal& stop_;
  SpanSight sight_;
  const int first_;  // of the span's pixels in the rows
  const int end_;
  const int padded_;  // length of the rows
  const bool plain_;
  bool executed_ = false;  // some sweep was not cut off by dmin
};

class VectorRenderer : public SpanRenderer {
 public:
  VectorRenderer(const Plan& plan, std::int64_t simd_target) : shared_(plan, simd_target) {}
  bool render(const Span& span, Scratch& scratch, const StopSignal& stop) const override {
    return SpanRun(shared_, span, scratch, stop).run();
  }

 private:
  RenderConstants shared_;
};

}  // namespace

std::unique_ptr<SpanRenderer> make_vector_renderer(const Plan& plan, std::int64_t simd_target) {
  return std::make_unique<VectorRenderer>(plan, simd_target);
}

}  // namespace nbt
