// Structure factors from the table (physics.md 11), over FrozenTable::unit.
#pragma once

#include "cuda/frozen_scene.hpp"
#include "cuda/lanes.hpp"

namespace nbt::cuda {

template <class T>
NBT_KERNEL_FN T element(const FrozenTable& table, std::int64_t at) {
  if constexpr (sizeof(T) == 4) {
    return table.in_float[at];
  } else {
    return table.in_double[at];
  }
}

NBT_KERNEL_FN bool is_inside(const FrozenTable& table, int axis, int index) {
  return static_cast<unsigned>(index - table.first[axis]) < static_cast<unsigned>(table.count[axis]);
}

// The element of whole indices; -1 outside the box.
NBT_KERNEL_FN int nearest_entry(const FrozenTable& table, int h, int k, int l) {
  if (!(is_inside(table, 0, h) && is_inside(table, 1, k) && is_inside(table, 2, l))) return -1;
  return (h - table.first[0]) * table.plane_stride + (k - table.first[1]) * table.row_stride + (l - table.first[2]);
}

// F of the reflection at whole indices, or default_F outside the box.
template <class T>
NBT_KERNEL_FN T nearest_amplitude(const FrozenTable& table, int h, int k, int l) {
  const int at = nearest_entry(table, h, k, l);
  return at < 0 ? static_cast<T>(table.default_F) : element<T>(table, at);
}

// The cubic through four neighbours.
NBT_KERNEL_FN double cubic_sum(const double* node, const double (&weight)[3]) {
  return one_lane::CubicSum(node[1], weight[0], node[0] - node[1], weight[1], node[2] - node[1], weight[2],
                            node[3] - node[1]);
}

NBT_KERNEL_FN void set_cubic_weights(double index, double (&weight)[3]) {
  const DoubleLane d;
  one_lane::CubicWeights(d, index - one_lane::ops::Floor(index), weight[0], weight[1], weight[2]);
}

// By tricubic interpolation where the nodes reach, else by the nearest rule. In double: where the weighted amplitudes
// nearly cancel, float would leave nothing of their sum.
template <class T>
NBT_KERNEL_CALL T tricubic_amplitude(const FrozenTable& table, double h, double k, double l) {
  const DoubleLane d;
  const double lowest = one_lane::TricubicFlatIndex(d, table.box, h, k, l);
  if (lowest < 0) {
    const double at = one_lane::NearestFlatIndex(d, table.box, one_lane::NearestIndex(d, h),
                                                 one_lane::NearestIndex(d, k), one_lane::NearestIndex(d, l));
    return at < 0 ? static_cast<T>(table.default_F) : element<T>(table, static_cast<std::int64_t>(at));
  }
  double weight_h[3], weight_k[3], weight_l[3];
  set_cubic_weights(h, weight_h);
  set_cubic_weights(k, weight_k);
  set_cubic_weights(l, weight_l);
  const double* nodes = table.in_double + static_cast<std::int64_t>(lowest);
  double plane[4];
  for (int i = 0; i < 4; ++i) {
    double row[4];
    for (int j = 0; j < 4; ++j) {
      row[j] = cubic_sum(nodes + i * table.box.plane_stride + j * table.box.row_stride, weight_l);
    }
    plane[i] = cubic_sum(row, weight_k);
  }
  return static_cast<T>(cubic_sum(plane, weight_h) / table.unit);
}

}  // namespace nbt::cuda
