#include "cpu/gradient_span.hpp"

#include <algorithm>
#include <cmath>

#include "cpu/amplitude_pullback.hpp"
#include "cpu/panel_pullback.hpp"
#include "cpu/span_terms.hpp"

namespace nbt {
namespace {

struct Visit : SourceVisit {
  std::int64_t number = 0;        // of the span
  std::int64_t terms_before = 0;  // of the span's terms
};

class GradientSpan {
 public:
  GradientSpan(const GradientConstants& constants, const Span& span, const PixelLoss& loss, GradientScratch& scratch,
               const StopSignal& stop, PlanAdjoint& sums)
      : constants_(constants),
        plan_(constants.render.plan),
        scene_(plan_.scene),
        panel_(scene_.panels[static_cast<std::size_t>(span.panel)]),
        span_(span),
        loss_(loss),
        scratch_(scratch),
        s_(scratch.span),
        g_(scratch.rows),
        stop_(stop),
        sums_(sums),
        sight_(constants.render, span, scratch.span),
        terms_(constants.render, constants.kernels, span, sight_, scratch.span, &scratch.work),
        first_(sight_.first()),
        end_(sight_.end()),
        padded_(sight_.padded()),
        plain_(sight_.plain()) {}

  bool run() {
    if (!find_values()) return false;
    if (!take_loss()) return true;
    return pull_back();
  }

 private:
  using Row = Scratch::Row;

  void fill(double* row, double value) const { std::fill_n(row, padded_, value); }

  // ---- Values

  bool find_values() {
    fill(s_.total, 0);
    fill(s_.background, 0);
    sight_.record_polarization_sweeps(g_.polarization_sweep);
    sight_.begin();
    visit_ = Visit();
    executed_ = false;
    for (SubPixelAt at; at.layer < panel_.layers; ++at.layer) {
      for (at.slow = 0; at.slow < scene_.oversample; ++at.slow) {
        for (at.fast = 0; at.fast < scene_.oversample; ++at.fast) {
          sight_.place(at);
          if (!visit_sources([this](const Visit& visit) { return add_values(visit); })) return false;
        }
      }
    }
    finish_values();
    return true;
  }

  // Calls take(visit) for the visits of the current sub-pixel, in order; false when it does.
  template <class Take>
  bool visit_sources(const Take& take) {
    return terms_.for_groups(constants_.wishes.source_weights, [&](std::int64_t first, std::int64_t end) {
      visit_.first_source = first;
      visit_.end_source = end;
      if (!take(visit_)) return false;
      visit_.terms_before += visit_.sources() * terms_.orientation_count();
      visit_.first_sweep += visit_.sources();
      ++visit_.number;
      return true;
    });
  }

  // Before the terms of a visit.
  void choose_orientations() {
    visit_.of_first_sweep = span_.first_sweep && !executed_;
    executed_ = true;
  }

  bool add_values(const Visit& visit) {
    for (std::int64_t from = visit.first_source; from < visit.end_source; ++from) sight_.sweep(terms_.source(from));
    if (!plain_) {
      sight_.set_factors();
      terms_.add_background(visit);
    }
    if (!terms_.has_terms()) return !stop_.requested();
    choose_orientations();
    const VisitRows rows = scratch_.visit_rows(visit.number);
    clear_outside(rows);
    const auto add = [&](const TermBlock& block) { compute(visit, block, rows); };
    if (!terms_.for_blocks(visit, stop_, add)) return false;
    terms_.find_weights(visit, g_.weight);
    for (int i = 0; i < padded_; ++i) s_.total[i] += g_.weight[i] * rows.terms[i];
    return true;
  }

  // The others are written by the first block.
  void clear_outside(const VisitRows& rows) const {
    if (terms_.has_default(span_.lookup)) fill(rows.outside, 0);
  }

  void compute(const Visit& visit, const TermBlock& block, const VisitRows& rows) {
    const SlopePlace place = scratch_.place(visit.terms_before + block.first);
    SlopeBatch batch;
    batch.terms.sums = rows.terms;
    batch.slopes = place.slopes;
    batch.first = block.first == 0;
    std::copy_n(rows.along, 3, batch.along);
    std::copy_n(rows.shape, most_shape_sums, batch.shape);
    batch.outside = rows.outside;
    batch.kept_terms = place.terms;
    batch.entries = place.entries;
    terms_.add(visit, block, batch);
  }

  // E, v, and what the loss makes of it.
  void finish_values() {
    if (plan_.polarization == FactorRule::cached && sight_.polarization_missing()) sight_.complete_polarization();
    ValueRows job;
    job.pixels = padded_;
    job.scale = plan_.scale;
    job.background_weight = terms_.background_weight();
    job.background = s_.background;
    terms_.find_cached_factors(job.factor);
    job.sum = s_.total;
    job.factors = g_.picked;
    job.value = s_.value;
    constants_.kernels.values(job);
  }

  // False: no pixel has a slope.
  bool take_loss() {
    fill(g_.slope, 0);
    const PixelRun run{span_.panel, span_.slow, span_.first_fast, span_.count, s_.value + first_};
    const LossShare share = loss_.evaluate(run, g_.slope + first_, nullptr);
    SharedAdjoint& shared = sums_.shared;
    shared.loss += share.loss;
    shared.loss_scale += share.by_scale;
    shared.pixels += share.pixels;
    BracketRows job;
    job.pixels = padded_;
    job.scale = plan_.scale;
    job.slope = g_.slope;
    job.factors = g_.picked;
    job.sum = s_.total;
    job.background = s_.background;
    job.by_sum = g_.by_bracket;
    job.by_log = g_.log_value;
    constants_.kernels.bracket(job);
    shared.scale += job.by_scale;
    shared.background += job.by_background / terms_.sweeps_of_background();
    return job.largest_slope > 0;
  }

  // ---- Adjoints

  bool pull_back() {
    if (plan_.polarization == FactorRule::cached && sight_.first_polarization_is_final()) {
      first_polarization_sweep_ = last_polarization_sweep_ = 0;
    } else if (plan_.polarization == FactorRule::cached) {
      const auto [least, largest] = std::minmax_element(g_.polarization_sweep + first_, g_.polarization_sweep + end_);
      first_polarization_sweep_ = static_cast<std::int64_t>(*least);
      last_polarization_sweep_ = static_cast<std::int64_t>(*largest);
    }
    visit_ = Visit();
    executed_ = false;
    for (SubPixelAt at; at.layer < panel_.layers; ++at.layer) {
      fill(g_.capture_adjoint, 0);
      for (at.slow = 0; at.slow < scene_.oversample; ++at.slow) {
        for (at.fast = 0; at.fast < scene_.oversample; ++at.fast) {
          if (!pull_sub_pixel(at)) return false;
        }
      }
      if (plan_.capture == FactorRule::cached && scene_.oversample > 1) pull_layer_capture(at.layer);
    }
    return true;
  }

  void begin_position(const SubPixelAt& at) {
    if (panel_.layers > 1 || scene_.oversample > 1) sight_.place(at);  // otherwise it still is where the values were
    for (int j = 0; j < sight_.directions().products; ++j) fill(g_.coordinate_adjoint[j], 0);
    fill(g_.solid_angle_adjoint, 0);
    for (auto& e : by_basis_) std::fill_n(e, 3, 0.0);
  }

  bool pull_sub_pixel(const SubPixelAt& at) {
    begin_position(at);
    if (plan_.solid_angle == FactorRule::cached && at.first()) {
      std::copy_n(g_.log_value, padded_, g_.solid_angle_adjoint);
    }
    if (plan_.capture == FactorRule::every_term) fill(g_.capture_adjoint, 0);
    if (!visit_sources([this](const Visit& visit) { return pull_visit(visit); })) return false;
    const bool last_layer = at.layer == panel_.layers - 1 && at.first_of_layer();
    if (plan_.capture == FactorRule::last_layer && last_layer) pull_capture(at.layer, g_.log_value);
    if (plan_.capture == FactorRule::every_term) pull_capture(at.layer, g_.capture_adjoint);
    if (plan_.capture == FactorRule::cached && scene_.oversample == 1) pull_capture(at.layer, g_.capture_adjoint);
    end_position(at);
    return true;
  }

  // Evaluated at the first sub-pixel, complete after the last.
  void pull_layer_capture(int layer) {
    const SubPixelAt first{layer, 0, 0};
    begin_position(first);
    pull_capture(layer, g_.capture_adjoint);
    end_position(first);
  }

  bool pull_visit(const Visit& visit) {
    if (!plain_) {
      aim_again(terms_.source(visit.first_source));
      sight_.set_factors();
    }
    pull_cached_polarization(visit);
    if (!plain_) fill(g_.contribution, 0);
    if (terms_.has_terms()) {
      choose_orientations();
      if (!pull_terms(visit)) return false;
    } else if (stop_.requested()) {
      return false;
    }
    if (!plain_) {
      add_background_contribution(visit);
      pull_factors(visit);
    }
    return true;
  }

  // Factors of the visit's sources, which have the same unless there is one only.
  void aim_again(const PlannedSource& of) {
    const bool polarization = plan_.polarization == FactorRule::every_term;
    if (polarization || scene_.dmin_m > 0) sight_.aim(of, polarization ? s_.polarization : nullptr);
  }

  void add_background_contribution(const Visit& visit) {
    if (plan_.background == 0) return;
    const double weight = terms_.background_weight() * static_cast<double>(visit.sources());
    for (int i = 0; i < padded_; ++i) {
      g_.contribution[i] += g_.by_bracket[i] * weight * s_.factors[i] * terms_.layer_capture(i);
    }
  }

  // Those of the visit, and the cached capture of its layer.
  void pull_factors(const Visit& visit) {
    if (plan_.solid_angle == FactorRule::every_term) add_rows(g_.contribution, g_.solid_angle_adjoint);
    const bool capture = plan_.capture == FactorRule::every_term || plan_.capture == FactorRule::cached;
    if (capture) add_rows(g_.contribution, g_.capture_adjoint);
    if (plan_.polarization == FactorRule::every_term) {
      pull_polarization(visit.first_source, s_.polarization, g_.contribution);
    }
  }

  void add_rows(const double* from, double* to) const {
    for (int i = 0; i < padded_; ++i) to[i] += from[i];
  }

  void pull_cached_polarization(const Visit& visit) {
    if (plan_.polarization != FactorRule::cached) return;
    const std::int64_t begin = std::max(first_polarization_sweep_ - visit.first_sweep, std::int64_t{0});
    const std::int64_t end = std::min(last_polarization_sweep_ - visit.first_sweep + 1, visit.sources());
    for (std::int64_t s = begin; s < end; ++s) {
      if (sight_.first_polarization_is_final()) {
        pull_polarization(visit.first_source + s, s_.first_polarization, g_.log_value);
        continue;
      }
      const auto sweep = static_cast<double>(visit.first_sweep + s);
      fill(g_.picked, 0);
      for (int i = first_; i < end_; ++i) {
        if (g_.polarization_sweep[i] == sweep) g_.picked[i] = g_.log_value[i];
      }
      sight_.aim(terms_.source(visit.first_source + s), s_.polarization);
      pull_polarization(visit.first_source + s, s_.polarization, g_.picked);
    }
  }

  // From dL/d ln P of a source's polarization P at this position.
  void pull_polarization(std::int64_t source_index, const double* polarization, const double* adjoint) {
    const PlannedSource& of = terms_.source(source_index);
    const Vector3 incident = vector_of(of.incident);
    const Vector3 magnetic = unit(cross(scene_.polarization_axis, incident));
    PullPolarization job;
    job.pixels = padded_;
    job.directions = sight_.directions();
    std::copy_n(of.incident, 3, job.incident);
    store(magnetic, job.magnetic);
    job.kahn = scene_.polarization_factor;
    job.polarization = polarization;
    job.adjoint = adjoint;
    job.cosine_adjoint = g_.cosine_adjoint;
    job.magnetic_adjoint = g_.magnetic_adjoint;
    constants_.kernels.polarization(job);
    sums_.shared.polarization_factor += job.kahn_adjoint;
    SourceAdjoint& by_source = sums_.sources[static_cast<std::size_t>(source_index)];
    pull_projection(g_.cosine_adjoint, incident, by_source.incident);
    if (job.kahn != 0) pull_projection(g_.magnetic_adjoint, magnetic, by_source.magnetic);
  }

  void pull_capture(int layer, const double* adjoint) {
    PullCapture job;
    job.pixels = padded_;
    job.directions = sight_.directions();
    store(panel_.normal, job.normal);
    job.layer = layer;
    job.absorption = panel_.layer_pitch_m * panel_.attenuation_per_m;
    if (job.absorption == 0) return;  // nothing is captured, wherever the ray goes
    job.adjoint = adjoint;
    job.obliquity_adjoint = g_.cosine_adjoint;
    constants_.kernels.capture(job);
    sums_.shared.absorption += job.absorption_adjoint;
    pull_projection(g_.cosine_adjoint, panel_.normal, sums_.shared.normal);
  }

  // From the adjoint of v.d to that of v, and to the coordinates and the basis that d is made of.
  void pull_projection(const double* adjoint, const Vector3& v, double (&by_v)[3]) {
    PullProjection job;
    job.pixels = padded_;
    job.directions = sight_.directions();
    job.adjoint = adjoint;
    for (int j = 0; j < job.directions.products; ++j) {
      job.along[j] = dot(v, vector_of(job.directions.basis[j]));
      job.coordinate_adjoint[j] = g_.coordinate_adjoint[j];
    }
    constants_.kernels.project(job);
    for (int j = 0; j < job.directions.products; ++j) {
      add_to(by_v, job.sums[j] * vector_of(job.directions.basis[j]));
      add_to(by_basis_[j], job.sums[j] * v);
    }
  }

  bool pull_terms(const Visit& visit) {
    const VisitRows rows = scratch_.visit_rows(visit.number);
    if (!scratch_.layout.kept) clear_outside(rows);
    terms_.find_weights(visit, g_.weight);
    const double largest = constants_.kernels.multiply(padded_, g_.by_bracket, g_.weight);
    if (largest == 0) return true;
    prepare_weights(largest);
    const auto pull = [&](const TermBlock& block) {
      if (!scratch_.layout.kept) compute(visit, block, rows);
      pull_block(visit, block, largest);
    };
    if (!pull_blocks(visit, pull)) return false;
    pull_visit_rows(visit, rows);
    return true;
  }

  // Kept slopes backwards: where the cache cannot hold all of them, the last ones are still there. Computed again they
  // need the order of the first pass, whose first block begins the sums.
  template <class Take>
  bool pull_blocks(const Visit& visit, const Take& take) const {
    return scratch_.layout.kept ? terms_.for_blocks_backwards(visit, stop_, take)
                                : terms_.for_blocks(visit, stop_, take);
  }

  void prepare_weights(double largest) {
    const Directions& directions = sight_.directions();
    PullWeights job;
    job.pixels = padded_;
    job.directions = directions;
    const int middle = (first_ + end_) / 2;
    for (int j = 0; j < directions.products; ++j) centre_[j] = job.centre[j] = directions.coordinate[j][middle];
    job.weight = g_.weight;
    job.unit = largest;
    for (int k = 0; k <= directions.products; ++k) job.rows[k] = scratch_.pull_rows[k];
    constants_.kernels.prepare(job);
  }

  void pull_block(const Visit& visit, const TermBlock& block, double largest) {
    const SlopePlace place = scratch_.place(visit.terms_before + block.first);
    const int rows = sight_.directions().products + 1;
    const void* weights[4] = {scratch_.pull_rows[0], scratch_.pull_rows[1], scratch_.pull_rows[2],
                              scratch_.pull_rows[3]};
    PullTerms job;
    job.pixels = padded_;
    job.orientations = block.count;
    job.rows = rows;
    job.slopes = place.slopes;
    job.weights = weights;
    job.unit = largest;
    job.sums = scratch_.pull_sums;
    constants_.kernels.pull(job);
    terms_.for_sources(visit, block, [&](std::int64_t from, std::int64_t first, int count, int before) {
      const double* sums = scratch_.pull_sums + before * 3 * rows;
      if (rows == 3) {
        pull_source_sums<2>(visit, from, first, count, sums);
      } else {
        pull_source_sums<3>(visit, from, first, count, sums);
      }
    });
    if (constants_.wishes.amplitudes && block.lookup != Lookup::constant) pull_amplitudes(visit, block, place);
  }

  // h = x.(sum_j w_j e_j - i)/lambda, x = a, b, c, from sums of dL/dh and of dL/dh (w_j - c_j) over the pixels; some
  // orientations of one source.
  template <int products>
  void pull_source_sums(const Visit& visit, std::int64_t source_index, std::int64_t first, std::int64_t count,
                        const double* sums) {
    const PlannedSource& from = terms_.source(source_index);
    const double per_wavelength = 1 / from.wavelength_m;
    // dh/dx for a sum of each kind.
    double by_sum[products + 1][3];
    for (int c = 0; c < 3; ++c) {
      by_sum[0][c] = -from.incident[c] * per_wavelength;
      for (int j = 0; j < products; ++j) {
        const double e = sight_.directions().basis[j][c] * per_wavelength;
        by_sum[0][c] += centre_[j] * e;
        by_sum[j + 1][c] = e;
      }
    }
    double moment[products + 1][3] = {};  // sum of x times each kind of sum
    const std::vector<Orientation>& axes = terms_.orientations_of(visit);
    std::vector<Orientation>& by_axes = visit.of_first_sweep ? sums_.first_sweep : sums_.orientations;
    for (std::int64_t o = first; o < first + count; ++o, sums += 3 * (products + 1)) {
      const Orientation& x = axes[static_cast<std::size_t>(o)];
      Orientation& by_x = by_axes[static_cast<std::size_t>(o)];
      pull_axis<products>(sums, x.a, by_sum, moment, by_x.a);
      pull_axis<products>(sums + products + 1, x.b, by_sum, moment, by_x.b);
      pull_axis<products>(sums + 2 * (products + 1), x.c, by_sum, moment, by_x.c);
    }
    pull_moments<products>(source_index, by_sum, moment);
  }

  template <int products>
  static void pull_axis(const double* sums, const double (&x)[3], const double (&by_sum)[products + 1][3],
                        double (&moment)[products + 1][3], double (&by_x)[3]) {
    for (int k = 0; k <= products; ++k) {
      for (int c = 0; c < 3; ++c) {
        by_x[c] += sums[k] * by_sum[k][c];
        moment[k][c] += sums[k] * x[c];
      }
    }
  }

  // The basis, the source's direction and wavelength.
  template <int products>
  void pull_moments(std::int64_t source_index, const double (&by_sum)[products + 1][3],
                    const double (&moment)[products + 1][3]) {
    SourceAdjoint& by_source = sums_.sources[static_cast<std::size_t>(source_index)];
    const double per_wavelength = 1 / terms_.source(source_index).wavelength_m;
    double by_log_wavelength = 0;
    for (int c = 0; c < 3; ++c) {
      for (int j = 0; j < products; ++j) {
        by_basis_[j][c] += (moment[j + 1][c] + centre_[j] * moment[0][c]) * per_wavelength;
      }
      by_source.incident[c] -= moment[0][c] * per_wavelength;
      for (int k = 0; k <= products; ++k) by_log_wavelength -= moment[k][c] * by_sum[k][c];
    }
    by_source.wavelength_m += by_log_wavelength * per_wavelength;
  }

  void pull_amplitudes(const Visit& visit, const TermBlock& block, const SlopePlace& place) {
    AmplitudeRows job;
    job.first = first_;
    job.end = end_;
    job.pixels = padded_;
    job.orientations = block.count;
    job.weight = g_.weight;
    job.terms = place.terms;
    job.in_double = scene_.precision == Precision::double_;
    job.amplitudes = constants_.render.table.in_double;
    if (block.lookup == Lookup::nearest) {
      pull_by_entry(job, place);
      return;
    }
    TermPositions positions;
    positions.directions = sight_.directions();
    positions.box = &constants_.render.table.box;
    terms_.for_sources(visit, block, [&](std::int64_t from, std::int64_t first, int count, int before) {
      positions.source = &terms_.source(from);
      for (int o = 0; o < count; ++o) {
        positions.orientation = &terms_.orientations_of(visit)[static_cast<std::size_t>(first + o)];
        pull_tricubic_amplitudes(job, before + o, positions, scratch_.amplitude_sums);
      }
    });
  }

  void pull_by_entry(AmplitudeRows& rows, const SlopePlace& place) {
    TermsByEntry job;
    job.pixels = padded_;
    job.orientations = rows.orientations;
    job.terms = place.terms;
    job.entries = place.entries;
    job.sums = scratch_.entry_sums;
    job.found = scratch_.entries;
    rows.orientations = TermsByEntry::slots;
    rows.terms = reinterpret_cast<const std::byte*>(scratch_.entry_sums);
    rows.entries = scratch_.entries;
    for (bool all = false; !all;) {
      all = constants_.kernels.by_entry(job);
      pull_nearest_amplitudes(rows, scratch_.amplitude_sums);
    }
  }

  // What follows from a visit's sums per pixel.
  void pull_visit_rows(const Visit& visit, const VisitRows& rows) {
    const auto weighted = [this](const double* row, double* out) {
      WeightedRow job;
      job.pixels = padded_;
      job.weight = g_.weight;
      job.row = row;
      job.out = out;
      return constants_.kernels.add_weighted(job);
    };
    SharedAdjoint& shared = sums_.shared;
    const double by_terms = weighted(rows.terms, plain_ ? nullptr : g_.contribution);
    shared.log_terms += by_terms;
    if (terms_.has_default(span_.lookup)) shared.log_default += weighted(rows.outside, nullptr);
    for (int j = 0; j < sight_.directions().products; ++j) weighted(rows.along[j], g_.coordinate_adjoint[j]);
    for (int k = 0; k < most_shape_sums && rows.shape[k] != nullptr; ++k) {
      shared.shape[k] += weighted(rows.shape[k], nullptr);
    }
    if (constants_.wishes.source_weights) {
      const double weight = terms_.source(visit.first_source).weight;
      if (weight != 0) sums_.sources[static_cast<std::size_t>(visit.first_source)].weight += by_terms / weight;
    }
  }

  PlacedRow placed_row(const SubPixelAt& at) const {
    PlacedRow row;
    row.panel = &panel_;
    row.beam_direction = scene_.beam_direction;
    row.unit_m = sight_.placed().unit_m;
    row.fast_m = sight_.offsets().fast_m;
    row.slow_m = sight_.offsets().slow_m;
    row.layer = at.layer;
    return row;
  }

  void end_position(const SubPixelAt& at) {
    const PlacedRow row = placed_row(at);
    pull_pixel_area(panel_, constants_.kernels.sum(padded_, g_.solid_angle_adjoint), sums_.shared);
    if (panel_.curved) {
      pull_curved_position(row);
    } else {
      pull_flat_position(row);
    }
  }

  // dL/de is summed over the pixels of each orientation, dL/dw over the orientations of each pixel; in `single` the two
  // are rounded apart by some 1e-7. Along the ray they cancel all but sin^2 of the scattering angle, so there dL/de
  // takes the sum that dL/dw gives.
  static Vector3 with_sum_along(const Vector3& anchor, const double (&by_basis)[3], double sum) {
    const Vector3 by = vector_of(by_basis);
    return by + ((sum - dot(by, anchor)) / dot(anchor, anchor)) * anchor;
  }

  void pull_flat_position(const PlacedRow& row) {
    PullPositions job;
    job.pixels = padded_;
    for (int j = 0; j < 2; ++j) {
      job.coordinate[j] = s_.coordinate[j];
      job.coordinate_adjoint[j] = g_.coordinate_adjoint[j];
    }
    job.solid_angle_adjoint = g_.solid_angle_adjoint;
    job.solid_angle_power = panel_.point_pixel ? 2 : 3;
    constants_.kernels.positions(job);
    const Vector3 P0 = vector_of(sight_.placed().anchor), f = vector_of(sight_.placed().fast);
    const Vector3 by_P0 = job.radial[0] * P0 + job.radial[1] * f + with_sum_along(P0, by_basis_[0], job.by_anchor[0]);
    const Vector3 by_f = job.radial[1] * P0 + job.radial[2] * f + with_sum_along(P0, by_basis_[1], job.by_anchor[1]);
    SharedAdjoint& shared = sums_.shared;
    add_to(shared.fast, by_f);
    // Offsets along the row grow with the pixel.
    shared.pixel_size_m += (job.along + job.radial[1] * dot(P0, f) + job.radial[2] * dot(f, f)) / panel_.pixel_size_m;
    pull_anchor(row, (1 / row.unit_m) * by_P0, shared);
  }

  void pull_curved_position(const PlacedRow& row) {
    const double* directions[3] = {s_.coordinate[0], s_.coordinate[1], s_.coordinate[2]};
    const double* adjoints[3] = {g_.coordinate_adjoint[0], g_.coordinate_adjoint[1], g_.coordinate_adjoint[2]};
    CurvedRow pixels;
    pixels.first = first_;
    pixels.end = end_;
    pixels.first_from_anchor = sight_.placed().first_from_anchor;
    pixels.direction = directions;
    pixels.direction_adjoint = adjoints;
    pixels.solid_angle_adjoint = g_.solid_angle_adjoint;
    pull_curved(row, pixels, sums_.shared);
  }

  const GradientConstants& constants_;
  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const Span& span_;
  const PixelLoss& loss_;
  GradientScratch& scratch_;
  Scratch& s_;
  GradientRows& g_;
  const StopSignal& stop_;
  PlanAdjoint& sums_;
  SpanSight sight_;
  SpanTerms terms_;
  const int first_;  // of the span's pixels in the rows
  const int end_;
  const int padded_;  // length of the rows
  const bool plain_;

  Visit visit_;
  bool executed_ = false;  // some sweep was not cut off by dmin
  std::int64_t first_polarization_sweep_ = 0;
  std::int64_t last_polarization_sweep_ = -1;
  double by_basis_[3][3] = {};  // dL/de_j of the current position
  double centre_[3] = {};       // of the coordinates
};

}  // namespace

GradientConstants::GradientConstants(const Plan& plan, const GradientWishes& the_wishes, std::int64_t simd_target)
    : render(plan, simd_target), kernels(slope_kernels_for(plan, simd_target)), wishes(the_wishes) {}

bool add_gradient_of_span(const GradientConstants& constants, const Span& span, const PixelLoss& loss,
                          GradientScratch& scratch, const StopSignal& stop, PlanAdjoint& sums) {
  return GradientSpan(constants, span, loss, scratch, stop, sums).run();
}

}  // namespace nbt
