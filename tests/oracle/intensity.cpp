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

Flags effective_flags(const Experiment& e) {
  const bool ignored_polar = e.request.unpolarised && !e.semantics.polar_overrides_nopolar;
  const bool ignored_thick = e.layers.range == 0.0 && !e.semantics.thick_zero_black;
  return {e.request.oversample_thick && !ignored_thick, e.request.oversample_polar && !ignored_polar,
          e.request.oversample_omega};
}

// The rotated cell of every (phi, domain). Row phi.size() is the cell before any spindle rotation.
class OrientationTable {
 public:
  explicit OrientationTable(const Experiment& e) : domains_(e.mosaic.size()) {
    const Orientation base = unrotated(e.crystal);
    for (const double phi : e.phi)
      add(e, phi == 0.0 ? base : rotated_about_spindle(base, e.geometry.spindle_axis, phi));
    add(e, base);
  }
  const Orientation& at(std::size_t phi_row, std::size_t domain) const { return table_[phi_row * domains_ + domain]; }

 private:
  void add(const Experiment& e, const Orientation& orientation) {
    for (const auto& rotation : e.mosaic)
      table_.push_back(e.rotate_domains ? turned(orientation, rotation) : orientation);
  }
  std::size_t domains_;
  std::vector<Orientation> table_;
};

// One sub-pixel of one layer, seen from the sample.
struct Sight {
  Vector position, diffracted;
  double airpath = 0.0, solid_angle = 0.0, capture = 1.0;
};

// What a pixel has gathered so far.
struct PixelState {
  double sum = 0.0, envelope = 0.0;
  double cached_omega = 0.0, cached_polar = 0.0;
  double layer_capture = 0.0;  // first sub-pixel of the present layer
  double capture_sum = 0.0;    // first sub-pixels of all layers
  double water_factors = 0.0;  // sum over layers, sub-pixels and sources of what multiplies the background
  double edge_distance = 1.0;
};

struct Place {
  int slow, fast, layer, sub_slow, sub_fast;
};

double half_integer_distance(const Vector& hkl) {
  const auto one = [](double x) { return 0.5 - std::abs(x - nearest_index(x)); };
  return std::min({one(hkl.x), one(hkl.y), one(hkl.z)});
}

double range_distance(const AmplitudeGrid& g, const Vector& hkl) {
  const auto one = [](double x, int low, int high) { return std::min(std::abs(x - high + 2), std::abs(x - low - 2)); };
  return std::min({one(hkl.x, g.h_min, g.h_max), one(hkl.y, g.k_min, g.k_max), one(hkl.z, g.l_min, g.l_max)});
}

class Renderer {
 public:
  Renderer(const Experiment& experiment, const std::optional<PixelIndex>& trace_pixel, Result& result)
      : e_(experiment),
        flags_(effective_flags(experiment)),
        orientations_(experiment),
        interpolating_(experiment.interpolate),
        trace_pixel_(trace_pixel),
        result_(result) {}

  void render() {
    const auto count = static_cast<std::size_t>(e_.geometry.fast) * static_cast<std::size_t>(e_.geometry.slow);
    result_.image.assign(count, 0.0);
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
                                               ? omega_sum_ / (e_.oversample * e_.oversample * e_.layers.count)
                                               : omega_sum_ / e_.steps;
  }

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
    const double sub = e_.geometry.pixel_size / m;
    const double fast_m = sub * (p.fast * m + p.sub_fast) + sub / 2.0;
    const double slow_m = sub * (p.slow * m + p.sub_slow) + sub / 2.0;
    Sight sight;
    sight.position = pixel_position(e_.geometry, fast_m, slow_m, p.layer * e_.layers.step);
    sight.airpath = length(sight.position);
    sight.diffracted = unit(sight.position);
    sight.solid_angle = solid_angle(e_.geometry, sight.airpath);
    sight.capture = capture(p.layer, sight.diffracted);
    return sight;
  }

  double capture(int layer, const Vector& diffracted) const {
    if (e_.layers.range == 0.0) return e_.request.oversample_thick && e_.semantics.thick_zero_black ? 0.0 : 1.0;
    const double path = e_.layers.step * e_.attenuation / dot(diffracted, e_.geometry.normal_axis);
    return std::exp(-layer * path) - std::exp(-(layer + 1) * path);
  }

  double capture_of_all_layers(int slow, int fast) const {
    double sum = 0.0;
    for (int layer = 0; layer < e_.layers.count; ++layer) sum += look({slow, fast, layer, 0, 0}).capture;
    return sum;
  }

  double scale() const { return r_e_sqr * e_.fluence / e_.steps; }

  // The background before the final scale, which the reference applies to it as well.
  double background() const {
    if (e_.background_sum == 0.0) return 0.0;
    return e_.semantics.water_scaled_twice ? e_.background_sum : e_.background_sum / scale();
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

    for (int layer = 0; layer < e_.layers.count; ++layer) {
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
    result_.image[i] = finished(state.sum, state);
    result_.envelope[i] = finished(state.envelope, state);
    result_.edge_distance[i] = state.edge_distance;
    if (tracing_) finish_trace(state, result_.image[i]);
  }

  // Mean over sub-pixels and sources of the sum over layers; the last layer's capture stands for all of them where it
  // multiplies the whole sum.
  void add_background(PixelState& state) const {
    double count = static_cast<double>(e_.sources.size()) * e_.oversample * e_.oversample;
    if (e_.semantics.last_layer_capture && !flags_.thick) count *= e_.layers.count;
    const double value = background() * state.water_factors / count;
    state.sum += value;
    state.envelope += value;
  }

  double polar_of(const Source& source, const Sight& sight) const {
    return polarization(e_.request.kahn, source.incident, sight.diffracted, e_.geometry.polar_axis);
  }

  void add_sub_pixel(const Place& place, PixelState& state) {
    const Sight sight = look(place);
    if (state.cached_omega == 0.0) state.cached_omega = sight.solid_angle;
    omega_sum_ += flags_.omega ? sight.solid_angle : state.cached_omega;
    for (std::size_t s = 0; s < e_.sources.size(); ++s) {
      const Source& source = e_.sources[s];
      state.water_factors += water_factor(source, sight, state);
      const Vector q = (1.0 / source.wavelength) * (sight.diffracted - source.incident);
      if (is_beyond_cutoff(q, state)) continue;
      if (state.cached_polar == 0.0) state.cached_polar = polar_of(source, sight);
      add_source(place, sight, s, q, state);
    }
  }

  // The resolution limit is the crystal's: water scatters beyond it.
  double water_factor(const Source& source, const Sight& sight, const PixelState& state) const {
    double factor = captures_per_term() ? state.layer_capture : 1.0;
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
    if (e_.phi[phi_index] != 0.0) {
      phi_row_ = phi_index;
    } else if (!e_.semantics.phi_carryover) {
      phi_row_ = e_.phi.size();
    }
  }

  void add_source(const Place& place, const Sight& sight, std::size_t source, const Vector& q, PixelState& state) {
    Evaluation term;
    term.layer = place.layer;
    term.sub_slow = place.sub_slow;
    term.sub_fast = place.sub_fast;
    term.source = static_cast<int>(source);
    term.position_m = sight.position;
    term.airpath_m = sight.airpath;
    term.diffracted = sight.diffracted;
    term.incident = e_.sources[source].incident;
    term.wavelength_m = e_.sources[source].wavelength;
    term.scattering_per_m = q;
    term.solid_angle = flags_.omega ? sight.solid_angle : state.cached_omega;
    term.polarization = flags_.polar ? polar_of(e_.sources[source], sight) : state.cached_polar;
    term.capture = flags_.thick ? sight.capture : state.layer_capture;
    for (std::size_t phi = 0; phi < e_.phi.size(); ++phi) {
      advance_orientation(phi);
      term.phi_index = static_cast<int>(phi);
      for (std::size_t domain = 0; domain < e_.mosaic.size(); ++domain) {
        term.mosaic_index = static_cast<int>(domain);
        add_term(place, orientations_.at(phi_row_, domain), term, state);
      }
    }
  }

  void add_term(const Place& place, const Orientation& cell, Evaluation& term, PixelState& state) {
    term.hkl = {dot(cell.a, term.scattering_per_m), dot(cell.b, term.scattering_per_m),
                dot(cell.c, term.scattering_per_m)};
    const LatticeFactor lattice = lattice_factor(e_.request, e_.semantics, e_.crystal, term.hkl);
    state.edge_distance = std::min(state.edge_distance, lattice.edge_distance);
    if (e_.request.shape == Shape::gauss || e_.request.shape == Shape::tophat) {
      state.edge_distance = std::min(state.edge_distance, half_integer_distance(term.hkl));
    }
    const bool skipped = lattice.value == 0.0 && e_.request.water == 0.0;
    const Amplitude amplitude = skipped ? Amplitude{} : amplitude_at(place, term, state);
    const double weight =
        e_.sources[static_cast<std::size_t>(term.source)].weight * (captures_per_term() ? term.capture : 1.0);
    if (skipped) {
      state.envelope += weight * skipped_envelope(term, lattice);
    } else {
      add_to(state.sum, weight * amplitude.value * amplitude.value * lattice.value * lattice.value, term);
      add_to(state.envelope, weight * amplitude.bound * amplitude.bound * lattice.envelope, term);
    }
    if (tracing_) record(cell, lattice, amplitude.value, term, state);
  }

  // A term outside its tophat spot adds nothing, but the envelope is that of the peak.
  double skipped_envelope(const Evaluation& term, const LatticeFactor& lattice) const {
    const bool between = interpolating_ && can_interpolate(e_.amplitudes, term.hkl);
    const double f = between ? interpolated(e_.amplitudes, term.hkl).bound : nearest_amplitude(term.hkl).bound;
    double value = f * f * lattice.envelope;
    if (e_.semantics.running_product) return value;
    if (flags_.thick) value *= term.capture;
    if (flags_.polar) value *= term.polarization;
    if (flags_.omega) value *= term.solid_angle;
    return value;
  }

  // The reference multiplies the whole running sum by each flagged factor, after every term [Q22].
  void add_to(double& sum, double value, const Evaluation& term) const {
    double& scaled = e_.semantics.running_product ? sum : value;
    if (e_.semantics.running_product) sum += value;
    if (flags_.thick) scaled *= term.capture;
    if (flags_.polar) scaled *= term.polarization;
    if (flags_.omega) scaled *= term.solid_angle;
    if (!e_.semantics.running_product) sum += value;
  }

  static int index_at(double h) { return static_cast<int>(nearest_index(h)); }

  Amplitude amplitude_at(const Place& place, const Evaluation& term, PixelState& state) {
    const AmplitudeGrid& grid = e_.amplitudes;
    if (interpolating_) {
      const double distance = range_distance(grid, term.hkl);
      state.edge_distance = std::min(state.edge_distance, distance);
      latch_distance_ = std::min(latch_distance_, distance);
      if (can_interpolate(grid, term.hkl)) return interpolated(grid, term.hkl);
      if (e_.semantics.interpolation_latch) {
        interpolating_ = false;
        result_.derived.interpolation_off_at = PixelIndex{place.slow, place.fast};
      }
    }
    if (grid.loaded) state.edge_distance = std::min(state.edge_distance, half_integer_distance(term.hkl));
    return nearest_amplitude(term.hkl);
  }

  Amplitude nearest_amplitude(const Vector& hkl) const {
    return nearest(e_.amplitudes, index_at(hkl.x), index_at(hkl.y), index_at(hkl.z));
  }

  double finished(double sum, const PixelState& state) const {
    double value = scale() * sum;
    if (!flags_.thick && e_.semantics.last_layer_capture) value *= state.layer_capture;
    if (!flags_.polar) value *= state.cached_polar;
    if (!flags_.omega) value *= state.cached_omega;
    return value;
  }

  void record(const Orientation& cell, const LatticeFactor& lattice, double amplitude, Evaluation term,
              const PixelState& state) {
    const auto phi = static_cast<std::size_t>(term.phi_index);
    term.phi_rad = e_.phi[phi];
    term.orientation_phi_rad = phi_row_ < e_.phi.size() ? e_.phi[phi_row_] : 0.0;
    term.a_A = 1e10 * cell.a;
    term.b_A = 1e10 * cell.b;
    term.c_A = 1e10 * cell.c;
    term.h0 = index_at(term.hkl.x);
    term.k0 = index_at(term.hkl.y);
    term.l0 = index_at(term.hkl.z);
    term.lattice_a = lattice.a;
    term.lattice_b = lattice.b;
    term.lattice_c = lattice.c;
    term.lattice = lattice.value;
    term.amplitude = amplitude;
    term.running_sum = state.sum;
    result_.trace->evaluations.push_back(term);
  }

  void finish_trace(const PixelState& state, double value) {
    Trace& trace = *result_.trace;
    const bool any = !trace.evaluations.empty();
    trace.sum = state.sum;
    trace.solid_angle = any ? trace.evaluations.back().solid_angle : state.cached_omega;
    trace.polarization = any ? trace.evaluations.back().polarization : state.cached_polar;
    trace.capture = any ? trace.evaluations.back().capture : state.layer_capture;
    trace.value = value;
  }

  const Experiment& e_;
  const Flags flags_;
  const OrientationTable orientations_;
  bool interpolating_;
  const std::optional<PixelIndex> trace_pixel_;
  Result& result_;
  std::size_t phi_row_ = 0;
  double omega_sum_ = 0.0;
  double latch_distance_ = 1.0;
  bool tracing_ = false;
};

}  // namespace

void render_image(const Experiment& experiment, const std::optional<PixelIndex>& trace_pixel, Result& result) {
  Renderer(experiment, trace_pixel, result).render();
}

}  // namespace nbt::oracle
