#include "plan/orientations.hpp"

#include <algorithm>
#include <iterator>

namespace nbt {
namespace {

Vector3 rotated(const Vector3& v, const Vector3& spindle, double phi) {
  return phi != 0 ? rotate_about(v, spindle, phi) : v;
}

Orientation oriented(const Vector3& a, const Vector3& b, const Vector3& c) {
  Orientation o{};
  store(a, o.a);
  store(b, o.b);
  store(c, o.c);
  return o;
}

}  // namespace

std::vector<Orientation> orientation_table(const Crystal& crystal, const std::vector<double>& phi_rad) {
  std::vector<Orientation> table;
  table.reserve(phi_rad.size() * crystal.mosaic_rotations.size());
  for (const double phi : phi_rad) {
    const Vector3 a = rotated(crystal.a_m, crystal.spindle, phi);
    const Vector3 b = rotated(crystal.b_m, crystal.spindle, phi);
    const Vector3 c = rotated(crystal.c_m, crystal.spindle, phi);
    for (const Matrix3& domain : crystal.mosaic_rotations) {
      table.push_back(crystal.rotate_domains ? oriented(multiply(domain, a), multiply(domain, b), multiply(domain, c))
                                             : oriented(a, b, c));
    }
  }
  return table;
}

std::vector<std::int64_t> carried_over_steps(const std::vector<double>& phi_rad, bool first_sweep) {
  const auto last = std::find_if(phi_rad.rbegin(), phi_rad.rend(), [](double phi) { return phi != 0; });
  std::int64_t left_behind = first_sweep ? -1 : std::distance(last, phi_rad.rend()) - 1;
  std::vector<std::int64_t> used;
  used.reserve(phi_rad.size());
  for (std::size_t step = 0; step < phi_rad.size(); ++step) {
    if (phi_rad[step] != 0) left_behind = static_cast<std::int64_t>(step);
    used.push_back(left_behind);
  }
  return used;
}

std::vector<double> carried_over_phi(const std::vector<double>& phi_rad, bool first_sweep) {
  std::vector<double> used;
  used.reserve(phi_rad.size());
  for (const std::int64_t step : carried_over_steps(phi_rad, first_sweep)) {
    used.push_back(step < 0 ? 0.0 : phi_rad[static_cast<std::size_t>(step)]);
  }
  return used;
}

}  // namespace nbt
