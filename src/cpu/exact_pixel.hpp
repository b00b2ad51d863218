// One pixel in the reference's order of operations (physics.md 9), for images and for traces.
//
// The observer sees every intermediate: observe.sub_pixel(...), observe.evaluation(...), observe.result(...).
#pragma once

#include <cmath>

#include "cpu/exact_formulas.hpp"
#include "cpu/stop_signal.hpp"
#include "device/span.hpp"
#include "model/constants.hpp"
#include "plan/evaluation_point.hpp"

namespace nbt::exact {

// A sub-pixel in a layer, and the factors in force there: evaluated here, or still those that were cached.
struct Place {
  SubPixel at;
  Vector3 position_m;
  double distance_m = 0;
  Vector3 diffracted;
  double solid_angle = 0;
  double obliquity = 0;
  double capture = 1;
};

// A source seen from there.
struct Ray {
  std::size_t source = 0;
  Vector3 incident;
  double wavelength_m = 0;
  Vector3 scattering_per_m;
  double polarization = 1;
};

struct Evaluation {
  std::int64_t orientation = 0;  // phi * domains + domain
  bool first_sweep = false;      // Plan::first_sweep was used
  const Orientation* cell = nullptr;
  Indices at;
  LatticeFactor lattice;
  bool skipped = false;  // F_latt is exactly 0 and there is no water: F_cell is not looked up
  double F_cell = 0;
  double sum = 0;  // I after the term
};

struct Result {
  double sum = 0;
  double solid_angle = 0;
  double polarization = 0;
  double capture = 1;
  double value = 0;
};

struct NoObserver {
  void sub_pixel(const Place&) {}
  void evaluation(const Place&, const Ray&, const Evaluation&) {}
  void result(const Result&) {}
};

template <class Observer>
class Pixel {
 public:
  // `span` holds the pixel's rules; it is one pixel long or has none.
  Pixel(const Plan& plan, const Span& span, std::int64_t fast, const StopSignal& stop, Observer& observe)
      : plan_(plan),
        scene_(plan.scene),
        panel_(plan.scene.panels[static_cast<std::size_t>(span.panel)]),
        set_(plan.scene.structure_factor_sets.front().get()),
        span_(span),
        fast_(fast),
        stop_(stop),
        observe_(observe) {}

  // False: stopped before the end.
  bool run() {
    start();
    place_.at = {span_.slow, fast_, 0, 0, 0};
    SubPixel& at = place_.at;
    for (at.layer = 0; at.layer < panel_.layers; ++at.layer) {
      place_.capture = plan_.capture == FactorRule::off ? 1 : 0;
      for (at.sub_slow = 0; at.sub_slow < scene_.oversample; ++at.sub_slow) {
        for (at.sub_fast = 0; at.sub_fast < scene_.oversample; ++at.sub_fast) {
          if (!sub_pixel()) return false;
        }
      }
    }
    finish();
    return true;
  }

  double value() const { return result_.value; }

 private:
  void start() {
    ray_.polarization = plan_.polarization == FactorRule::off ? 1 : 0;
    if (!plan_.running_product) return;
    sum_ = plan_.background;
    if (plan_.capture == FactorRule::cached) sum_ *= sum_of_captures();
  }

  double sum_of_captures() const {
    double sum = 0;
    for (int layer = 0; layer < panel_.layers; ++layer) {
      const SubPixel first = {span_.slow, fast_, layer, 0, 0};
      const Vector3 position = position_m(panel_, scene_.beam_direction, scene_.oversample, first);
      sum += capture_fraction(panel_, layer, dot(unit(position), panel_.normal));
    }
    return sum;
  }

  bool sub_pixel() {
    place_.position_m = position_m(panel_, scene_.beam_direction, scene_.oversample, place_.at);
    place_.distance_m = length(place_.position_m);
    place_.diffracted = unit(place_.position_m);
    if (place_.solid_angle == 0 || plan_.solid_angle == FactorRule::every_term) {
      place_.solid_angle = solid_angle(panel_, place_.distance_m);
    }
    if (place_.capture == 0 || plan_.capture == FactorRule::every_term) {
      place_.obliquity = dot(place_.diffracted, panel_.normal);
      place_.capture = capture_fraction(panel_, place_.at.layer, place_.obliquity);
    }
    observe_.sub_pixel(place_);
    for (ray_.source = 0; ray_.source < plan_.sources.size(); ++ray_.source, ++sweep_) {
      if (stop_.requested()) return false;
      source(plan_.sources[ray_.source]);
    }
    return true;
  }

  void source(const PlannedSource& source) {
    ray_.incident = {source.incident[0], source.incident[1], source.incident[2]};
    ray_.wavelength_m = source.wavelength_m;
    const Vector3 difference = place_.diffracted - ray_.incident;
    ray_.scattering_per_m = {difference.x / source.wavelength_m, difference.y / source.wavelength_m,
                             difference.z / source.wavelength_m};
    const bool culled = beyond_dmin(ray_.scattering_per_m, scene_.dmin_m);
    set_polarization(culled);
    factor_ = every_term_factors();
    if (!plan_.running_product && plan_.background != 0) add_background();
    if (!culled) sweep(source.weight);
  }

  // A culled source has no part in the cached value. The background needs the factor of every source.
  void set_polarization(bool culled) {
    const bool every_term = plan_.polarization == FactorRule::every_term;
    const bool wanted = every_term ? !culled || !plan_.running_product : !culled && ray_.polarization == 0;
    if (sweep_ == 0 && plan_.keep_background_beyond_dmin) sweep_0_polarization_ = kahn();
    if (wanted) ray_.polarization = kahn();
  }

  double kahn() {
    return polarization(scene_.polarization_factor, ray_.incident, place_.diffracted, scene_.polarization_axis);
  }

  struct Factors {
    double capture = 1, polarization = 1, solid_angle = 1;
  };

  Factors every_term_factors() const {
    Factors f;
    if (plan_.capture == FactorRule::every_term) f.capture = place_.capture;
    if (plan_.capture_is_zero) f.capture = 0;
    if (plan_.polarization == FactorRule::every_term) f.polarization = ray_.polarization;
    if (plan_.solid_angle == FactorRule::every_term) f.solid_angle = place_.solid_angle;
    return f;
  }

  double times_factors(double x) const { return x * factor_.capture * factor_.polarization * factor_.solid_angle; }

  void add_background() { background_ += times_factors(plan_.capture == FactorRule::cached ? place_.capture : 1.0); }

  void sweep(double weight) {
    if (plan_.capture == FactorRule::cached) weight *= place_.capture;
    Evaluation evaluation;
    evaluation.first_sweep = span_.first_sweep && !executed_;
    const std::vector<Orientation>& table = evaluation.first_sweep ? plan_.first_sweep : plan_.orientations;
    executed_ = true;
    for (const Orientation& cell : table) {
      evaluation.cell = &cell;
      evaluation.orientation = &cell - table.data();
      evaluate(evaluation, weight);
      observe_.evaluation(place_, ray_, evaluation);
    }
  }

  void evaluate(Evaluation& e, double weight) {
    e.at = indices(e.cell->a, e.cell->b, e.cell->c, ray_.scattering_per_m);
    e.lattice = lattice_factor(scene_.crystal, e.at);
    const double F_latt = e.lattice.product;
    e.skipped = F_latt == 0 && scene_.water_m == 0;
    e.F_cell = e.skipped ? 0 : structure_factor(e);
    if (!e.skipped) {
      const double x = e.F_cell * e.F_cell * F_latt * F_latt * weight;
      sum_ = plan_.running_product ? times_factors(sum_ + x) : sum_ + times_factors(x);
    }
    e.sum = sum_;
  }

  double structure_factor(const Evaluation& e) const {
    if (span_.lookup == Lookup::tricubic && !latched(e) && may_interpolate(*set_, e.at)) return tricubic(*set_, e.at);
    return nearest(set_, scene_.default_F, e.at);
  }

  bool latched(const Evaluation& e) const {
    if (span_.latch == nullptr || sweep_ < span_.latch->sweep) return false;
    return sweep_ > span_.latch->sweep || e.orientation >= span_.latch->orientation;
  }

  double mean_background() const {
    if (plan_.running_product || plan_.background == 0) return 0;
    const double layers = plan_.capture == FactorRule::last_layer ? 1 : panel_.layers;
    return plan_.background * background_ / (static_cast<double>(sweep_) / layers);
  }

  void finish() {
    if (plan_.polarization == FactorRule::cached && ray_.polarization == 0 && plan_.keep_background_beyond_dmin) {
      ray_.polarization = sweep_0_polarization_;
    }
    sum_ += mean_background();
    double v = thomson_radius_squared_m2 * scene_.fluence_per_m2 * sum_ / static_cast<double>(plan_.steps);
    if (plan_.capture == FactorRule::last_layer) v *= place_.capture;
    if (plan_.polarization == FactorRule::cached) v *= ray_.polarization;
    if (plan_.solid_angle == FactorRule::cached) v *= place_.solid_angle;
    result_ = {sum_, place_.solid_angle, ray_.polarization, place_.capture, v};
    observe_.result(result_);
  }

  const Plan& plan_;
  const Scene& scene_;
  const Panel& panel_;
  const StructureFactors* set_;
  const Span& span_;
  const std::int64_t fast_;
  const StopSignal& stop_;
  Observer& observe_;

  Place place_;
  Ray ray_;
  Factors factor_;
  std::int64_t sweep_ = 0;
  bool executed_ = false;
  double sum_ = 0;
  double background_ = 0;
  double sweep_0_polarization_ = 0;
  Result result_;
};

}  // namespace nbt::exact
