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

// sin(pi N h) / sin(pi h) = (-1)^((N-1) h0 + turns) sin(pi t) / sin(pi delta).
double grating(double h, int cells) {
  if (cells <= 1) return 1.0;
  const double h0 = nearest_index(h);
  const double delta = h - h0;
  const double turns = std::rint(cells * delta);
  const double t = cells * delta - turns;
  const double sign = sign_of_parity((cells - 1) * h0 + turns);
  return delta == 0.0 ? sign_of_parity((cells - 1) * h0) * cells : sign * std::sin(pi * t) / std::sin(pi * delta);
}

double grating_envelope(double h, int cells) {
  if (cells <= 1) return 1.0;
  const double s = std::sin(pi * (h - nearest_index(h)));
  const double square = static_cast<double>(cells) * cells;
  return s == 0.0 ? square : std::min(square, 1.0 / (s * s));
}

// 3 (sin u - u cos u) / u^3. The direct form loses digits as 3 epsilon / u^2.
double sphere_transform(double u) {
  const double x = u * u;
  if (u < 0.3) return 1.0 - x / 10 + x * x / 280 - x * x * x / 15120 + x * x * x * x / 1330560;
  return 3.0 * (std::sin(u) / u - std::cos(u)) / x;
}

LatticeFactor square_factor(const Crystal& crystal, const Vector& hkl) {
  LatticeFactor f;
  f.a = grating(hkl.x, crystal.cells_a);
  f.b = grating(hkl.y, crystal.cells_b);
  f.c = grating(hkl.z, crystal.cells_c);
  f.value = f.a * f.b * f.c;
  f.envelope = grating_envelope(hkl.x, crystal.cells_a) * grating_envelope(hkl.y, crystal.cells_b) *
               grating_envelope(hkl.z, crystal.cells_c);
  return f;
}

double squared(double x) {
  return x * x;
}

}  // namespace

double nearest_index(double x) {
  return std::ceil(x - 0.5);
}

LatticeFactor lattice_factor(const Request& request, const Semantics& semantics, const Crystal& crystal,
                             const Vector& hkl) {
  if (request.shape == Shape::square) return square_factor(crystal, hkl);
  const Vector delta{hkl.x - nearest_index(hkl.x), hkl.y - nearest_index(hkl.y), hkl.z - nearest_index(hkl.z)};
  const double cells = static_cast<double>(crystal.cells_a) * crystal.cells_b * crystal.cells_c;
  const double rho =
      squared(crystal.cells_a * delta.x) + squared(crystal.cells_b * delta.y) + squared(crystal.cells_c * delta.z);
  LatticeFactor f;
  if (request.shape == Shape::round) {
    const double peak = cells * 0.723601254558268;  // sqrt(pi/6)
    const double u = pi * std::sqrt(request.fudge * rho);
    f.value = peak * sphere_transform(u);
    f.envelope = squared(peak * (u * u > 3.0 ? 3.0 / (u * u) : 1.0));
    return f;
  }
  const Vector offset = delta.x * crystal.a_star + delta.y * crystal.b_star + delta.z * crystal.c_star;
  const double r = semantics.spot_metric_hkl ? rho : dot(offset, offset) * cells * cells;
  f.envelope = cells * cells;
  if (request.shape == Shape::gauss) {
    f.value = cells * std::exp(-request.fudge * r / 0.63);
  } else {
    f.value = r * request.fudge < tophat_limit ? cells : 0.0;
    f.edge_distance = std::abs(r * request.fudge - tophat_limit);
  }
  return f;
}

}  // namespace nbt::oracle
