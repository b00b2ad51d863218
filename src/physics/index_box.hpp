// The box of Miller indices that a table of structure factors covers, in the form that lookups use.
#pragma once

#include <cmath>
#include <cstdint>

namespace nbt {

// Axes h, k, l. Doubles hold whole numbers: index arithmetic is done in double lanes.
struct IndexBox {
  double first[3] = {0, 0, 0};
  double last[3] = {-1, -1, -1};
  double count[3] = {0, 0, 0};
  std::int64_t plane_stride = 0;  // elements from one h to the next
  std::int64_t row_stride = 0;    // from one k to the next
};

// The lowest of the 64 nodes of tricubic interpolation around an index, as an element of the table; -1 where the nodes
// do not reach (structure_factor-inl.h has the same in lanes).
inline std::int64_t lowest_node(const IndexBox& box, double h, double k, double l) {
  const double index[3] = {h, k, l};
  const std::int64_t stride[3] = {box.plane_stride, box.row_stride, 1};
  std::int64_t node = 0;
  for (int axis = 0; axis < 3; ++axis) {
    if (!(index[axis] >= box.first[axis] + 2 && index[axis] <= box.last[axis] - 2)) return -1;
    node += static_cast<std::int64_t>(std::floor(index[axis]) - 1 - box.first[axis]) * stride[axis];
  }
  return node;
}

// The element of the nearest whole index (halves go down); -1 outside the box.
inline std::int64_t nearest_element(const IndexBox& box, double h, double k, double l) {
  const double index[3] = {h, k, l};
  const std::int64_t stride[3] = {box.plane_stride, box.row_stride, 1};
  std::int64_t element = 0;
  for (int axis = 0; axis < 3; ++axis) {
    const double whole = std::ceil(index[axis] - 0.5);
    if (!(whole >= box.first[axis] && whole <= box.last[axis])) return -1;
    element += static_cast<std::int64_t>(whole - box.first[axis]) * stride[axis];
  }
  return element;
}

}  // namespace nbt
