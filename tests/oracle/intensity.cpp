#include "intensity.hpp"

#include <algorithm>
#include <cmath>

#include "lattice.hpp"

namespace nbt::oracle {
namespace {

constexpr double r_e_sqr = 7.94079248018965e-30;

// Which factors are applied inside the sum, after the flags that have no effect are taken out.
struct Flags {
  bool thick, polar, omega;
};

template <class Real>
Flags effective_flags(const ExperimentOf<Real>& e) {
  const bool ignored_polar = e.request.unpolarised && !e.semantics.polar_overrides_nopolar;
  const bool ignored_thick = e.thickness == 0.0 && !e.semantics.thick_zero_black;
  return {e.request.oversample_thick && !ignored_thick, e.request.oversample_polar && !ignored_polar,
          e.request.oversample_omega};
}

// The rotated cell of every (phi, domain). Row phi.size() is the cell before any spindle rotation, which an angle that
// happens to be zero is not: it moves with the angle.
template <class Real>
class OrientationTable {
 public:
  explicit OrientationTable(const ExperimentOf<Real>& e) : domains_(e.mosaic.size()) {
    const OrientationOf<Real> base = unrotated(e.crystal);
    for (const Real& phi : e.phi)
      add(e, stays_zero(phi) ? base : rotated_about_spindle(base, e.geometry.spindle_axis, phi));
    add(e, base);
  }
  const OrientationOf<Real>& at(std::size_t phi_row, std::size_t domain) const {
    return table_[phi_row * domains_ + domain];
  }

 private:
  void add(const ExperimentOf<Real>& e, const OrientationOf<Real>& orientation) {
    for (const auto& rotation : e.mosaic)
      table_.push_back(e.rotate_domains ? turned(orientation, rotation) : orientation);
  }
  std::size_t domains_;
  std::vector<OrientationOf<Real>> table_;
};

// One sub-pixel of one layer, seen from the sample.
template <class Real>
struct SightOf {
  VectorOf<Real> position, diffracted;
  Real airpath = 0.0, solid_angle = 0.0, capture = 1.0;
};

// What a pixel has gathered so far.
template <class Real>
struct PixelStateOf {
  Real sum = 0.0, envelope = 0.0;
  Real cached_omega = 0.0, cached_polar = 0.0;
  Real layer_capture = 0.0;  // first sub-pixel of the present layer
  Real capture_sum = 0.0;    // first sub-pixels of all layers
  Real water_factors = 0.0;  // sum over layers, sub-pixels and sources of what multiplies the background
  double edge_distance = 1.0;
};

struct Place {
  int slow, fast, layer, sub_slow, sub_fast;
};

// One pass through the innermost loop.
template <class Real>
struct TermOf {
  Place place;
  std::size_t source = 0, phi_index = 0, mosaic_index = 0;
  Real solid_angle = 0.0, polarization = 0.0, capture = 0.0;
  VectorOf<Real> scattering, hkl;
};

double half_integer_distance(const Vector& hkl) {
  const auto one = [](double x) { return 0.5 - std::abs(x - nearest_index(x)); };
  return std::min({one(hkl.x), one(hkl.y), one(hkl.z)});
}

double range_distance(const AmplitudeGrid& g, const Vector& hkl) {
  const auto one = [](double x, int low, int high) { return std::min(std::abs(x - high + 2), std::abs(x - low - 2)); };
  return std::min({one(hkl.x, g.h_min, g.h_max), one(hkl.y, g.k_min, g.k_max), one(hkl.z, g.l_min, g.l_max)});
}

template <class Real>
class Renderer {
  using Amplitude = AmplitudeOf<Real>;
  using LatticeFactor = LatticeFactorOf<Real>;
  using Orientation = OrientationOf<Real>;
  using PixelState = PixelStateOf<Real>;
  using Sight = SightOf<Real>;
  using Source = SourceOf<Real>;
  using Term = TermOf<Real>;

 public:
  Renderer(const ExperimentOf<Real>& experiment, const std::optional<PixelIndex>& trace_pixel, Result& result)
      : e_(experiment),
        flags_(effective_flags(experiment)),
        orientations_(experiment),
        interpolating_(experiment.interpolate),
        trace_pixel_(trace_pixel),
        result_(result) {}

  void render() {
    const auto count = static_cast<std::size_t>(e_.geometry.fast) * static_cast<std::size_t>(e_.geometry.slow);
    image_.assign(count, 0.0);
    result_.envelope.assign(count, 0.0);
    result_.edge_distance.assign(count, 1.0);
    for (int slow = 0; slow < e_.geometry.slow; ++slow) {
      if (starts_thread_block(slow)) phi_row_ = e_.phi.size();
      for (int fast = 0; fast < e_.geometry.fast; ++fast) {
        if (is_rendered(slow, fast)) render_pixel(slow, fast);
      }
    }
    if (e_.semantics.interpolation_latch) {
      for (double& distance : result_.edge_distance) distance = std::min(distance, latch_distance_);
    }
    result_.derived.reported_solid_angle = e_.semantics.true_solid_angle
                                               ? omega_sum_ / (e_.oversample * e_.oversample * e_.layer_count)
                                               : omega_sum_ / e_.steps;
  }

  const std::vector<Real>& image() const { return image_; }

 private:
  // Rows are dealt to the reference's threads in contiguous blocks, the longer ones first.
  bool starts_thread_block(int slow) const {
    const int threads = std::max(e_.carryover_threads, 1);
    const int q = e_.geometry.slow / threads, r = e_.geometry.slow % threads;
    for (int i = 0; i < threads; ++i) {
      if (slow == (i < r ? i * (q + 1) : i * q + r)) return true;
    }
    return false;
  }

  std::size_t index(int slow, int fast) const {
    return static_cast<std::size_t>(slow) * static_cast<std::size_t>(e_.geometry.fast) + static_cast<std::size_t>(fast);
  }

  bool is_rendered(int slow, int fast) const {
    const Region& r = e_.region;
    if (fast < r.fast_min || fast > r.fast_max || slow < r.slow_min || slow > r.slow_max) return false;
    return e_.mask.empty() || e_.mask[index(slow, fast)] != 0;
  }

  Sight look(const Place& p) const {
    const int m = e_.oversample;
    const Real sub = e_.geometry.pixel_size / m;
    const Real fast_m = sub * (p.fast * m + p.sub_fast) + sub / 2.0;
    const Real slow_m = sub * (p.slow * m + p.sub_slow) + sub / 2.0;
    Sight sight;
    sight.position = pixel_position(e_.geometry, fast_m, slow_m, p.layer * e_.layer_step);
    sight.airpath = length(sight.position);
    sight.diffracted = unit(sight.position);
    sight.solid_angle = settled(solid_angle(e_.geometry, sight.airpath));
    sight.capture = settled(capture(p.layer, sight.diffracted));
    return sight;
  }

  Real capture(int layer, const VectorOf<Real>& diffracted) const {
    using std::exp;
    if (e_.thickness == 0.0) return e_.request.oversample_thick && e_.semantics.thick_zero_black ? 0.0 : 1.0;
    const Real path = e_.layer_step * e_.attenuation / dot(diffracted, e_.geometry.normal_axis);
    return exp(-layer * path) - exp(-(layer + 1) * path);
  }

  Real capture_of_all_layers(int slow, int fast) const {
    Real sum = 0.0;
    for (int layer = 0; layer < e_.layer_count; ++layer) sum += look({slow, fast, layer, 0, 0}).capture;
    return sum;
  }

  Real scale() const { return r_e_sqr * e_.fluence / e_.steps; }

  // The background before the final scale, which the reference applies to it as well.
  Real background() const {
    if (stays_zero(e_.background_sum)) return 0.0;
    return settled(e_.semantics.water_scaled_twice ? e_.background_sum : e_.background_sum / scale());
  }

  bool captures_per_term() const { return !flags_.thick && !e_.semantics.last_layer_capture; }

  void render_pixel(int slow, int fast) {
    PixelState state;
    state.cached_polar = e_.request.unpolarised ? 1.0 : 0.0;
    state.capture_sum = capture_of_all_layers(slow, fast);
    if (e_.semantics.running_product) {
      state.sum = background() * (captures_per_term() ? state.capture_sum : 1.0);
      state.envelope = state.sum;
    }
    tracing_ = trace_pixel_ && trace_pixel_->slow == slow && trace_pixel_->fast == fast;
    if (tracing_) result_.trace = Trace{slow, fast, {}, 0, 0, 0, 0, 0};

    for (int layer = 0; layer < e_.layer_count; ++layer) {
      state.layer_capture = look({slow, fast, layer, 0, 0}).capture;
      for (int sub_slow = 0; sub_slow < e_.oversample; ++sub_slow) {
        for (int sub_fast = 0; sub_fast < e_.oversample; ++sub_fast) {
          add_sub_pixel({slow, fast, layer, sub_slow, sub_fast}, state);
        }
      }
    }
    if (e_.semantics.dmin_keep_background && state.cached_polar == 0.0) {
      state.cached_polar = polar_of(e_.sources.front(), look({slow, fast, 0, 0, 0}));
    }
    if (!e_.semantics.running_product) add_background(state);
    const auto i = index(slow, fast);
    image_[i] = finished(state.sum, state);
    result_.envelope[i] = value_of(finished(state.envelope, state));
    result_.edge_distance[i] = state.edge_distance;
    if (tracing_) finish_trace(state, value_of(image_[i]));
  }

  // Mean over sub-pixels and sources of the sum over layers; the last layer's capture stands for all of them where it
  // multiplies the whole sum.
  void add_background(PixelState& state) const {
    double count = static_cast<double>(e_.sources.size()) * e_.oversample * e_.oversample;
    if (e_.semantics.last_layer_capture && !flags_.thick) count *= e_.layer_count;
    const Real value = background() * state.water_factors / count;
    state.sum += value;
    state.envelope += value;
  }

  Real polar_of(const Source& source, const Sight& sight) const {
    return settled(polarization(e_.kahn, source.incident, sight.diffracted, e_.geometry.polar_axis));
  }

  void add_sub_pixel(const Place& place, PixelState& state) {
    const Sight sight = look(place);
    if (state.cached_omega == 0.0) state.cached_omega = sight.solid_angle;
    omega_sum_ += value_of(flags_.omega ? sight.solid_angle : state.cached_omega);
    for (std::size_t s = 0; s < e_.sources.size(); ++s) {
      const Source& source = e_.sources[s];
      state.water_factors += water_factor(source, sight, state);
      const VectorOf<Real> q = (1.0 / source.wavelength) * (sight.diffracted - source.incident);
      if (is_beyond_cutoff(value_of(q), state)) continue;
      if (state.cached_polar == 0.0) state.cached_polar = polar_of(source, sight);
      add_source(place, sight, s, q, state);
    }
  }

  // The resolution limit is the crystal's: water scatters beyond it.
  Real water_factor(const Source& source, const Sight& sight, const PixelState& state) const {
    Real factor = captures_per_term() ? state.layer_capture : 1.0;
    if (flags_.thick) factor *= sight.capture;
    if (flags_.polar) factor *= polar_of(source, sight);
    if (flags_.omega) factor *= sight.solid_angle;
    return factor;
  }

  bool is_beyond_cutoff(const Vector& q, PixelState& state) const {
    const double stol = 0.5 * length(q);
    if (!(e_.request.dmin > 0.0) || !(stol > 0.0)) return false;
    const double spacing = 0.5 / stol;
    state.edge_distance = std::min(state.edge_distance, std::abs(spacing / e_.request.dmin - 1.0));
    return e_.request.dmin > spacing;
  }

  // phi_row_ is the reference's working orientation: rewritten only by a step that is not exactly zero.
  void advance_orientation(std::size_t phi_index) {
    if (!e_.semantics.phi_carryover || !(e_.phi[phi_index] == 0.0)) phi_row_ = phi_index;
  }

  void add_source(const Place& place, const Sight& sight, std::size_t source, const VectorOf<Real>& q,
                  PixelState& state) {
    Term term;
    term.place = place;
    term.source = source;
    term.scattering = q;
    term.solid_angle = flags_.omega ? sight.solid_angle : state.cached_omega;
    term.polarization = flags_.polar ? polar_of(e_.sources[source], sight) : state.cached_polar;
    term.capture = flags_.thick ? sight.capture : state.layer_capture;
    for (std::size_t phi = 0; phi < e_.phi.size(); ++phi) {
      advance_orientation(phi);
      term.phi_index = phi;
      for (std::size_t domain = 0; domain < e_.mosaic.size(); ++domain) {
        term.mosaic_index = domain;
        add_term(orientations_.at(phi_row_, domain), sight, term, state);
      }
    }
  }

  void add_term(const Orientation& cell, const Sight& sight, Term& term, PixelState& state) {
    term.hkl = settled(
        VectorOf<Real>{dot(cell.a, term.scattering), dot(cell.b, term.scattering), dot(cell.c, term.scattering)});
    const LatticeFactor lattice = lattice_factor(e_.request.shape, e_.semantics.spot_metric_hkl, e_.crystal, term.hkl);
    state.edge_distance = std::min(state.edge_distance, lattice.edge_distance);
    if (e_.request.shape == Shape::gauss || e_.request.shape == Shape::tophat) {
      state.edge_distance = std::min(state.edge_distance, half_integer_distance(value_of(term.hkl)));
    }
    const bool skipped = lattice.value == 0.0 && e_.request.water == 0.0;
    const Amplitude amplitude = skipped ? Amplitude{} : amplitude_at(term, state);
    const Real weight = e_.sources[term.source].weight * (captures_per_term() ? term.capture : Real(1.0));
    if (skipped) {
      state.envelope += weight * skipped_envelope(term, lattice);
    } else {
      add_to(state.sum, weight * amplitude.value * amplitude.value * lattice.value * lattice.value, term);
      add_to(state.envelope, weight * amplitude.bound * amplitude.bound * lattice.envelope, term);
    }
    if (tracing_) record(cell, sight, lattice, amplitude, term, state);
  }

  // A term outside its tophat spot adds nothing, but the envelope is that of the peak.
  Real skipped_envelope(const Term& term, const LatticeFactor& lattice) const {
    const bool between = interpolating_ && can_interpolate(e_.amplitudes, value_of(term.hkl));
    const double f = between ? interpolated(e_.amplitudes, term.hkl).bound : nearest_amplitude(term.hkl).bound;
    Real value = f * f * lattice.envelope;
    if (e_.semantics.running_product) return value;
    if (flags_.thick) value *= term.capture;
    if (flags_.polar) value *= term.polarization;
    if (flags_.omega) value *= term.solid_angle;
    return value;
  }

  // The reference multiplies the whole running sum by each flagged factor, after every term [Q22].
  void add_to(Real& sum, Real value, const Term& term) const {
    Real& scaled = e_.semantics.running_product ? sum : value;
    if (e_.semantics.running_product) sum += value;
    if (flags_.thick) scaled *= term.capture;
    if (flags_.polar) scaled *= term.polarization;
    if (flags_.omega) scaled *= term.solid_angle;
    if (!e_.semantics.running_product) sum += value;
  }

  static int index_at(double h) { return static_cast<int>(nearest_index(h)); }

  Amplitude amplitude_at(const Term& term, PixelState& state) {
    const AmplitudeGrid& grid = e_.amplitudes;
    const Vector hkl = value_of(term.hkl);
    if (interpolating_) {
      const double distance = range_distance(grid, hkl);
      state.edge_distance = std::min(state.edge_distance, distance);
      latch_distance_ = std::min(latch_distance_, distance);
      if (can_interpolate(grid, hkl)) return interpolated(grid, term.hkl);
      if (e_.semantics.interpolation_latch) {
        interpolating_ = false;
        result_.derived.interpolation_off_at = PixelIndex{term.place.slow, term.place.fast};
      }
    }
    if (grid.loaded) state.edge_distance = std::min(state.edge_distance, half_integer_distance(hkl));
    return nearest_amplitude(term.hkl);
  }

  Amplitude nearest_amplitude(const VectorOf<Real>& hkl) const {
    const Vector at = value_of(hkl);
    return nearest<Real>(e_.amplitudes, index_at(at.x), index_at(at.y), index_at(at.z));
  }

  Real finished(const Real& sum, const PixelState& state) const {
    Real value = scale() * sum;
    if (!flags_.thick && e_.semantics.last_layer_capture) value *= state.layer_capture;
    if (!flags_.polar) value *= state.cached_polar;
    if (!flags_.omega) value *= state.cached_omega;
    return value;
  }

  void record(const Orientation& cell, const Sight& sight, const LatticeFactor& lattice, const Amplitude& amplitude,
              const Term& term, const PixelState& state) {
    Evaluation seen;
    record_place(term, seen);
    record_beam(sight, term, seen);
    seen.a_A = value_of(1e10 * cell.a);
    seen.b_A = value_of(1e10 * cell.b);
    seen.c_A = value_of(1e10 * cell.c);
    seen.hkl = value_of(term.hkl);
    seen.h0 = index_at(seen.hkl.x);
    seen.k0 = index_at(seen.hkl.y);
    seen.l0 = index_at(seen.hkl.z);
    seen.lattice_a = value_of(lattice.a);
    seen.lattice_b = value_of(lattice.b);
    seen.lattice_c = value_of(lattice.c);
    seen.lattice = value_of(lattice.value);
    seen.amplitude = value_of(amplitude.value);
    seen.running_sum = value_of(state.sum);
    result_.trace->evaluations.push_back(seen);
  }

  void record_place(const Term& term, Evaluation& seen) const {
    seen.layer = term.place.layer;
    seen.sub_slow = term.place.sub_slow;
    seen.sub_fast = term.place.sub_fast;
    seen.source = static_cast<int>(term.source);
    seen.phi_index = static_cast<int>(term.phi_index);
    seen.mosaic_index = static_cast<int>(term.mosaic_index);
    seen.phi_rad = value_of(e_.phi[term.phi_index]);
    seen.orientation_phi_rad = phi_row_ < e_.phi.size() ? value_of(e_.phi[phi_row_]) : 0.0;
  }

  void record_beam(const Sight& sight, const Term& term, Evaluation& seen) const {
    seen.position_m = value_of(sight.position);
    seen.airpath_m = value_of(sight.airpath);
    seen.diffracted = value_of(sight.diffracted);
    seen.incident = value_of(e_.sources[term.source].incident);
    seen.wavelength_m = value_of(e_.sources[term.source].wavelength);
    seen.scattering_per_m = value_of(term.scattering);
    seen.solid_angle = value_of(term.solid_angle);
    seen.polarization = value_of(term.polarization);
    seen.capture = value_of(term.capture);
  }

  void finish_trace(const PixelState& state, double value) {
    Trace& trace = *result_.trace;
    const bool any = !trace.evaluations.empty();
    trace.sum = value_of(state.sum);
    trace.solid_angle = any ? trace.evaluations.back().solid_angle : value_of(state.cached_omega);
    trace.polarization = any ? trace.evaluations.back().polarization : value_of(state.cached_polar);
    trace.capture = any ? trace.evaluations.back().capture : value_of(state.layer_capture);
    trace.value = value;
  }

  const ExperimentOf<Real>& e_;
  const Flags flags_;
  const OrientationTable<Real> orientations_;
  bool interpolating_;
  const std::optional<PixelIndex> trace_pixel_;
  Result& result_;
  std::vector<Real> image_;
  std::size_t phi_row_ = 0;
  double omega_sum_ = 0.0;
  double latch_distance_ = 1.0;
  bool tracing_ = false;
};

}  // namespace

void render_image(const Experiment& experiment, const std::optional<PixelIndex>& trace_pixel, Result& result) {
  Renderer<double> renderer(experiment, trace_pixel, result);
  renderer.render();
  result.image = renderer.image();
}

std::vector<Dual> render_moving_image(const ExperimentOf<Dual>& experiment) {
  Result unused;
  Renderer<Dual> renderer(experiment, std::nullopt, unused);
  renderer.render();
  return renderer.image();
}

}  // namespace nbt::oracle
