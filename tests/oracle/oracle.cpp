#include "oracle.hpp"

#include "experiment.hpp"
#include "intensity.hpp"

namespace nbt::oracle {
namespace {

const char* name_of(Convention convention) {
  static constexpr const char* names[] = {"adxv", "mosflm", "denzo", "xds", "dials", "custom"};
  return names[static_cast<int>(convention)];
}

void describe_geometry(const Geometry& g, Derived& d) {
  d.pixel_size_m = g.pixel_size;
  d.convention = name_of(g.convention);
  d.pivot = g.pivot == Pivot::beam ? "beam" : "sample";
  d.fast_axis = g.fast_axis;
  d.slow_axis = g.slow_axis;
  d.normal_axis = g.normal_axis;
  d.origin_m = g.origin;
  d.beam_axis = g.beam_axis;
  d.polarization_axis = g.polar_axis;
  d.spindle_axis = g.spindle_axis;
  d.twotheta_axis = g.twotheta_axis;
  d.distance_m = g.distance;
  d.close_distance_m = g.close_distance;
  d.fast_beam_m = g.fast_beam;
  d.slow_beam_m = g.slow_beam;
  d.fast_close_m = g.fast_close;
  d.slow_close_m = g.slow_close;
  d.x_beam_m = g.x_beam;
  d.y_beam_m = g.y_beam;
  d.dials_origin_mm = {1000.0 * g.origin.z, 1000.0 * g.origin.y, -1000.0 * g.origin.x};
}

void describe_crystal(const Crystal& c, Derived& d) {
  d.a_A = c.a;
  d.b_A = c.b;
  d.c_A = c.c;
  d.a_star = c.a_star;
  d.b_star = c.b_star;
  d.c_star = c.c_star;
  d.cells_a = static_cast<int>(c.cells.x);
  d.cells_b = static_cast<int>(c.cells.y);
  d.cells_c = static_cast<int>(c.cells.z);
  d.misset_rad = c.misset;
}

void describe_sampling(const Experiment& e, Derived& d) {
  d.wavelength_m = e.wavelength;
  d.fluence_per_m2 = e.fluence;
  d.phi_rad = e.phi;
  d.oversample = e.oversample;
  d.layers = e.layer_count;
  d.layer_step_m = e.layer_step;
  d.attenuation_per_m = e.attenuation;
  d.mosaic_spread_rad = e.mosaic_spread;
  d.mosaic_matrices = e.mosaic;
  for (const auto& source : e.sources) {
    d.source_directions.push_back(source.direction);
    d.source_wavelengths_m.push_back(source.wavelength);
    d.source_weights.push_back(source.weight);
  }
  d.steps = e.steps;
  d.interpolation_at_start = e.interpolate;
  d.background_sum = e.background_sum;
  d.roi_fast_min = e.region.fast_min;
  d.roi_fast_max = e.region.fast_max;
  d.roi_slow_min = e.region.slow_min;
  d.roi_slow_max = e.region.slow_max;
}

}  // namespace

Result render(const std::vector<std::string>& arguments, const Options& options) {
  const Experiment experiment = resolve_experiment(arguments, options);
  Result result;
  result.fast = experiment.geometry.fast;
  result.slow = experiment.geometry.slow;
  describe_geometry(experiment.geometry, result.derived);
  describe_crystal(experiment.crystal, result.derived);
  describe_sampling(experiment, result.derived);
  render_image(experiment, options.trace_pixel, result);
  return result;
}

}  // namespace nbt::oracle
