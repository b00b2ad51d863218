// How rows are cut into slabs, of which a device holds some at once.
#pragma once

#include <cstdint>
#include <optional>

#include "plan/plan.hpp"

namespace nbt::cuda {

// One is on its way to the host while the next is computed.
inline constexpr int slabs_in_flight = 2;

// For every panel, so that slabs are made once.
struct SlabRows {
  std::int64_t rows = 1;
  std::int64_t widest = 0;  // pixels of a row at most

  std::int64_t pixels() const { return rows * widest; }
};
// Of an image: large enough that starting kernels and copies costs nothing beside them.
inline constexpr std::int64_t preferred_slab_bytes = 4 * 1024 * 1024;
// What is of use for the largest panel, less where a slab may have `most_bytes` only; at least one row.
SlabRows slab_rows(const Plan& plan, std::int64_t pixel_bytes, std::optional<std::int64_t> most_bytes,
                   std::int64_t preferred_bytes = preferred_slab_bytes);

}  // namespace nbt::cuda
