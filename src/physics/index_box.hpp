// The box of Miller indices that a table of structure factors covers, in the form that lookups use.
#pragma once

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

}  // namespace nbt
