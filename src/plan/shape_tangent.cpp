#include "plan/shape_tangent.hpp"

namespace nbt {
namespace {

// Of the square of the spot's radius: r = sum metric_ij delta_i delta_j, in the order of the shape sums. gauss:
// F_latt^2 = N_t^2 2^-r.
void gauss_metric(const CrystalOf<Dual>& crystal, Dual (&metric)[6]) {
  const Dual factor = crystal.fudge * (2 * 1.4426950408889634 / 0.63);
  if (crystal.spot_metric_cells) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t diagonal[3] = {0, 3, 5};
      metric[diagonal[i]] = factor * crystal.real_cells[i] * crystal.real_cells[i];
    }
    return;
  }
  const Dual volume = crystal.real_cells[0] * crystal.real_cells[1] * crystal.real_cells[2];
  const VectorOf<Dual>* star[3] = {&crystal.a_star_per_A, &crystal.b_star_per_A, &crystal.c_star_per_A};
  int k = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = i; j < 3; ++j, ++k) {
      const double twice = i == j ? 1 : 2;
      metric[k] = factor * volume * volume * dot(*star[i], *star[j]) * twice;
    }
  }
}

}  // namespace

ShapeTangent shape_tangent(const CrystalOf<Dual>& crystal) {
  ShapeTangent shape;
  const auto& cells = crystal.real_cells;
  for (const Dual& n : cells) shape.log_volume += 2 * n.tangent / n.value;
  switch (crystal.shape) {
    case Shape::square:
      for (std::size_t i = 0; i < 3; ++i) shape.factor[i] = cells[i].tangent / cells[i].value;
      shape.log_volume = 0;
      break;
    case Shape::round:
      for (std::size_t i = 0; i < 3; ++i) shape.factor[i] = (crystal.fudge * cells[i] * cells[i]).tangent;
      break;
    case Shape::gauss: {
      Dual metric[6];
      gauss_metric(crystal, metric);
      for (int k = 0; k < 6; ++k) shape.factor[k] = metric[k].tangent;
      break;
    }
    case Shape::tophat:
      break;
  }
  return shape;
}

}  // namespace nbt
