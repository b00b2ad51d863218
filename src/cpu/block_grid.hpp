// Blocks: runs of tiles of one row that one thread works through. Their sums are added in the order of the raster. They
// follow from the plan alone, so sums have the same bits for any chunks and threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "device/span.hpp"

namespace nbt {

class BlockGrid {
 public:
  BlockGrid(const Plan& plan, std::int32_t panel, std::int64_t first_row);

  std::int64_t count(std::int64_t rows) const { return rows * per_row_; }
  std::int64_t slow(std::int64_t block) const { return first_row_ + block / per_row_; }
  // Pixels of rows that are complete after a block.
  std::int64_t pixels_before(std::int64_t block) const { return block / per_row_ * fast_count_; }

  // Calls take(first_fast, end_fast) for the tiles of a block until it returns false.
  template <class Take>
  void for_tiles(std::int64_t block, const Take& take) const {
    const std::int64_t first_tile = block % per_row_ * tiles_per_block_;
    const std::int64_t end_tile = std::min(first_tile + tiles_per_block_, tiles_per_row_);
    for (std::int64_t tile = first_tile; tile < end_tile; ++tile) {
      const std::int64_t first = tile * tile_pixels;
      if (!take(first, std::min(first + tile_pixels, fast_count_))) return;
    }
  }

 private:
  std::int64_t first_row_;
  std::int64_t fast_count_;
  std::int64_t tiles_per_row_;
  std::int64_t tiles_per_block_;
  std::int64_t per_row_;
};

}  // namespace nbt
