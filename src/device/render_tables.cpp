#include "device/render_tables.hpp"

#include <algorithm>
#include <cmath>

#include "model/vector.hpp"
#include "physics/fixed_point.hpp"

namespace nbt {
namespace {

// Upper triangle R with R^T R = metric of the columns `a`, `b`, `c`, times `factor`: |delta_1 a + ...|^2 becomes a sum
// of three squares.
void set_triangle(const Vector3& a, const Vector3& b, const Vector3& c, double factor, double (&metric)[6]) {
  const double aa = length(a);
  const Vector3 ua = unit(a);
  const double ab = dot(ua, b);
  const Vector3 b_rest = b - ab * ua;
  const double bb = length(b_rest);
  const Vector3 ub = unit(b_rest);
  const double ac = dot(ua, c);
  const double bc = dot(ub, c);
  const double cc = length(c - ac * ua - bc * ub);
  const double triangle[6] = {aa, ab, ac, bb, bc, cc};
  for (int i = 0; i < 6; ++i) metric[i] = factor * triangle[i];
}

// As many bits as the indices leave, if so the phase of the grating is good to 2^-34: 4e-7 of the value where that is
// 1e-6 of its envelope. Otherwise 0. Sums on the way to an index may be larger and are rounded more coarsely.
int fraction_bits(const Plan& plan, const CrystalConstants& crystal) {
  const IndexBounds& bounds = plan.index_bounds;
  const int bits = std::min(51 - static_cast<int>(std::ceil(std::log2(bounds.largest))), most_fraction_bits);
  const double coarseness = std::max(1.0, bounds.largest_partial / std::exp2(51 - bits));
  const double cells = std::max({crystal.cells[0], crystal.cells[1], crystal.cells[2]});
  return bits >= least_fraction_bits && std::ldexp(cells * coarseness, 34 - bits) <= 1 ? bits : 0;
}

IndexBox index_box(const StructureFactors& set) {
  IndexBox box;
  for (std::size_t i = 0; i < 3; ++i) {
    box.first[i] = set.range[i].first;
    box.last[i] = set.range[i].last;
    box.count[i] = static_cast<double>(set.range[i].count());
  }
  box.row_stride = set.range[2].count();
  box.plane_stride = set.range[1].count() * set.range[2].count();
  return box;
}

}  // namespace

CrystalConstants crystal_constants(const Plan& plan) {
  const Crystal& crystal = plan.scene.crystal;
  CrystalConstants constants;
  std::copy_n(plan.index_bounds.lengths.begin(), 3, constants.index_length);
  constants.shape = crystal.shape;
  const double root_fudge = std::sqrt(crystal.fudge);
  double volume = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    constants.cells[i] = static_cast<double>(crystal.cells[i]);
    constants.sphere_cells[i] = constants.cells[i] * root_fudge;
    volume *= constants.cells[i];
  }
  constants.volume = volume;
  if (crystal.shape == Shape::square) constants.fraction_bits = fraction_bits(plan, constants);
  if (crystal.shape != Shape::square) constants.peak = volume;
  // gauss: F_latt^2 = N_t^2 exp(-2 fudge r/0.63) = N_t^2 2^-(2 log2(e)/0.63 fudge r).
  const double per_r = crystal.shape == Shape::gauss ? 2 * 1.4426950408889634 / 0.63 : 1.0;
  const double factor = root_fudge * std::sqrt(per_r);
  if (crystal.spot_metric_cells) {
    set_triangle({constants.cells[0], 0, 0}, {0, constants.cells[1], 0}, {0, 0, constants.cells[2]}, factor,
                 constants.spot_metric);
  } else {
    set_triangle(crystal.a_star_per_A, crystal.b_star_per_A, crystal.c_star_per_A, factor * volume,
                 constants.spot_metric);
  }
  return constants;
}

AmplitudeTable amplitude_table(const Plan& plan) {
  AmplitudeTable table;
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  if (!set) {
    table.unit = plan.scene.default_F;
    return table;
  }
  if (plan.scene.precision != Precision::double_) table.unit = plan.amplitude_unit;
  table.box = index_box(*set);
  table.in_double = set->amplitudes.data();
  table.default_F = plan.scene.default_F;
  table.in_float = plan.amplitudes_float.data();
  table.default_in_float = plan.scene.default_F / table.unit;
  return table;
}

}  // namespace nbt
