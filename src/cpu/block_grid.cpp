#include "cpu/block_grid.hpp"

#include <cmath>

#include "cpu/thread_choice.hpp"

namespace nbt {
namespace {

// Long enough that waiting for the block before costs little.
std::int64_t tiles_per_block(const Plan& plan, std::int64_t tiles_per_row) {
  constexpr double least_nanoseconds = 50e3;
  const double per_pixel =
      estimated_nanoseconds(plan, {0, 0, 1}) / static_cast<double>(plan.scene.panels.front().fast_count);
  const double tiles = std::ceil(least_nanoseconds / std::max(per_pixel * tile_pixels, 1.0));
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(tiles, 1e6)), 1, tiles_per_row);
}

}  // namespace

BlockGrid::BlockGrid(const Plan& plan, std::int32_t panel, std::int64_t first_row)
    : first_row_(first_row),
      fast_count_(plan.scene.panels[static_cast<std::size_t>(panel)].fast_count),
      tiles_per_row_((fast_count_ + tile_pixels - 1) / tile_pixels),
      tiles_per_block_(tiles_per_block(plan, tiles_per_row_)),
      per_row_((tiles_per_row_ + tiles_per_block_ - 1) / tiles_per_block_) {}

}  // namespace nbt
