// One evaluation with its derivatives: x = F_cell^2 F_latt^2 of one orientation at one place, r = dx/dh by the three
// Miller indices, and what derivatives by the shape of the spot and by structure factors take. What
// src/cpu/slopes-inl.h and square_slopes-inl.h compute for vectors; in units of CrystalConstants::volume.
#pragma once

#include "cuda/amplitude.hpp"
#include "cuda/peel.hpp"
#include "cuda/term.hpp"
#include "physics/cubic_weights.hpp"

namespace nbt::cuda {

inline constexpr int most_shape_sums = 6;

// F_cell and its derivatives, over FrozenTable::unit.
template <class T>
struct AmplitudeAt {
  T F = 1;
  T slope[3] = {};      // by h, k, l
  int entry = -1;       // of the table, by the nearest rule
  int lowest = -1;      // of the 64 nodes around the index; -1: not interpolated
  bool missed = false;  // default_F
};

template <class T>
struct SlopeTerm {
  T x;
  T r[3];
  T shape[most_shape_sums] = {};  // added up they are the sums of src/cpu/slope_kernels.hpp, but for 2 x of square
  AmplitudeAt<T> amplitude;
};

// The derivatives go through the table's cubic alone: by the nearest rule F does not depend on the indices.
template <class T>
NBT_KERNEL_CALL AmplitudeAt<T> interpolated_amplitude(const FrozenTable& table, const double (&index)[3],
                                                      const double (&nearest)[3]) {
  const DoubleLane d;
  AmplitudeAt<T> at;
  at.lowest = static_cast<int>(one_lane::TricubicFlatIndex(d, table.box, index[0], index[1], index[2]));
  if (at.lowest < 0) {
    at.entry = static_cast<int>(one_lane::NearestFlatIndex(d, table.box, nearest[0], nearest[1], nearest[2]));
    at.missed = at.entry < 0;
    at.F = at.missed ? static_cast<T>(table.default_F) : element<T>(table, at.entry);
    return at;
  }
  double weight[3][4], derivative[3][4];
  for (int axis = 0; axis < 3; ++axis) {
    const double x = index[axis] - one_lane::ops::Floor(index[axis]);
    cubic_weights(x, weight[axis]);
    cubic_weight_slopes(x, derivative[axis]);
  }
  double value = 0, by[3] = {};
  for (int h = 0; h < 4; ++h) {
    for (int k = 0; k < 4; ++k) {
      const double* nodes = table.in_double + at.lowest + h * table.box.plane_stride + k * table.box.row_stride;
      double along = 0, along_slope = 0;
      for (int l = 0; l < 4; ++l) {
        along += weight[2][l] * nodes[l];
        along_slope += derivative[2][l] * nodes[l];
      }
      value += weight[0][h] * weight[1][k] * along;
      by[0] += derivative[0][h] * weight[1][k] * along;
      by[1] += weight[0][h] * derivative[1][k] * along;
      by[2] += weight[0][h] * weight[1][k] * along_slope;
    }
  }
  at.F = static_cast<T>(value / table.unit);
  for (int axis = 0; axis < 3; ++axis) at.slope[axis] = static_cast<T>(by[axis] / table.unit);
  return at;
}

// `square`: that shape, else one of those that depend on a radius. `most`: nearest or tricubic, which no term goes
// beyond.
template <class T, bool square, Lookup most>
class SlopeTermOf {
 public:
  using Peel = DoublePeel<T>;
  using Axis = typename Peel::template Coefficients<3>;

  NBT_KERNEL_FN explicit SlopeTermOf(const FrozenScene& scene) : scene_(scene) {}

  // Indices of the direction d are along.d - offset.
  NBT_KERNEL_FN void evaluate(const Axis (&axis)[3], const double (&direction)[3], Lookup lookup,
                              SlopeTerm<T>& term) const {
    const DoubleLane d;
    double index[3], nearest[3], delta[3];
    for (int i = 0; i < 3; ++i) {
      index[i] = Peel::template index<3>(axis[i], direction);
      nearest[i] = one_lane::NearestIndex(d, index[i]);
      delta[i] = index[i] - nearest[i];
    }
    term.amplitude = amplitude(index, nearest, lookup);
    if constexpr (square) {
      square_term(delta, term);
    } else {
      radial_term(delta, term);
    }
  }

 private:
  NBT_KERNEL_FN AmplitudeAt<T> amplitude(const double (&index)[3], const double (&nearest)[3], Lookup lookup) const {
    if constexpr (most == Lookup::tricubic) {
      if (lookup == Lookup::tricubic) return interpolated_amplitude<T>(scene_.table, index, nearest);
    }
    AmplitudeAt<T> at;
    if (lookup == Lookup::constant) return at;
    at.entry = nearest_entry(scene_.table, Peel::whole(nearest[0]), Peel::whole(nearest[1]), Peel::whole(nearest[2]));
    at.missed = at.entry < 0;
    at.F = at.missed ? static_cast<T>(scene_.table.default_F) : element<T>(scene_.table, at.entry);
    return at;
  }

  NBT_KERNEL_FN void square_term(const double (&distance)[3], SlopeTerm<T>& term) const {
    T delta[3], t[3];
    for (int i = 0; i < 3; ++i) {
      delta[i] = static_cast<T>(distance[i]);
      t[i] = static_cast<T>(one_lane::GratingPhase(DoubleLane(), distance[i], scene_.crystal.cells[i]));
    }
    gratings(delta, t, term);
    const T sum = (term.x + term.r[0]) + (term.r[1] + term.r[2]);
    if (!(sum - sum == T(0))) {  // a whole index
      for (int i = 0; i < 3; ++i) {
        one_lane::AvoidZeroOverZero(Lane<T>(), static_cast<T>(scene_.crystal.cells[i]), delta[i], t[i]);
      }
      gratings(delta, t, term);
    }
    if constexpr (most == Lookup::tricubic) {
      const T F = term.amplitude.F;
      add_amplitude_slopes(F == T(0) ? T(0) : (term.x + term.x) / F, term);
    }
  }

  // With F as it is.
  NBT_KERNEL_FN void gratings(const T (&delta)[3], const T (&t)[3], SlopeTerm<T>& term) const {
    const Lane<T> d;
    T above[3], below[3], turned[3], numerator[3], inverse[3], factor[3];
    for (int i = 0; i < 3; ++i) {
      one_lane::GratingParts(d, delta[i], t[i], static_cast<T>(scene_.crystal.cells[i]), above[i], below[i], turned[i],
                             numerator[i]);
    }
    const T all = one_lane::ops::Reciprocal(d, below[0] * below[1] * below[2]);
    one_lane::SplitInverse(all, below[0], below[1], below[2], inverse[0], inverse[1], inverse[2]);
    const T per_below = all * static_cast<T>(1 / scene_.crystal.volume) * term.amplitude.F;
    const T ratio = above[0] * above[1] * above[2] * per_below;
    const T twice = (ratio + ratio) * per_below;
    factor[0] = twice * above[2] * above[1];
    factor[1] = twice * above[2] * above[0];
    factor[2] = twice * above[0] * above[1];
    term.x = ratio * ratio;
    for (int i = 0; i < 3; ++i) {
      term.r[i] = one_lane::SquareSlope(factor[i], inverse[i], numerator[i]);
      term.shape[i] = one_lane::AddSquareByCells(T(0), factor[i], turned[i]);
    }
  }

  // r = F^2 dG^2 + 2 F dF G^2; `twice` is 2 F G^2.
  NBT_KERNEL_FN void add_amplitude_slopes(T twice, SlopeTerm<T>& term) const {
    for (int i = 0; i < 3; ++i) term.r[i] = one_lane::ops::MulAdd(twice, term.amplitude.slope[i], term.r[i]);
  }

  NBT_KERNEL_FN void radial_term(const double (&distance)[3], SlopeTerm<T>& term) const {
    const CrystalConstants& crystal = scene_.crystal;
    const T delta[3] = {static_cast<T>(distance[0]), static_cast<T>(distance[1]), static_cast<T>(distance[2])};
    for (int i = 0; i < 3; ++i) term.r[i] = 0;
    T slope = 0;  // of G^2 by the radius
    if (crystal.shape == Shape::round) {
      const double radius = shape_radius<T, Shape::round>(crystal, distance[0], distance[1], distance[2]);
      double by_radius;
      term.x = static_cast<T>(one_lane::RoundSquareSlope(DoubleLane(), radius, by_radius));
      slope = static_cast<T>(by_radius);
      for (int i = 0; i < 3; ++i) {
        const auto cells2 = static_cast<T>(crystal.sphere_cells[i] * crystal.sphere_cells[i]);
        term.r[i] = (slope + slope) * cells2 * delta[i];
      }
    } else if (crystal.shape == Shape::gauss) {
      const double radius = shape_radius<T, Shape::gauss>(crystal, distance[0], distance[1], distance[2]);
      term.x = radial_lattice_squared<T, Shape::gauss>(radius);
      slope = term.x * static_cast<T>(-0.69314718055994531);  // of 2^-radius
      one_lane::SpotRadiusSlopes(Lane<T>(), delta[0], delta[1], delta[2], crystal.spot_metric, term.r[0], term.r[1],
                                 term.r[2]);
      for (int i = 0; i < 3; ++i) term.r[i] *= slope;
    } else {
      const double radius = shape_radius<T, Shape::tophat>(crystal, distance[0], distance[1], distance[2]);
      term.x = radial_lattice_squared<T, Shape::tophat>(radius);
    }
    times_amplitude(slope, delta, term);
  }

  NBT_KERNEL_FN void times_amplitude(T slope, const T (&delta)[3], SlopeTerm<T>& term) const {
    const T F = term.amplitude.F, F2 = F * F;
    for (int i = 0; i < 3; ++i) term.r[i] *= F2;
    if constexpr (most == Lookup::tricubic) add_amplitude_slopes((F + F) * term.x, term);
    term.x *= F2;
    const T a = slope * F2 * delta[0], b = slope * F2 * delta[1], c = slope * F2 * delta[2];
    if (scene_.crystal.shape == Shape::round) {
      term.shape[0] = a * delta[0];
      term.shape[1] = b * delta[1];
      term.shape[2] = c * delta[2];
    } else {
      term.shape[0] = a * delta[0];
      term.shape[1] = a * delta[1];
      term.shape[2] = a * delta[2];
      term.shape[3] = b * delta[1];
      term.shape[4] = b * delta[2];
      term.shape[5] = c * delta[2];
    }
  }

  const FrozenScene& scene_;
};

}  // namespace nbt::cuda
