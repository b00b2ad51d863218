#include "lattice.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nbt::oracle {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double tophat_limit = 0.3969;

double sign_of_parity(double whole) {
  return std::fmod(whole, 2.0) == 0.0 ? 1.0 : -1.0;
}

double parity(double h0, double cells) {
  return sign_of_parity((cells - 1) * h0);
}

struct Slopes {
  double along_delta, along_cells;
};

// Of sin(pi N delta) / sin(pi delta), numerics.md 5. Beside the peak the direct form of the first loses digits as
// 3 epsilon / (N x)^2: in long double 2e-16 where the series, true to 2e-14 there, takes over.
Slopes grating_slopes(double delta, double cells) {
  constexpr long double long_pi = std::numbers::pi_v<long double>;
  const long double n = cells, x = long_pi * delta, n2 = n * n, x2 = x * x;
  if (std::abs(n * x) < 0.03L) {
    const long double along_x =
        -n * (n2 - 1) / 3 * x * (1 - (3 * n2 - 7) * x2 / 30 + (3 * n2 * n2 - 18 * n2 + 31) * x2 * x2 / 840);
    const long double along_cells = x == 0 ? 1.0L : x * std::cos(n * x) / std::sin(x);
    return {static_cast<double>(long_pi * along_x), static_cast<double>(along_cells)};
  }
  const long double s = std::sin(x), cos_nx = std::cos(n * x), g = std::sin(n * x) / s;
  return {static_cast<double>(long_pi * (n * cos_nx - g * std::cos(x)) / s), static_cast<double>(x * cos_nx / s)};
}

double grating_envelope(double h, double cells) {
  if (cells <= 1) return 1.0;
  const double s = std::sin(pi * (h - nearest_index(h)));
  const double square = cells * cells;
  return s == 0.0 ? square : std::min(square, 1.0 / (s * s));
}

// 3 (sin u - u cos u) / u^3 for u = pi sqrt(square). The direct form loses digits as 3 epsilon / u^2.
double sphere_transform(double square) {
  const double u = pi * std::sqrt(square);
  const double x = u * u;
  if (u < 0.3) return 1.0 - x / 10 + x * x / 280 - x * x * x / 15120 + x * x * x * x / 1330560;
  return 3.0 * (std::sin(u) / u - std::cos(u)) / x;
}

// D(u) = s3'(u) / u, numerics.md 5.
double sphere_slope(double u_double) {
  const long double u = u_double, x = u * u;
  if (u < 0.3L) {
    return static_cast<double>(-1.0L / 5 + x / 70 - x * x / 2520 + x * x * x / 166320 - x * x * x * x / 17297280);
  }
  return static_cast<double>(-3 * ((3 / (x * u) - 1 / u) * std::sin(u) - 3 * std::cos(u) / x) / x);
}

// u^2 = pi^2 square, so that ds3/dsquare = D(u) pi^2 / 2: finite at the peak, where du is not.
Dual sphere_transform(const Dual& square) {
  const double slope = sphere_slope(pi * std::sqrt(square.value)) * pi * pi / 2.0;
  return Dual::through(sphere_transform(square.value), slope, square);
}

template <class Real>
LatticeFactorOf<Real> square_factor(const CrystalOf<Real>& crystal, const VectorOf<Real>& hkl) {
  LatticeFactorOf<Real> f;
  f.a = grating(hkl.x, crystal.cells.x);
  f.b = grating(hkl.y, crystal.cells.y);
  f.c = grating(hkl.z, crystal.cells.z);
  f.value = f.a * f.b * f.c;
  const Vector at = value_of(hkl), cells = value_of(crystal.cells);
  f.envelope = grating_envelope(at.x, cells.x) * grating_envelope(at.y, cells.y) * grating_envelope(at.z, cells.z);
  return f;
}

template <class Real>
Real squared(const Real& x) {
  return x * x;
}

// |offset|^2 for offset = sum of delta_i a*_i. Lengths count once for each delta_i and each a*_i, not for each
// component of a vector.
double offset_square(const Crystal& crystal, const Vector& delta) {
  const Vector offset = delta.x * crystal.a_star + delta.y * crystal.b_star + delta.z * crystal.c_star;
  return dot(offset, offset);
}
Dual offset_square(const CrystalOf<Dual>& crystal, const VectorOf<Dual>& delta) {
  const Vector d = value_of(delta);
  const Vector a_star = value_of(crystal.a_star), b_star = value_of(crystal.b_star), c_star = value_of(crystal.c_star);
  const Vector offset = d.x * a_star + d.y * b_star + d.z * c_star;
  const auto way = [&](const Dual& step, const VectorOf<Dual>& axis) {
    const Dual through_axis = dot(step.value * axis, still(offset));
    return Dual::through(0.0, 2.0 * dot(value_of(axis), offset), step) +
           Dual{0.0, 2.0 * through_axis.tangent, 2.0 * std::abs(through_axis.tangent)};
  };
  return Dual(dot(offset, offset)) + way(delta.x, crystal.a_star) + way(delta.y, crystal.b_star) +
         way(delta.z, crystal.c_star);
}

}  // namespace

double nearest_index(double x) {
  return std::ceil(x - 0.5);
}

// (-1)^((N-1) h0 + turns) sin(pi t) / sin(pi delta).
double grating(double h, double cells) {
  if (cells <= 1) return 1.0;
  const double h0 = nearest_index(h);
  const double delta = h - h0;
  const double turns = std::rint(cells * delta);
  const double t = cells * delta - turns;
  const double sign = sign_of_parity((cells - 1) * h0 + turns);
  return delta == 0.0 ? parity(h0, cells) * cells : sign * std::sin(pi * t) / std::sin(pi * delta);
}

Dual grating(const Dual& h, const Dual& cells) {
  const double h0 = nearest_index(h.value);
  const double sign = parity(h0, cells.value);
  const Slopes slopes = grating_slopes(h.value - h0, cells.value);
  return grating(h.value, cells.value) + Dual::through(0.0, sign * slopes.along_delta, h) +
         Dual::through(0.0, sign * slopes.along_cells, cells);
}

template <class Real>
LatticeFactorOf<Real> lattice_factor(Shape shape, bool spot_metric_hkl, const CrystalOf<Real>& crystal,
                                     const VectorOf<Real>& hkl) {
  using std::exp;
  if (shape == Shape::square) return square_factor(crystal, hkl);
  const auto peeled = [](const Real& x) { return x - nearest_index(value_of(x)); };
  const VectorOf<Real> delta{peeled(hkl.x), peeled(hkl.y), peeled(hkl.z)};
  const VectorOf<Real>& n = crystal.cells;
  const Real cells = n.x * n.y * n.z;
  const Real rho = squared(n.x * delta.x) + squared(n.y * delta.y) + squared(n.z * delta.z);
  LatticeFactorOf<Real> f;
  if (shape == Shape::round) {
    const Real peak = cells * 0.723601254558268;  // sqrt(pi/6)
    f.value = peak * sphere_transform(crystal.fudge * rho);
    const double u = pi * std::sqrt(value_of(crystal.fudge * rho));
    f.envelope = squared(value_of(peak) * (u * u > 3.0 ? 3.0 / (u * u) : 1.0));
    return f;
  }
  const Real r = spot_metric_hkl ? rho : offset_square(crystal, delta) * cells * cells;
  f.envelope = squared(value_of(cells));
  if (shape == Shape::gauss) {
    f.value = cells * exp(-crystal.fudge * r / 0.63);
  } else {
    const double scaled = value_of(r * crystal.fudge);
    f.value = scaled < tophat_limit ? cells : Real(0.0);
    f.edge_distance = std::abs(scaled - tophat_limit);
  }
  return f;
}
template LatticeFactorOf<double> lattice_factor(Shape, bool, const Crystal&, const Vector&);
template LatticeFactorOf<Dual> lattice_factor(Shape, bool, const CrystalOf<Dual>&, const VectorOf<Dual>&);

}  // namespace nbt::oracle
