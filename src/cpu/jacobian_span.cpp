#include "cpu/jacobian_span.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/moving_sight.hpp"
#include "cpu/span_sight.hpp"

namespace nbt {
namespace {

// Up to largest_orientation_block terms of a visit.
struct TermBlock {
  std::int64_t first = 0;  // source * orientations + orientation
  int count = 0;
  Lookup lookup = Lookup::constant;
};

class JacobianSpan {
 public:
  JacobianSpan(const JacobianConstants& constants, const Span& span, JacobianScratch& scratch, const StopSignal& stop)
      : constants_(constants),
        movements_(constants.movements),
        plan_(constants.render.plan),
        scene_(plan_.scene),
        panel_(scene_.panels[static_cast<std::size_t>(span.panel)]),
        span_(span),
        g_(scratch),
        s_(scratch.span),
        stop_(stop),
        sight_(constants.render, span, scratch.span),
        moving_(plan_, span, sight_, scratch),
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
  void fill(double* row, double value) const { std::fill_n(row, padded_, value); }
  std::int64_t orientation_count() const { return static_cast<std::int64_t>(plan_.orientations.size()); }
  const PlannedSource& source(std::int64_t i) const { return plan_.sources[static_cast<std::size_t>(i)]; }

  void start() {
    fill(s_.total, 0);
    fill(s_.background, 0);
    fill(g_.ones, 1);
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      for (double* row : {g_.bracket(p), g_.log_cached(p), g_.log_polarization(p), g_.log_layer(p)}) fill(row, 0);
    }
    sight_.record_polarization_sweeps(g_.polarization_sweep);
    sight_.begin();
  }

  bool sub_pixel(const SubPixelAt& at) {
    sight_.place(at);
    moving_.place(at);
    move_cached_factors(at);
    const auto count = static_cast<std::int64_t>(plan_.sources.size());
    for (std::int64_t first = 0; first < count;) {
      const std::int64_t end = end_of_group(first, count);
      if (!visit(at, first, end)) return false;
      first = end;
    }
    return true;
  }

  std::int64_t end_of_group(std::int64_t first, std::int64_t count) const {
    if (!sight_.sources_share_factors() || constants_.sources) return first + 1;
    std::int64_t end = first + 1;
    while (end < count && source(end).weight == source(first).weight) ++end;
    return end;
  }

  // Those that are evaluated here once for all.
  void move_cached_factors(const SubPixelAt& at) {
    const bool last_layer = plan_.capture == FactorRule::last_layer && at.layer == panel_.layers - 1;
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      const PlanTangent& movement = movements_[p];
      if (!moves_sight(movement)) continue;
      const bool solid_angle = plan_.solid_angle == FactorRule::cached && at.first();
      const bool layer = plan_.capture == FactorRule::cached && at.first_of_layer();
      const bool capture = layer || (last_layer && at.first_of_layer());
      if (!solid_angle && !capture) continue;
      moving_.move(movement);
      if (solid_angle) moving_.add_log_solid_angle(movement, g_.log_cached(p));
      if (!capture) continue;
      double* row = layer ? g_.log_layer(p) : g_.log_cached(p);
      if (layer) fill(row, 0);
      moving_.add_log_capture(movement, at.layer, row);
    }
  }

  void move_cached_polarization(std::int64_t sweep, const PlannedSource& from, std::size_t source_index) {
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      if (!moves_sight(movements_[p])) continue;
      moving_.move(movements_[p]);
      fill(g_.log_factor, 0);
      moving_.add_log_polarization(movements_[p], from, source_index, g_.log_factor);
      double* row = g_.log_polarization(p);
      for (int i = 0; i < padded_; ++i) {
        // Those that no sweep gives a polarization have that of the first one in the end.
        const bool here = sweep == 0 || g_.polarization_sweep[i] == static_cast<double>(sweep);
        if (here) row[i] = g_.log_factor[i];
      }
    }
  }

  bool visit(const SubPixelAt& at, std::int64_t first_source, std::int64_t end_source) {
    const std::int64_t first_sweep = sight_.sweeps();
    for (std::int64_t s = first_source; s < end_source; ++s) {
      const bool missing = sight_.polarization_missing();
      sight_.sweep(source(s));
      if (missing) move_cached_polarization(sight_.sweeps() - 1, source(s), static_cast<std::size_t>(s));
    }
    if (!plain_) sight_.set_factors();
    const double sweeps = static_cast<double>(end_source - first_source);
    if (!plain_ && plan_.background != 0) {
      for (int i = 0; i < padded_; ++i) s_.background[i] += sweeps * s_.factors[i] * layer_capture(i);
    }
    clear_sums();
    if (plain_ || sight_.any_kept()) {
      of_first_sweep_ = span_.first_sweep && !executed_;
      executed_ = true;
      if (!sum_terms(first_source, end_source, first_sweep)) return false;
    } else if (stop_.requested()) {
      return false;
    }
    for (int i = 0; i < padded_; ++i) {
      g_.weight[i] = bracket_weight(first_source, i);
      s_.total[i] += g_.weight[i] * g_.terms[i];
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) move_bracket(at, p, first_source, sweeps);
    return true;
  }

  double layer_capture(int i) const { return plan_.capture == FactorRule::cached ? s_.capture[i] : 1.0; }

  double bracket_weight(std::int64_t first_source, int i) const {
    const double weight = source(first_source).weight * constants_.unit;
    return plain_ ? weight : weight * s_.kept[i] * s_.factors[i] * layer_capture(i);
  }

  void clear_sums() {
    fill(g_.terms, 0);
    fill(g_.outside, 0);
    if (constants_.along) {
      for (auto& row : g_.along) fill(row, 0);
    }
    for (int j = 0; j < sight_.directions().products; ++j) fill(g_.basis_along[j], 0);
    if (constants_.shape) {
      for (auto& row : g_.shape) fill(row, 0);
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) fill(g_.value(p), 0);
  }

  const std::vector<Orientation>& orientations() const {
    return of_first_sweep_ ? plan_.first_sweep : plan_.orientations;
  }

  bool sum_terms(std::int64_t first_source, std::int64_t end_source, std::int64_t first_sweep) {
    prepare_coordinates();
    const std::int64_t terms = (end_source - first_source) * orientation_count();
    const std::int64_t latched = first_latched(first_sweep, terms);
    for (std::int64_t first = 0; first < terms;) {
      if (stop_.requested()) return false;
      const std::int64_t end = first < latched ? latched : terms;
      TermBlock block;
      block.first = first_source * orientation_count() + first;
      block.count = static_cast<int>(std::min<std::int64_t>(end - first, largest_orientation_block));
      block.lookup = first < latched ? span_.lookup : Lookup::nearest;
      find_slopes(block);
      move_terms(block);
      first += block.count;
    }
    return true;
  }

  std::int64_t first_latched(std::int64_t sweep, std::int64_t terms) const {
    if (span_.latch == nullptr || sweep < span_.latch->sweep) return terms;
    return sweep == span_.latch->sweep ? span_.latch->orientation : 0;
  }

  void prepare_coordinates() {
    const Directions& directions = sight_.directions();
    PullWeights job;
    job.pixels = padded_;
    job.directions = directions;
    const int middle = (first_ + end_) / 2;
    for (int j = 0; j < directions.products; ++j) centre_[j] = job.centre[j] = directions.coordinate[j][middle];
    job.weight = g_.ones;
    job.rows[0] = g_.unused;
    for (int j = 0; j < directions.products; ++j) job.rows[j + 1] = g_.coordinates[j];
    constants_.kernels.prepare(job);
  }

  void find_slopes(const TermBlock& block) {
    const std::int64_t count = orientation_count();
    s_.block.count = 0;
    for (std::int64_t n = block.first; n < block.first + block.count;) {
      const std::int64_t o = n % count;
      const std::int64_t wanted = std::min(count - o, block.first + block.count - n);
      n += append_orientations(sight_.directions().basis, source(n / count), orientations().data() + o, wanted,
                               s_.block);
    }
    SlopeBatch batch;
    batch.terms.pixels = padded_;
    batch.terms.directions = sight_.directions();
    batch.terms.block = &s_.block;
    batch.terms.bend = constants_.render.bend;
    batch.terms.lookup = block.lookup;
    batch.terms.crystal = &constants_.render.crystal;
    batch.terms.table = &constants_.render.table;
    batch.terms.skipping = constants_.render.skipping;
    batch.terms.work = &g_.work;
    batch.terms.sums = g_.terms;
    batch.slopes = g_.slopes();
    for (int j = 0; j < 3; ++j) batch.along[j] = g_.basis_along[j];
    const int shapes = constants_.shape ? shape_sum_count(scene_.crystal.shape) : 0;
    for (int k = 0; k < shapes; ++k) batch.shape[k] = g_.shape[k];
    if (block.lookup != Lookup::constant && scene_.default_F != 0) batch.outside = g_.outside;
    constants_.kernels.add(batch);
  }

  // Through a, b and c, and what positions and sources need.
  void move_terms(const TermBlock& block) {
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      const std::vector<Orientation>& table = of_first_sweep_ ? movements_[p].first_sweep : movements_[p].orientations;
      if (table.empty()) continue;
      set_index_factors(block, table);
      add_tangents(block, sight_.directions().products + 1, g_.value(p));
    }
    if (!constants_.along) return;
    for (int component = 0; component < 3; ++component) {
      set_vector_factors(block, component);
      add_tangents(block, 1, g_.along[component]);
    }
  }

  void add_tangents(const TermBlock& block, int rows, double* sums) {
    TangentTerms job;
    job.pixels = padded_;
    job.orientations = block.count;
    job.rows = rows;
    job.slopes = g_.slopes();
    for (int j = 0; j < 3; ++j) job.coordinates[j] = g_.coordinates[j];
    job.factors = g_.factors;
    job.sums = sums;
    constants_.add_tangents(job);
  }

  // dh = dx.(sum_j w_j e_j - i)/lambda.
  void set_index_factors(const TermBlock& block, const std::vector<Orientation>& table) {
    const Directions& directions = sight_.directions();
    double* factor = g_.factors;
    for (int slot = 0; slot < block.count; ++slot) {
      const std::int64_t term = block.first + slot;
      const PlannedSource& from = source(term / orientation_count());
      const Orientation& moved = table[static_cast<std::size_t>(term % orientation_count())];
      const double per_wavelength = 1 / from.wavelength_m;
      const double* const axes[3] = {moved.a, moved.b, moved.c};
      for (const double* x : axes) {
        const auto along = [&](const double(&v)[3]) {
          return (x[0] * v[0] + x[1] * v[1] + x[2] * v[2]) * per_wavelength;
        };
        double* central = factor++;
        *central = -along(from.incident);
        for (int j = 0; j < directions.products; ++j) {
          const double along_j = along(directions.basis[j]);
          *central += centre_[j] * along_j;
          *factor++ = along_j;
        }
      }
    }
  }

  // One component of a, b and c over the wavelength.
  void set_vector_factors(const TermBlock& block, int component) {
    double* factor = g_.factors;
    for (int slot = 0; slot < block.count; ++slot) {
      const std::int64_t term = block.first + slot;
      const Orientation& at = orientations()[static_cast<std::size_t>(term % orientation_count())];
      const double per_wavelength = 1 / source(term / orientation_count()).wavelength_m;
      *factor++ = at.a[component] * per_wavelength;
      *factor++ = at.b[component] * per_wavelength;
      *factor++ = at.c[component] * per_wavelength;
    }
  }

  void move_bracket(const SubPixelAt& at, std::size_t p, std::int64_t source_index, double sweeps) {
    const PlanTangent& movement = movements_[p];
    double* moved = g_.value(p);
    moving_.move(movement);
    add_position_and_source(movement, source_index, moved);
    add_amplitude_and_shape(movement, moved);
    double* bracket = g_.bracket(p);
    for (int i = 0; i < padded_; ++i) bracket[i] += g_.weight[i] * moved[i];
    if (!plain_ && moves_sight(movement)) move_factors(at, p, source_index, sweeps);
  }

  // Positions, sources, or what the factors of a pixel are made of.
  bool moves_sight(const PlanTangent& movement) const {
    const Vector3& axis = movement.polarization_axis;
    const bool polarization = movement.polarization_factor != 0 || axis.x != 0 || axis.y != 0 || axis.z != 0;
    return polarization || movement.moves_positions() || !movement.sources.empty() || movement.absorption != 0 ||
           movement.close_distance_m != 0;
  }

  // Factors that are evaluated for every term, and the cached capture of the layer.
  void move_factors(const SubPixelAt& at, std::size_t p, std::int64_t source_index, double sweeps) {
    const PlanTangent& movement = movements_[p];
    std::copy_n(g_.log_layer(p), padded_, g_.log_factor);
    if (plan_.solid_angle == FactorRule::every_term) moving_.add_log_solid_angle(movement, g_.log_factor);
    if (plan_.capture == FactorRule::every_term) moving_.add_log_capture(movement, at.layer, g_.log_factor);
    if (plan_.polarization == FactorRule::every_term) {
      moving_.add_log_polarization(movement, source(source_index), static_cast<std::size_t>(source_index),
                                   g_.log_factor);
    }
    double* bracket = g_.bracket(p);
    const double background = background_weight() * sweeps;
    for (int i = 0; i < padded_; ++i) {
      const double by_background = background * s_.factors[i] * layer_capture(i);
      bracket[i] += (g_.weight[i] * g_.terms[i] + by_background) * g_.log_factor[i];
    }
  }

  // Of the row `background` in the bracket.
  double background_weight() const { return plan_.background / sweeps_of_background(); }
  double sweeps_of_background() const {
    const double places = static_cast<double>(scene_.oversample) * scene_.oversample;
    const double layers = plan_.capture == FactorRule::last_layer ? panel_.layers : 1;
    return static_cast<double>(plan_.sources.size()) * places * layers;
  }

  void add_position_and_source(const PlanTangent& movement, std::int64_t source_index, double* moved) {
    if (movement.moves_positions()) {
      for (int i = 0; i < padded_; ++i) {
        for (int c = 0; c < 3; ++c) moved[i] += g_.along[c][i] * g_.moved_direction[c][i];
      }
    }
    if (movement.sources.empty()) return;
    const SourceTangent& by = movement.sources[static_cast<std::size_t>(source_index)];
    const PlannedSource& from = source(source_index);
    const double incident[3] = {by.incident.x, by.incident.y, by.incident.z};
    const double log_wavelength = by.wavelength_m / from.wavelength_m;
    for (int c = 0; c < 3; ++c) {
      for (int i = 0; i < padded_; ++i) {
        const double q = g_.direction[c][i] - from.incident[c];
        moved[i] -= g_.along[c][i] * (incident[c] + q * log_wavelength);
      }
    }
  }

  void add_amplitude_and_shape(const PlanTangent& movement, double* moved) {
    if (movement.log_terms != 0 || movement.log_default != 0) {
      for (int i = 0; i < padded_; ++i) {
        moved[i] += movement.log_terms * g_.terms[i] + movement.log_default * g_.outside[i];
      }
    }
    if (!movement.moves_shape()) return;
    for (int k = 0; k < shape_sum_count(scene_.crystal.shape); ++k) {
      for (int i = 0; i < padded_; ++i) moved[i] += movement.shape[k] * g_.shape[k][i];
    }
  }

  void finish() {
    if (plan_.polarization == FactorRule::cached && sight_.polarization_missing()) sight_.complete_polarization();
    for (int i = 0; i < padded_; ++i) {
      double factor = 1;
      if (plan_.capture == FactorRule::last_layer) factor *= s_.capture[i];
      if (plan_.solid_angle == FactorRule::cached) factor *= s_.solid_angle[i];
      if (plan_.polarization == FactorRule::cached) factor *= s_.first_polarization[i];
      g_.factor[i] = factor;
      s_.total[i] += background_weight() * s_.background[i];
      s_.value[i] = plan_.scale * factor * s_.total[i];
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) finish_movement(p);
    std::move(s_.value + first_, s_.value + end_, s_.value);
  }

  void finish_movement(std::size_t p) {
    const PlanTangent& movement = movements_[p];
    const double background = movement.background / sweeps_of_background();
    const double* bracket = g_.bracket(p);
    const double* log_cached = g_.log_cached(p);
    const double* log_polarization = g_.log_polarization(p);
    double* value = g_.value(p);
    for (int i = first_; i < end_; ++i) {
      const double moved = bracket[i] + background * s_.background[i];
      value[i - first_] = g_.factor[i] * (movement.scale * s_.total[i] + plan_.scale * moved) +
                          s_.value[i] * (log_cached[i] + log_polarization[i]);
    }
  }

  const JacobianConstants& constants_;
  const std::span<const PlanTangent> movements_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  JacobianScratch& g_;
  Scratch& s_;
  const StopSignal& stop_;
  SpanSight sight_;
  MovingSight moving_;
  const int first_;  // of the span's pixels in the rows
  const int end_;
  const int padded_;  // length of the rows
  const bool plain_;
  bool executed_ = false;        // some sweep was not cut off by dmin
  bool of_first_sweep_ = false;  // orientations of Plan::first_sweep
  double centre_[3] = {};        // of the coordinates
};

}  // namespace

JacobianConstants::JacobianConstants(const Plan& plan, std::span<const PlanTangent> the_movements,
                                     std::int64_t simd_target)
    : render(plan, simd_target),
      kernels(slope_kernels_for(plan, simd_target)),
      add_tangents(plan.scene.precision == Precision::double_ ? add_tangents_double_for(simd_target)
                                                              : add_tangents_single_for(simd_target)),
      movements(the_movements) {
  const double amplitude = render.table.unit * render.crystal.volume;
  unit = amplitude * amplitude;
  for (const PlanTangent& movement : movements) {
    shape = shape || movement.moves_shape();
    sources = sources || !movement.sources.empty();
    along = along || movement.moves_positions() || sources;
  }
}

JacobianScratch::JacobianScratch(const JacobianConstants& constants)
    : rows_(allocate_aligned<double>(static_cast<std::int64_t>(std::max<std::size_t>(constants.movements.size(), 1) *
                                                               rows_per_movement * tile_pixels))),
      slopes_(allocate_aligned<std::byte>(slopes_bytes)) {}

bool find_derivatives_of_span(const JacobianConstants& constants, const Span& span, JacobianScratch& scratch,
                              const StopSignal& stop) {
  return JacobianSpan(constants, span, scratch, stop).run();
}

std::int64_t jacobian_scratch_bytes(std::size_t movements) {
  return static_cast<std::int64_t>(sizeof(JacobianScratch) + JacobianScratch::slopes_bytes +
                                   std::max<std::size_t>(movements, 1) * JacobianScratch::rows_per_movement *
                                       sizeof(Scratch::Row));
}

}  // namespace nbt
