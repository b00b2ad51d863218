// One evaluation: F_cell^2 F_latt^2 of one orientation at one place, in the units of table and crystal.
#pragma once

#include "cuda/amplitude.hpp"
#include "cuda/peel.hpp"

namespace nbt::cuda {

// Coefficients of the Miller indices of one orientation. Read by all threads at once, two numbers at a time.
template <class Peel, int products>
struct alignas(16) OrientationCoefficients {
  typename Peel::template Coefficients<products> axis[3];
};

// (F_latt/peak)^2 of the shapes that depend on one radius, from the distances.
template <class T, Shape shape>
NBT_KERNEL_FN double shape_radius(const CrystalConstants& crystal, double a, double b, double c) {
  const DoubleLane d;
  if constexpr (shape == Shape::round) {
    return one_lane::SphereRadiusSquared(d, a, b, c, crystal.sphere_cells);
  } else {
    return one_lane::SpotRadius(d, a, b, c, crystal.spot_metric);
  }
}

template <class T, Shape shape>
NBT_KERNEL_FN T radial_lattice_squared(double radius) {
  if constexpr (shape == Shape::gauss) {
    // Split in double: a float's rounding would be an error of 4e-6 in the tails (numerics.md 3).
    const double whole = one_lane::ops::Round(radius);
    return one_lane::GaussSquared(Lane<T>(), static_cast<T>(whole), static_cast<T>(radius - whole));
  } else if constexpr (shape == Shape::round) {
    const double F = one_lane::RoundLattice(DoubleLane(), radius);
    return static_cast<T>(F * F);
  } else {
    return radius < one_lane::tophat_limit ? T(1) : T(0);
  }
}

// `most`: the lookup that no term goes beyond.
template <class Peel, Shape shape, Lookup most, int products>
class TermOf {
 public:
  using T = typename Peel::Number;
  using Coordinate = typename Peel::Coordinate;
  using Coefficients = OrientationCoefficients<Peel, products>;

  NBT_KERNEL_FN explicit TermOf(const FrozenScene& scene) : scene_(scene), peel_(scene.fixed_point) {}

  NBT_KERNEL_FN const Peel& peel() const { return peel_; }

  // sum + x. `careful`: the square shape's 0/0 at whole indices is replaced by its limit.
  template <bool careful>
  NBT_KERNEL_FN T add(const Coefficients& c, const Coordinate (&w)[3], Lookup lookup, T sum) const {
    int h, k, l;
    if constexpr (shape == Shape::square) {
      T F = square<careful>(c, w, h, k, l);
      if constexpr (most != Lookup::constant) F *= amplitude(c, w, lookup, h, k, l);
      return one_lane::ops::MulAdd(F, F, sum);
    } else {
      const T lattice = radial(c, w, h, k, l);
      if constexpr (most == Lookup::constant) return sum + lattice;
      const T F = amplitude(c, w, lookup, h, k, l);
      return one_lane::ops::MulAdd(lattice, F * F, sum);
    }
  }

  // False where F_latt is exactly 0 in the reference.
  NBT_KERNEL_FN bool counts(const Coefficients& c, const Coordinate (&w)[3]) const {
    if constexpr (shape == Shape::square || shape == Shape::round) {
      return true;
    } else {
      int h, k, l;
      // F_latt of gauss = N_t 2^(-r/2) is 0 when it is below half the smallest double.
      return radius(c, w, h, k, l) < (shape == Shape::gauss ? 2 * 1075.0 : one_lane::tophat_limit);
    }
  }

 private:
  NBT_KERNEL_FN T amplitude(const Coefficients& c, const Coordinate (&w)[3], Lookup lookup, int h, int k, int l) const {
    if constexpr (most == Lookup::tricubic) {
      if (lookup == Lookup::tricubic) {
        return tricubic_amplitude<T>(scene_.table, peel_.template index<products>(c.axis[0], w),
                                     peel_.template index<products>(c.axis[1], w),
                                     peel_.template index<products>(c.axis[2], w));
      }
    }
    return nearest_amplitude<T>(scene_.table, h - peel_.bias(), k - peel_.bias(), l - peel_.bias());
  }

  // F_latt up to its sign.
  template <bool careful>
  NBT_KERNEL_FN T square(const Coefficients& c, const Coordinate (&w)[3], int& h, int& k, int& l) const {
    const Lane<T> d;
    const double(&cells)[3] = scene_.crystal.cells;
    const auto a = peel_.template split<products>(c.axis[0], w, cells[0]);
    const auto b = peel_.template split<products>(c.axis[1], w, cells[1]);
    const auto e = peel_.template split<products>(c.axis[2], w, cells[2]);
    h = a.nearest;
    k = b.nearest;
    l = e.nearest;
    if constexpr (careful) {
      T delta[3] = {Peel::fraction(a.delta), Peel::fraction(b.delta), Peel::fraction(e.delta)};
      T t[3] = {Peel::fraction(a.t), Peel::fraction(b.t), Peel::fraction(e.t)};
      for (int i = 0; i < 3; ++i) one_lane::AvoidZeroOverZero(d, static_cast<T>(cells[i]), delta[i], t[i]);
      return one_lane::SquareLattice(d, delta[0], delta[1], delta[2], t[0], t[1], t[2]);
    } else {
      const T above = sine(a.t) * sine(b.t) * sine(e.t);
      const T below = sine(a.delta) * sine(b.delta) * sine(e.delta);
      return one_lane::SineRatio(d, above, below);
    }
  }

  static NBT_KERNEL_FN T sine(typename Peel::Word word) { return one_lane::RelativeSine(Lane<T>(), Peel::bend(word)); }

  NBT_KERNEL_FN double radius(const Coefficients& c, const Coordinate (&w)[3], int& h, int& k, int& l) const {
    const double a = Peel::template distance<products>(c.axis[0], w, h);
    const double b = Peel::template distance<products>(c.axis[1], w, k);
    const double e = Peel::template distance<products>(c.axis[2], w, l);
    return shape_radius<T, shape>(scene_.crystal, a, b, e);
  }

  NBT_KERNEL_FN T radial(const Coefficients& c, const Coordinate (&w)[3], int& h, int& k, int& l) const {
    if constexpr (shape == Shape::square) {
      return T(0);
    } else {
      return radial_lattice_squared<T, shape>(radius(c, w, h, k, l));
    }
  }

  const FrozenScene& scene_;
  const Peel peel_;
};

}  // namespace nbt::cuda
