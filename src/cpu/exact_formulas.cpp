#include "cpu/exact_formulas.hpp"

#include <cmath>
#include <numbers>

namespace nbt::exact {
namespace {

using std::numbers::pi;

double along(const double (&v)[3], const Vector3& q) {
  return v[0] * q.x + v[1] * q.y + v[2] * q.z;
}

struct Cells {
  explicit Cells(const Crystal& crystal)
      : a(static_cast<double>(crystal.cells[0])),
        b(static_cast<double>(crystal.cells[1])),
        c(static_cast<double>(crystal.cells[2])) {}
  double a, b, c;
};

double cell_metric(const Cells& n, const Indices& at) {
  return (at.h - at.h0) * (at.h - at.h0) * n.a * n.a + (at.k - at.k0) * (at.k - at.k0) * n.b * n.b +
         (at.l - at.l0) * (at.l - at.l0) * n.c * n.c;
}

// r of physics.md 10.
double spot_metric(const Crystal& crystal, const Cells& n, const Indices& at) {
  if (crystal.spot_metric_cells) return cell_metric(n, at);
  const double h = at.h - at.h0, k = at.k - at.k0, l = at.l - at.l0;
  const Vector3 off = h * crystal.a_star_per_A + k * crystal.b_star_per_A + l * crystal.c_star_per_A;
  return (off.x * off.x + off.y * off.y + off.z * off.z) * n.a * n.a * n.b * n.b * n.c * n.c;
}

LatticeFactor square(const Cells& n, const Indices& at) {
  LatticeFactor F;
  if (n.a > 1) F.axis[0] = grating(pi * at.h, n.a);
  if (n.b > 1) F.axis[1] = grating(pi * at.k, n.b);
  if (n.c > 1) F.axis[2] = grating(pi * at.l, n.c);
  F.product = F.axis[0] * F.axis[1] * F.axis[2];
  return F;
}

bool inside_by_two(double index, const IndexRange& range) {
  const auto first = static_cast<double>(range.first);
  return !(index - first + 3 > static_cast<double>(range.count())) && !(index - 2 < first);
}

// Lagrange's cubic through four neighbouring nodes at whole numbers.
double cubic(const double (&node)[4], const double (&y)[4], double x) {
  double term[4];
  for (int i = 0; i < 4; ++i) {
    double top = 1, bottom = 1;
    for (int j = 0; j < 4; ++j) {
      if (j == i) continue;
      top *= x - node[j];
      bottom *= node[i] - node[j];
    }
    term[i] = top * y[i] / bottom;
  }
  return term[0] + term[1] + term[2] + term[3];
}

struct Nodes {
  explicit Nodes(double index) : lowest(static_cast<std::int32_t>(std::floor(index)) - 1) {
    for (int i = 0; i < 4; ++i) at[i] = lowest + i;
  }
  std::int32_t lowest;
  double at[4];
};

bool holds(const IndexRange& range, double index) {
  return index >= range.first && index <= range.last;
}

}  // namespace

Indices indices(const double (&a)[3], const double (&b)[3], const double (&c)[3], const Vector3& q) {
  Indices at;
  at.h = along(a, q);
  at.k = along(b, q);
  at.l = along(c, q);
  at.h0 = std::ceil(at.h - 0.5);
  at.k0 = std::ceil(at.k - 0.5);
  at.l0 = std::ceil(at.l - 0.5);
  return at;
}

double grating(double x, double n) {
  return x == 0 ? n : std::sin(x * n) / std::sin(x);
}

double sphere(double u) {
  return u == 0 ? 1 : 3.0 * (std::sin(u) / u - std::cos(u)) / (u * u);
}

LatticeFactor lattice_factor(const Crystal& crystal, const Indices& at) {
  const Cells n(crystal);
  if (crystal.shape == Shape::square) return square(n, at);
  const double volume = n.a * n.b * n.c;
  LatticeFactor F;
  if (crystal.shape == Shape::round) {
    F.product = volume * 0.723601254558268 * sphere(pi * std::sqrt(cell_metric(n, at) * crystal.fudge));
  } else if (crystal.shape == Shape::gauss) {
    F.product = volume * std::exp(-(spot_metric(crystal, n, at) / 0.63 * crystal.fudge));
  } else {
    F.product = spot_metric(crystal, n, at) * crystal.fudge < 0.3969 ? volume : 0;
  }
  return F;
}

double polarization(double kahn, const Vector3& incident, Vector3& diffracted, const Vector3& axis) {
  const Vector3 i = unit(incident);
  diffracted = unit(diffracted);
  const double c = dot(i, diffracted);
  double psi = 0;
  if (kahn != 0) {
    const Vector3 magnetic = unit(cross(unit(axis), i));
    const Vector3 electric = unit(cross(i, magnetic));
    psi = -std::atan2(dot(diffracted, magnetic), dot(diffracted, electric));
  }
  return 0.5 * (1.0 + c * c - kahn * std::cos(2 * psi) * (1 - c * c));
}

double solid_angle(const Panel& panel, double distance_m) {
  if (panel.point_pixel) return 1.0 / distance_m / distance_m;
  return panel.pixel_size_m * panel.pixel_size_m / distance_m / distance_m * panel.close_distance_m / distance_m;
}

double capture_fraction(const Panel& panel, int layer, double obliquity) {
  const double pitch = panel.layer_pitch_m, mu = panel.attenuation_per_m;
  return std::exp(-layer * pitch * mu / obliquity) - std::exp(-(layer + 1) * pitch * mu / obliquity);
}

bool may_interpolate(const StructureFactors& set, const Indices& at) {
  return inside_by_two(at.h, set.range[0]) && inside_by_two(at.k, set.range[1]) && inside_by_two(at.l, set.range[2]);
}

double tricubic(const StructureFactors& set, const Indices& at) {
  const Nodes h(at.h), k(at.k), l(at.l);
  double plane[4];
  for (int i = 0; i < 4; ++i) {
    double row[4];
    for (int j = 0; j < 4; ++j) {
      double F[4];
      for (int m = 0; m < 4; ++m) F[m] = set.amplitudes[set.index(h.lowest + i, k.lowest + j, l.lowest + m)];
      row[j] = cubic(l.at, F, at.l);
    }
    plane[i] = cubic(k.at, row, at.k);
  }
  return cubic(h.at, plane, at.h);
}

double nearest(const StructureFactors* set, double default_F, const Indices& at) {
  if (set == nullptr || !holds(set->range[0], at.h0) || !holds(set->range[1], at.k0) || !holds(set->range[2], at.l0)) {
    return default_F;
  }
  return set->amplitudes[set->index(static_cast<std::int32_t>(at.h0), static_cast<std::int32_t>(at.k0),
                                    static_cast<std::int32_t>(at.l0))];
}

}  // namespace nbt::exact
