#include "cpu/jacobian_span.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/moving_sight.hpp"
#include "cpu/span_terms.hpp"

namespace nbt {
namespace {

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
        terms_(constants.render, constants.kernels, span, sight_, scratch.span, &scratch.work),
        moving_(constants, span, sight_, scratch),
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
  int shape_sums() const { return constants_.shape ? shape_sum_count(scene_.crystal.shape) : 0; }

  void start() {
    fill(s_.total, 0);
    fill(s_.background, 0);
    fill(g_.ones, 1);
    if (constants_.outside) fill(g_.outside_total, 0);
    for (int k = 0; k < shape_sums(); ++k) fill(g_.shape_total[k], 0);
    for (auto& sums : g_.combined) {
      for (double* row : sums) {
        if (constants_.combined) fill(row, 0);
      }
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      if (has_bracket(p)) fill(g_.bracket(p), 0);
      if (!constants_.moves_sight[p]) continue;
      for (double* row : {g_.log_cached(p), g_.log_polarization(p), g_.log_layer(p)}) fill(row, 0);
    }
    sight_.record_polarization_sweeps(g_.polarization_sweep);
    sight_.begin();
  }

  // Something moves the bracket that is not in the sums of all movements.
  bool has_bracket(std::size_t p) const { return constants_.moves_sight[p] || !movements_[p].orientations.empty(); }

  bool sub_pixel(const SubPixelAt& at) {
    sight_.place(at);
    moving_.place(at);
    move_cached_factors(at);
    return terms_.for_groups(constants_.sources, [&](std::int64_t first, std::int64_t end) {
      SourceVisit visit;
      visit.first_source = first;
      visit.end_source = end;
      visit.first_sweep = sight_.sweeps();
      return take(visit);
    });
  }

  // Those that are evaluated here once for all.
  void move_cached_factors(const SubPixelAt& at) {
    const bool solid_angle = plan_.solid_angle == FactorRule::cached && at.first();
    const bool layer = plan_.capture == FactorRule::cached && at.first_of_layer();
    const bool last_layer =
        plan_.capture == FactorRule::last_layer && at.layer == panel_.layers - 1 && at.first_of_layer();
    if (layer || last_layer || plan_.capture == FactorRule::every_term) moving_.find_capture_slopes();
    if (!solid_angle && !layer && !last_layer) return;
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      const PlanTangent& movement = movements_[p];
      if (!constants_.moves_sight[p]) continue;
      moving_.move(movement);
      if (solid_angle) moving_.add_log_solid_angle(movement, g_.log_cached(p));
      if (last_layer) moving_.add_log_capture(movement, g_.log_cached(p));
      if (layer) {
        fill(g_.log_layer(p), 0);
        moving_.add_log_capture(movement, g_.log_layer(p));
      }
    }
  }

  void move_cached_polarization(std::int64_t sweep, std::int64_t from) {
    moving_.find_polarization_slopes(terms_.source(from));
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      if (!constants_.moves_sight[p]) continue;
      moving_.move(movements_[p]);
      fill(g_.log_factor, 0);
      moving_.add_log_polarization(movements_[p], terms_.source(from), static_cast<std::size_t>(from), g_.log_factor);
      double* row = g_.log_polarization(p);
      for (int i = 0; i < padded_; ++i) {
        // Those that no sweep gives a polarization have that of the first one in the end.
        const bool here = sweep == 0 || g_.polarization_sweep[i] == static_cast<double>(sweep);
        if (here) row[i] = g_.log_factor[i];
      }
    }
  }

  bool take(SourceVisit& visit) {
    for (std::int64_t from = visit.first_source; from < visit.end_source; ++from) {
      const bool missing = sight_.polarization_missing();
      sight_.sweep(terms_.source(from));
      if (missing) move_cached_polarization(sight_.sweeps() - 1, from);
    }
    if (!plain_) {
      sight_.set_factors();
      terms_.add_background(visit);
    }
    terms_.find_weights(visit, g_.weight);
    clear_sums();
    if (terms_.has_terms()) {
      visit.of_first_sweep = span_.first_sweep && !executed_;
      executed_ = true;
      if (!sum_terms(visit)) return false;
      add_totals();
    } else if (stop_.requested()) {
      return false;
    }
    if (constants_.sight) move_sight(visit);
    return true;
  }

  void clear_sums() {
    fill(g_.terms, 0);
    if (constants_.outside) fill(g_.outside, 0);
    if (constants_.along) {
      for (auto& row : g_.along) fill(row, 0);
    }
    for (int j = 0; j < sight_.directions().products; ++j) fill(g_.basis_along[j], 0);
    for (int k = 0; k < shape_sums(); ++k) fill(g_.shape[k], 0);
  }

  void add_weighted(const double* weight, const double* row, double* sum) const {
    WeightedRow job;
    job.pixels = padded_;
    job.weight = weight;
    job.row = row;
    job.out = sum;
    constants_.kernels.add_weighted(job);
  }

  void add_totals() {
    add_weighted(g_.weight, g_.terms, s_.total);
    if (constants_.outside) add_weighted(g_.weight, g_.outside, g_.outside_total);
    for (int k = 0; k < shape_sums(); ++k) add_weighted(g_.weight, g_.shape[k], g_.shape_total[k]);
  }

  bool sum_terms(const SourceVisit& visit) {
    prepare_coordinates();
    return terms_.for_blocks(visit, stop_, [&](const TermBlock& block) {
      find_slopes(visit, block);
      move_terms(visit, block);
    });
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

  void find_slopes(const SourceVisit& visit, const TermBlock& block) {
    SlopeBatch batch;
    batch.terms.sums = g_.terms;
    batch.slopes = g_.slopes();
    for (int j = 0; j < 3; ++j) batch.along[j] = g_.basis_along[j];
    for (int k = 0; k < shape_sums(); ++k) batch.shape[k] = g_.shape[k];
    if (constants_.outside) batch.outside = g_.outside;
    terms_.add(visit, block, batch);
  }

  // Through a, b and c, and what positions and sources need.
  void move_terms(const SourceVisit& visit, const TermBlock& block) {
    const TangentBlock terms = tangent_block(block);
    if (constants_.combined) {
      set_index_factors(visit, block, terms_.orientations_of(visit));
      CombinedTerms job{terms, g_.factors};
      for (int i = 0; i < 3; ++i) {
        for (int k = 0; k < 3; ++k) job.sums[i][k] = g_.combined[i][k];
      }
      constants_.tangent_kernels.add_combined(job);
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      const PlanTangent& movement = movements_[p];
      const std::vector<Orientation>& table = visit.of_first_sweep ? movement.first_sweep : movement.orientations;
      if (table.empty()) continue;
      set_index_factors(visit, block, table);
      constants_.tangent_kernels.add_tangents({terms, g_.factors, g_.bracket(p)});
    }
    if (!constants_.along) return;
    set_vectors(visit, block);
    constants_.tangent_kernels.add_vectors({terms, g_.factors, {g_.along[0], g_.along[1], g_.along[2]}});
  }

  TangentBlock tangent_block(const TermBlock& block) {
    TangentBlock terms;
    terms.pixels = padded_;
    terms.orientations = block.count;
    terms.rows = sight_.directions().products + 1;
    terms.slopes = g_.slopes();
    for (int j = 0; j < 3; ++j) terms.coordinates[j] = g_.coordinates[j];
    terms.weight = g_.weight;
    return terms;
  }

  // h = x.(sum_j w_j e_j - i)/lambda of a table's vectors, or dh of those that move.
  void set_index_factors(const SourceVisit& visit, const TermBlock& block, const std::vector<Orientation>& table) {
    double* factor = g_.factors;
    terms_.for_sources(visit, block, [&](std::int64_t from, std::int64_t first, int count, int) {
      for (std::int64_t o = first; o < first + count; ++o) {
        const Orientation& at = table[static_cast<std::size_t>(o)];
        for (const auto* x : {&at.a, &at.b, &at.c}) factor = set_index_factors(terms_.source(from), *x, factor);
      }
    });
  }

  // Of one axis; returns where those of the next go.
  double* set_index_factors(const PlannedSource& from, const double (&x)[3], double* factor) const {
    const Directions& directions = sight_.directions();
    const Vector3 per_wavelength = (1 / from.wavelength_m) * vector_of(x);
    double* central = factor++;
    *central = -dot(per_wavelength, vector_of(from.incident));
    for (int j = 0; j < directions.products; ++j) {
      const double along = dot(per_wavelength, vector_of(directions.basis[j]));
      *central += centre_[j] * along;
      *factor++ = along;
    }
    return factor;
  }

  // a, b and c over the wavelength.
  void set_vectors(const SourceVisit& visit, const TermBlock& block) {
    double* to = g_.factors;
    terms_.for_sources(visit, block, [&](std::int64_t from, std::int64_t first, int count, int) {
      const double per_wavelength = 1 / terms_.source(from).wavelength_m;
      for (std::int64_t o = first; o < first + count; ++o) {
        const Orientation& at = terms_.orientations_of(visit)[static_cast<std::size_t>(o)];
        for (const auto* x : {&at.a, &at.b, &at.c}) {
          for (const double component : *x) *to++ = component * per_wavelength;
        }
      }
    });
  }

  // Through directions, sources, and factors.
  void move_sight(const SourceVisit& visit) {
    if (!plain_) set_contribution(visit);
    if (plan_.polarization == FactorRule::every_term) {
      moving_.find_polarization_slopes(terms_.source(visit.first_source));
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) {
      const PlanTangent& movement = movements_[p];
      if (!constants_.moves_sight[p]) continue;
      moving_.move(movement);
      moving_.add_indices(movement, static_cast<std::size_t>(visit.first_source), g_.bracket(p));
      if (!plain_) move_factors(p, visit);
    }
  }

  void set_contribution(const SourceVisit& visit) {
    const double background = terms_.background_weight() * static_cast<double>(visit.sources());
    for (int i = 0; i < padded_; ++i) {
      g_.contribution[i] = g_.weight[i] * g_.terms[i] + background * s_.factors[i] * terms_.layer_capture(i);
    }
  }

  // Factors that are evaluated for every term, and the cached capture of the layer.
  void move_factors(std::size_t p, const SourceVisit& visit) {
    const PlanTangent& movement = movements_[p];
    std::copy_n(g_.log_layer(p), padded_, g_.log_factor);
    if (plan_.solid_angle == FactorRule::every_term) moving_.add_log_solid_angle(movement, g_.log_factor);
    if (plan_.capture == FactorRule::every_term) moving_.add_log_capture(movement, g_.log_factor);
    if (plan_.polarization == FactorRule::every_term) {
      moving_.add_log_polarization(movement, terms_.source(visit.first_source),
                                   static_cast<std::size_t>(visit.first_source), g_.log_factor);
    }
    add_weighted(g_.contribution, g_.log_factor, g_.bracket(p));
  }

  void finish() {
    if (plan_.polarization == FactorRule::cached && sight_.polarization_missing()) sight_.complete_polarization();
    const double background_weight = terms_.background_weight();
    terms_.find_cached_factors(g_.factor);
    for (int i = 0; i < padded_; ++i) {
      s_.value[i] = plan_.scale * g_.factor[i] * (s_.total[i] + background_weight * s_.background[i]);
    }
    for (std::size_t p = 0; p < movements_.size(); ++p) finish_movement(p);
    move_to_front(s_.value);
  }

  void move_to_front(double* row) const {
    if (first_ > 0) std::move(row + first_, row + end_, row);
  }

  void finish_movement(std::size_t p) {
    const PlanTangent& movement = movements_[p];
    FinishMovement job;
    job.pixels = padded_;
    add_terms(movement, job);
    if (has_bracket(p)) job.add(plan_.scale, g_.bracket(p));
    job.add(
        movement.scale * terms_.background_weight() + plan_.scale * movement.background / terms_.sweeps_of_background(),
        s_.background);
    job.factor = g_.factor;
    job.value = s_.value;
    if (constants_.moves_sight[p]) {
      job.logarithms[0] = g_.log_cached(p);
      job.logarithms[1] = g_.log_polarization(p);
    }
    job.out = g_.value(p);
    constants_.tangent_kernels.finish(job);
    move_to_front(g_.value(p));
  }

  // What the sums over all terms tell of a movement.
  void add_terms(const PlanTangent& movement, FinishMovement& job) {
    job.add(movement.scale + plan_.scale * movement.log_terms, s_.total);
    job.add(plan_.scale * movement.log_default, g_.outside_total);
    for (int k = 0; k < shape_sums(); ++k) job.add(plan_.scale * movement.shape[k], g_.shape_total[k]);
    for (int i = 0; i < 3; ++i) {
      for (int k = 0; k < 3; ++k) job.add(plan_.scale * movement.combination[i][k], g_.combined[i][k]);
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
  SpanTerms terms_;
  MovingSight moving_;
  const int first_;  // of the span's pixels in the rows
  const int end_;
  const int padded_;  // length of the rows
  const bool plain_;
  bool executed_ = false;  // some sweep was not cut off by dmin
  double centre_[3] = {};  // of the coordinates
};

}  // namespace

JacobianConstants::JacobianConstants(const Plan& plan, std::span<const PlanTangent> the_movements,
                                     std::int64_t simd_target)
    : render(plan, simd_target),
      kernels(slope_kernels_for(plan, simd_target)),
      tangent_kernels(tangent_kernels_for(plan, simd_target)),
      movements(the_movements) {
  for (const PlanTangent& movement : movements) {
    shape = shape || movement.moves_shape();
    outside = outside || movement.log_default != 0;
    combined = combined || movement.combines_axes();
    moves_sight.push_back(movement.moves_sight());
    sight = sight || movement.moves_sight();
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
