// How rows are cut into slabs, of which a device holds some at once, and into launches.
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

// Of a launch that renders rows: some hundredths of a second on a fast card, so that a run can be cancelled, and much
// more than a launch costs.
inline constexpr double evaluations_per_launch = 4e9;
double evaluations_per_tile(const Plan& plan);

// How many blocks of so many evaluations a launch has that should have `preferred` evaluations; at least one. More
// where that would leave a large card's multiprocessors idle, up to some seconds.
std::int64_t blocks_of_one_launch(double evaluations_per_block, double preferred);

// How many rows of so many pixels a launch takes; at least one.
std::int64_t rows_of_one_launch(const Plan& plan, std::int64_t fast_count);

}  // namespace nbt::cuda
