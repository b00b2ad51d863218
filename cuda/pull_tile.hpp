// The kernel that pulls derivatives by the pixels' values back to what the plan holds (numerics.md 5 and 6): one block
// of threads takes a tile of team_threads pixels of one row, one pixel each.
//
// With v = scale E (I + background B) as in tile_pixel.hpp and u = dL/dv scale E, a sweep (a sub-pixel in a layer, seen
// from one source) adds its terms times a weight w to I, and m = u w is dL/d(sum of terms). Terms are evaluated once,
// some orientations at a time; their slopes r = dx/dh give the sums of r_a a + r_b b + r_c c over lambda, which are,
// times m, the adjoint of the direction d to the pixel.
//
// What follows from the adjoints of directions and factors is done pixel by pixel. Where it goes is the target's:
//
//   gradient_target.hpp   dL/dvalue of a loss; everything is added up over the pixels
//   image_target.hpp      1 for every pixel; what a pixel gets is multiplied by how parameters move the plan
#pragma once

#include "cuda/gradient_sums.hpp"
#include "cuda/pull_pixel.hpp"
#include "model/vector_adjoint.hpp"

namespace nbt::cuda {

template <class T, bool square, Lookup most, class Target>
class PullTile {
 public:
  static constexpr int blocks_at_once = most == Lookup::tricubic ? 2 : 3;  // as in render_tile.hpp

  using Task = typename Target::Task;
  using Shared = typename Target::Shared;
  using Term = SlopeTermOf<T, square, most>;
  using Peel = typename Term::Peel;
  static constexpr int batch = Target::batch;

  NBT_KERNEL_FN PullTile(const FrozenScene& scene, const Task& task, std::int64_t block, Shared& shared)
      : scene_(scene),
        task_(task),
        term_(scene),
        shared_(shared),
        walk_(scene, task.special, task.first_row, task.first_tile + block, pull_tile_pixels),
        target_(scene, task, block, walk_, shared) {}

  NBT_KERNEL_FN void run() {
    if (!start()) return;
    find_cached_factors();
    for (int layer = 0; layer < scene_.panel.layers; ++layer) {
      each_thread([&](int at) { shared_.pixel[at].by_log_capture = 0; });
      for (int sub_slow = 0; sub_slow < scene_.oversample; ++sub_slow) {
        for (int sub_fast = 0; sub_fast < scene_.oversample; ++sub_fast) pull_sub_pixel(layer, sub_slow, sub_fast);
      }
      if (scene_.capture == FactorRule::cached && scene_.oversample > 1) pull_layer_capture(layer);
    }
    finish();
  }

 private:
  using Pixel = PullPixel;

  // ---- The tile

  // False: no pixel has a slope.
  NBT_KERNEL_FN bool start() {
    target_.start();
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      pixel = Pixel();
      const std::int64_t fast = walk_.first_fast() + at;
      pixel.at.active = walk_.is_active(fast);
      pixel.at.lookup = walk_.lookup_of(fast);
      if (!pixel.at.active) return;
      const std::int64_t element = (walk_.slow() - task_.first_row) * scene_.panel.fast_count + fast;
      pixel.slope = target_.slope(element);
      pixel.by_log_value = pixel.slope * task_.values[element];
    });
    return any_thread([&](int at) { return shared_.pixel[at].slope != 0; });
  }

  NBT_KERNEL_FN void place(int layer, int sub_slow, int sub_fast) {
    meet();  // the place before may still be read
    each_thread([&](int thread) {
      if (thread != 0) return;
      // The anchor that the values had.
      const std::int64_t first_fast = walk_.first_fast() / tile_pixels * tile_pixels;
      shared_.place = tile_place(scene_, walk_.slow(), first_fast, layer, sub_slow, sub_fast);
    });
    meet();
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      place_pixel(scene_, shared_.place, static_cast<double>(walk_.first_fast() + at), pixel.at);
      for (int axis = 0; axis < 3; ++axis) {
        pixel.direction[axis] = pixel.at.w[0] * shared_.place.basis[0][axis] +
                                pixel.at.w[1] * shared_.place.basis[1][axis] +
                                pixel.at.w[2] * shared_.place.basis[2][axis];
        pixel.by_direction[axis] = 0;
      }
      // Rotations keep the distance.
      pixel.per_distance = scene_.panel.curved ? 1 / one_lane::ops::Abs(scene_.panel.distance_m) : pixel.at.w[0];
      pixel.by_log_solid_angle = 0;
    });
  }

  // E, and what follows from it. The polarization may be that of any sweep.
  NBT_KERNEL_FN void find_cached_factors() {
    if (scene_.polarization == FactorRule::cached) {
      const bool first_has_it = !scene_.limited && one_lane::ops::Abs(scene_.kahn) < 1;
      find_polarization(first_has_it);
    }
    place(0, 0, 0);
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      double& polarization = pixel.at.first_polarization;
      if (polarization == 0 && scene_.keep_background_beyond_dmin) polarization = pixel.at.sweep_0_polarization;
      double factors = scene_.solid_angle == FactorRule::cached ? pixel.at.solid_angle : 1;
      if (scene_.polarization == FactorRule::cached) factors *= polarization;
      pixel.by_scaled = pixel.slope * factors;
    });
    if (scene_.capture == FactorRule::last_layer) {
      place(scene_.panel.layers - 1, 0, 0);
      each_thread([&](int at) { shared_.pixel[at].by_scaled *= shared_.pixel[at].at.capture; });
    }
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      pixel.by_bracket = scene_.scale * pixel.by_scaled;
      pixel.at.background = 0;
    });
    sweeps_ = 0;
  }

  NBT_KERNEL_FN void find_polarization(bool first_has_it) {
    for (int layer = 0; layer < scene_.panel.layers; ++layer) {
      for (int sub_slow = 0; sub_slow < scene_.oversample; ++sub_slow) {
        for (int sub_fast = 0; sub_fast < scene_.oversample; ++sub_fast) {
          place(layer, sub_slow, sub_fast);
          for (std::int64_t source = 0; source < scene_.source_count; ++source) {
            aim(source);
            if (first_has_it) return;
            ++sweeps_;
          }
        }
      }
    }
  }

  NBT_KERNEL_FN void aim(std::int64_t source) {
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      const bool missing = pixel.at.first_polarization == 0;
      aim_pixel(scene_, shared_.place, scene_.sources[source], sweeps_, pixel.at);
      if (missing && pixel.at.first_polarization != 0) pixel.polarized_in = sweeps_;
    });
  }

  // ---- Positions

  NBT_KERNEL_FN void pull_sub_pixel(int layer, int sub_slow, int sub_fast) {
    place(layer, sub_slow, sub_fast);
    const bool first_of_layer = sub_slow == 0 && sub_fast == 0;
    const bool solid_angle = scene_.solid_angle == FactorRule::cached && layer == 0 && first_of_layer;
    each_thread([&](int at) {
      Pixel& pixel = shared_.pixel[at];
      if (solid_angle) pixel.by_log_solid_angle = pixel.by_log_value;
      if (scene_.capture == FactorRule::every_term) pixel.by_log_capture = 0;
    });
    for (std::int64_t source = 0; source < scene_.source_count; ++source) pull_sweep(source);
    if (scene_.capture == FactorRule::last_layer && layer == scene_.panel.layers - 1 && first_of_layer) {
      pull_capture([&](const Pixel& pixel) { return pixel.by_log_value; });
    }
    const bool cached_here = scene_.capture == FactorRule::cached && scene_.oversample == 1;
    if (scene_.capture == FactorRule::every_term || cached_here) pull_layer_adjoint();
    end_position();
  }

  // The cached one is evaluated at the first sub-pixel, its adjoint complete after the last.
  NBT_KERNEL_FN void pull_layer_capture(int layer) {
    place(layer, 0, 0);
    pull_layer_adjoint();
    end_position();
  }

  NBT_KERNEL_FN void pull_layer_adjoint() {
    pull_capture([&](const Pixel& pixel) { return pixel.by_log_capture; });
  }

  // `adjoint`: of ln C.
  template <class Adjoint>
  NBT_KERNEL_FN void pull_capture(const Adjoint& adjoint) {
    if (scene_.panel.absorption == 0) return;  // nothing is captured, wherever the ray goes
    add_shared<4>(shared_sum::normal, [&](int at, double(&sums)[4]) {
      Pixel& pixel = shared_.pixel[at];
      const double by_log = adjoint(pixel);
      if (by_log == 0) return;
      const double obliquity = dot3(scene_.panel.normal, pixel.direction);
      const double by_log_x =
          by_log * one_lane::CaptureSlope(DoubleLane(), obliquity, shared_.place.layer, scene_.panel.absorption);
      const double by_obliquity = -(by_log_x / obliquity);
      for (int axis = 0; axis < 3; ++axis) {
        pixel.by_direction[axis] += by_obliquity * scene_.panel.normal[axis];
        sums[axis] = by_obliquity * pixel.direction[axis];
      }
      sums[3] = by_log_x / scene_.panel.absorption;
    });
  }

  // From directions and solid angles to positions, and from them to the panel.
  NBT_KERNEL_FN void end_position() {
    if (scene_.panel.curved) {
      pull_curvature();
    } else {
      pull_positions([&](int at) { return by_position(at); });
    }
    add_shared<1>(shared_sum::log_solid_angle,
                  [&](int at, double(&sums)[1]) { sums[0] = shared_.pixel[at].by_log_solid_angle; });
  }

  // dL/dP: d = P/R, and the solid angle has R^-3 or, of point pixels, R^-2.
  NBT_KERNEL_FN Vector3 by_position(int at) const {
    const Pixel& pixel = shared_.pixel[at];
    const Vector3 d = vector_of(pixel.direction), by_d = vector_of(pixel.by_direction);
    const double power = scene_.panel.point_pixel ? 2 : 3;
    return pixel.per_distance * (by_d - (dot(d, by_d) + power * pixel.by_log_solid_angle) * d);
  }

  NBT_KERNEL_FN double along_m(int at) const {
    return (static_cast<double>(walk_.first_fast() + at) - shared_.place.anchor_fast) * scene_.panel.pixel_size_m;
  }

  // Sums of PositionSums.
  template <class ByPosition>
  NBT_KERNEL_FN void pull_positions(const ByPosition& by_position_of) {
    add_shared<12>(shared_sum::position, [&](int at, double(&sums)[12]) {
      if (shared_.pixel[at].slope == 0) return;
      const Vector3 by_P = by_position_of(at);
      const double factor[4] = {1, shared_.place.fast_m + along_m(at), shared_.place.slow_m,
                                static_cast<double>(shared_.place.layer)};
      for (int k = 0; k < 4; ++k) {
        sums[3 * k] = factor[k] * by_P.x;
        sums[3 * k + 1] = factor[k] * by_P.y;
        sums[3 * k + 2] = factor[k] * by_P.z;
      }
    });
  }

  // Adjoints of the two rotations of a curved panel's pixel.
  struct Turned {
    RotationAdjoint first, second;
    double angle1 = 0, angle2 = 0;
  };
  NBT_KERNEL_FN Turned turned(int at) const {
    const DoubleLane d;
    const FrozenPanel& panel = scene_.panel;
    Turned result;
    curved_angles(scene_, shared_.place, along_m(at), result.angle1, result.angle2);
    double sine1, cosine1, sine2, cosine2;
    one_lane::SineCosine(d, result.angle1, sine1, cosine1);
    one_lane::SineCosine(d, result.angle2, sine2, cosine2);
    Vector3 once = vector_of(panel.straight_m);
    one_lane::RotateAbout(d, panel.axis1, result.angle1, once.x, once.y, once.z);
    result.second = rotation_adjoint(once, vector_of(panel.axis2), cosine2, sine2, by_position(at));
    result.first =
        rotation_adjoint(vector_of(panel.straight_m), vector_of(panel.axis1), cosine1, sine1, result.second.v);
    return result;
  }

  NBT_KERNEL_FN void pull_curvature() {
    add_shared<9>(shared_sum::axis1, [&](int at, double(&sums)[9]) {
      if (shared_.pixel[at].slope == 0) return;
      const Turned by = turned(at);
      const Vector3 all[3] = {by.first.axis, by.second.axis, by.first.v};
      for (int k = 0; k < 3; ++k) {
        sums[3 * k] = all[k].x;
        sums[3 * k + 1] = all[k].y;
        sums[3 * k + 2] = all[k].z;
      }
    });
    add_shared<4>(shared_sum::angle1, [&](int at, double(&sums)[4]) {
      if (shared_.pixel[at].slope == 0) return;
      const Turned by = turned(at);
      sums[0] = by.first.angle;
      sums[1] = by.second.angle;
      sums[2] = (shared_.place.fast_m + along_m(at)) * by.first.angle + shared_.place.slow_m * by.second.angle;
      sums[3] = by.first.angle * by.angle1 + by.second.angle * by.angle2;
    });
    // The angles follow the flat position.
    if (!scene_.panel.lab_axes) return;
    pull_positions([&](int at) {
      const Turned by = turned(at);
      return Vector3{0, by.first.angle / scene_.panel.distance_m, by.second.angle / scene_.panel.distance_m};
    });
  }

  // ---- Sweeps

  NBT_KERNEL_FN void pull_sweep(std::int64_t source) {
    aim(source);
    each_thread([&](int at) { begin_sweep(scene_.sources[source], shared_.pixel[at]); });
    const bool polarization = scene_.polarization == FactorRule::cached;
    if (polarization && any_thread([&](int at) { return is_polarized_here(shared_.pixel[at]); })) {
      pull_polarization(source, [&](const Pixel& pixel) { return is_polarized_here(pixel) ? pixel.by_log_value : 0; });
    }
    choose_orientations();
    if (target_.begin_sweep(scene_.sources[source])) {
      for (std::int64_t first = 0; first < scene_.orientation_count; first += batch) {
        const std::int64_t left = scene_.orientation_count - first;
        pull_batch(source, first, static_cast<int>(left < batch ? left : batch));
      }
      target_.end_sweep(source);
      add_sweep(source);
    }
    each_thread([&](int at) { end_sweep(shared_.pixel[at]); });
    if (scene_.polarization == FactorRule::every_term) {
      pull_polarization(source, [&](const Pixel& pixel) { return pixel.contribution; });
    }
    ++sweeps_;
  }

  NBT_KERNEL_FN bool is_polarized_here(const Pixel& pixel) const {
    return pixel.polarized_in == sweeps_ && pixel.by_log_value != 0;
  }

  NBT_KERNEL_FN double layer_capture(const Pixel& pixel) const {
    return scene_.capture == FactorRule::cached ? pixel.at.capture : 1;
  }

  NBT_KERNEL_FN void begin_sweep(const FrozenSource& source, Pixel& pixel) const {
    pixel.weight = pixel.at.kept ? source.weight * scene_.slope_unit * pixel.at.factors * layer_capture(pixel) : 0;
    pixel.terms = pixel.missed = 0;
    for (double& sum : pixel.along) sum = 0;
    for (double& sum : pixel.shape) sum = 0;
  }

  // What the sweep adds to the bracket, and the factors that are evaluated at every sweep or, the capture, in a layer.
  NBT_KERNEL_FN void end_sweep(Pixel& pixel) const {
    const double added = pixel.weight * pixel.terms;
    pixel.at.total += added;
    const double background = background_weight() * pixel.at.factors * layer_capture(pixel);
    pixel.contribution = pixel.by_bracket * (added + background);
    if (scene_.solid_angle == FactorRule::every_term) pixel.by_log_solid_angle += pixel.contribution;
    const bool capture = scene_.capture == FactorRule::every_term || scene_.capture == FactorRule::cached;
    if (capture) pixel.by_log_capture += pixel.contribution;
    for (int axis = 0; axis < 3; ++axis) {
      pixel.by_direction[axis] += pixel.by_bracket * pixel.weight * pixel.along[axis];
    }
  }

  // Of sweeps in the mean that multiplies the background.
  NBT_KERNEL_FN double sweeps_of_background() const {
    const double layers = scene_.capture == FactorRule::last_layer ? scene_.panel.layers : 1;
    return layers * scene_.oversample * scene_.oversample * static_cast<double>(scene_.source_count);
  }
  NBT_KERNEL_FN double background_weight() const { return scene_.background / sweeps_of_background(); }

  // `adjoint`: of ln P.
  template <class Adjoint>
  NBT_KERNEL_FN void pull_polarization(std::int64_t source_index, const Adjoint& adjoint) {
    const FrozenSource& source = scene_.sources[source_index];
    const auto place = [&](int k) { return k < 6 ? source_sum::place(source_index) + k : shared_sum::kahn; };
    target_.template add<7>(place, [&](int at, double(&sums)[7]) {
      const DoubleLane d;
      Pixel& pixel = shared_.pixel[at];
      const double by_log = adjoint(pixel);
      if (by_log == 0) return;
      const double P = polarization_of(scene_, shared_.place, source, pixel.at);
      if (P == 0) return;  // its least value, where it has no slope
      double by_cosine, by_magnetic, by_kahn;
      one_lane::PolarizationSlopes(d, dot3(source.incident, pixel.direction), dot3(source.magnetic, pixel.direction),
                                   scene_.kahn, by_cosine, by_magnetic, by_kahn);
      const double by_P = by_log / P;
      for (int axis = 0; axis < 3; ++axis) {
        pixel.by_direction[axis] += by_P * (by_cosine * source.incident[axis] + by_magnetic * source.magnetic[axis]);
        sums[source_sum::incident + axis] = by_P * by_cosine * pixel.direction[axis];
        sums[source_sum::magnetic + axis] = by_P * by_magnetic * pixel.direction[axis];
      }
      sums[6] = by_P * by_kahn;
    });
  }

  // ---- Terms

  // The first sweep that a thread of the reference executes may have orientations of its own [C-PARITY-001].
  NBT_KERNEL_FN void choose_orientations() {
    orientations_ = scene_.orientations;
    first_sweep_ = false;
    if (walk_.special() == nullptr || !walk_.special()->first_sweep || executed_) return;
    first_sweep_ = any_thread([&](int at) { return shared_.pixel[at].at.active && shared_.pixel[at].at.kept; });
    if (!first_sweep_) return;
    orientations_ = scene_.first_sweep;
    executed_ = true;
  }

  NBT_KERNEL_FN void pull_batch(std::int64_t source, std::int64_t first, int count) {
    fill(scene_.sources[source], first, count);
    meet();
    const int tricubic = walk_.count_before_latch(sweeps_, first, count);
    each_thread([&](int at) { evaluate(at, count, tricubic); });
    meet();
    target_.add_orientations(first, count, first_sweep_);
  }

  NBT_KERNEL_FN void fill(const FrozenSource& source, std::int64_t first, int count) {
    each_thread([&](int thread) {
      for (int k = thread; k < 3 * count; k += team_threads) {
        const Orientation& cell = orientations_[first + k / 3];
        const double(&x)[3] = k % 3 == 0 ? cell.a : k % 3 == 1 ? cell.b : cell.c;
        PullTerm<T>& term = shared_.term[k / 3];
        double along[3];
        for (int c = 0; c < 3; ++c) {
          along[c] = x[c] * source.per_wavelength_m;
          term.per_wavelength[k % 3][c] = static_cast<T>(along[c]);
        }
        term.axis[k % 3] = Peel(scene_.fixed_point)
                               .template coefficients<3>(along, dot3(x, source.incident) * source.per_wavelength_m);
      }
    });
  }

  // The thread's own pixel.
  NBT_KERNEL_FN void evaluate(int at, int count, int tricubic) {
    Pixel& pixel = shared_.pixel[at];
    if (pixel.by_scaled * pixel.weight == 0) {
      for (int o = 0; o < count; ++o) {
        for (int axis = 0; axis < 3; ++axis) shared_.r[o][axis][at] = T(0);
      }
      return;
    }
    T terms = 0, missed = 0, along[3] = {}, shape[most_shape_sums] = {};
#pragma unroll 1
    for (int o = 0; o < count; ++o) {
      SlopeTerm<T> term;
      term_.evaluate(shared_.term[o].axis, pixel.direction, o < tricubic ? pixel.at.lookup : Lookup::nearest, term);
      terms += term.x;
      if (term.amplitude.missed) missed += term.x;
      for (int axis = 0; axis < 3; ++axis) {
        shared_.r[o][axis][at] = term.r[axis];
        for (int c = 0; c < 3; ++c) {
          along[c] = one_lane::ops::MulAdd(term.r[axis], shared_.term[o].per_wavelength[axis][c], along[c]);
        }
      }
      add_shape(term, shape);
      target_.take_term(term, o, pixel);
    }
    pixel.terms += static_cast<double>(terms);
    pixel.missed += static_cast<double>(missed);
    for (int c = 0; c < 3; ++c) pixel.along[c] += static_cast<double>(along[c]);
    for (int k = 0; k < most_shape_sums; ++k) pixel.shape[k] += static_cast<double>(shape[k]);
  }

  NBT_KERNEL_FN void add_shape(const SlopeTerm<T>& term, T (&shape)[most_shape_sums]) const {
    if constexpr (square) {
      for (int k = 0; k < 3; ++k) shape[k] += one_lane::ops::MulAdd(T(2), term.x, term.shape[k]);
    } else if (scene_.crystal.shape == Shape::round) {
      for (int k = 0; k < 3; ++k) shape[k] += term.shape[k];
    } else {
      for (int k = 0; k < most_shape_sums; ++k) shape[k] += term.shape[k];
    }
  }

  // ---- What the target gets

  // give(pixel, sums) from a shared place on.
  template <int count, class Give>
  NBT_KERNEL_FN void add_shared(int place, const Give& give) {
    target_.template add<count>([&](int k) { return place + k; }, give);
  }

  NBT_KERNEL_FN void add_sweep(std::int64_t source_index) {
    const FrozenSource& source = scene_.sources[source_index];
    add_shared<2>(shared_sum::log_terms, [&](int at, double(&sums)[2]) {
      const Pixel& pixel = shared_.pixel[at];
      sums[0] = pixel.by_terms() * pixel.terms;
      sums[1] = pixel.by_terms() * pixel.missed;
    });
    if (task_.shape) {
      add_shared<most_shape_sums>(shared_sum::shape, [&](int at, double(&sums)[most_shape_sums]) {
        const Pixel& pixel = shared_.pixel[at];
        for (int k = 0; k < most_shape_sums; ++k) sums[k] = pixel.by_terms() * pixel.shape[k];
      });
    }
    // h = x.(d - i)/lambda.
    const auto place = [&](int k) {
      return source_sum::place(source_index) + (k < 3 ? source_sum::incident + k : source_sum::wavelength);
    };
    target_.template add<4>(place, [&](int at, double(&sums)[4]) {
      const Pixel& pixel = shared_.pixel[at];
      const double m = pixel.by_terms();
      for (int axis = 0; axis < 3; ++axis) {
        sums[axis] = -m * pixel.along[axis];
        sums[3] -= m * pixel.along[axis] * (pixel.direction[axis] - source.incident[axis]);
      }
      sums[3] *= source.per_wavelength_m;
    });
  }

  NBT_KERNEL_FN void finish() {
    add_shared<2>(shared_sum::scale, [&](int at, double(&sums)[2]) {
      const Pixel& pixel = shared_.pixel[at];
      if (pixel.slope == 0) return;
      const double background = scene_.background != 0 ? pixel.at.background / sweeps_of_background() : 0;
      const double bracket = pixel.at.total + scene_.background * background;
      sums[0] = pixel.by_scaled * bracket;
      sums[1] = pixel.by_bracket * background;
    });
  }

  const FrozenScene& scene_;
  const Task& task_;
  const Term term_;
  Shared& shared_;
  const TileWalk walk_;
  Target target_;
  const Orientation* orientations_ = nullptr;
  bool first_sweep_ = false;  // they are those of the first sweep
  bool executed_ = false;     // of the special pixel: some sweep was not cut off by dmin
  std::int64_t sweeps_ = 0;   // layers, sub-pixels and sources so far
};

}  // namespace nbt::cuda
