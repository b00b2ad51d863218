#include "cuda/slab_rows.hpp"

#include <algorithm>

#include "cuda/tile_walk.hpp"

namespace nbt::cuda {

SlabRows slab_rows(const Plan& plan, std::int64_t pixel_bytes, std::optional<std::int64_t> most_bytes,
                   std::int64_t preferred_bytes) {
  SlabRows slab;
  std::int64_t tallest = 1;
  for (const Panel& panel : plan.scene.panels) {
    slab.widest = std::max(slab.widest, panel.fast_count);
    tallest = std::max(tallest, panel.slow_count);
  }
  const std::int64_t bytes = std::min(preferred_bytes, most_bytes.value_or(preferred_bytes));
  slab.rows = std::clamp<std::int64_t>(bytes / (slab.widest * pixel_bytes), 1, tallest);
  return slab;
}

double evaluations_per_tile(const Plan& plan) {
  return static_cast<double>(evaluations_per_pixel(plan)) * tile_pixels;
}

std::int64_t blocks_of_one_launch(double evaluations_per_block, double preferred) {
  constexpr double most_blocks = 1 << 30, enough_for_a_card = 1024, longest_times = 100;
  const double wanted = preferred / evaluations_per_block;
  const double least = std::min(enough_for_a_card, longest_times * wanted);
  return static_cast<std::int64_t>(std::clamp(std::max(wanted, least), 1.0, most_blocks));
}

std::int64_t rows_of_one_launch(const Plan& plan, std::int64_t fast_count) {
  const std::int64_t blocks = blocks_of_one_launch(evaluations_per_tile(plan), evaluations_per_launch);
  return std::max<std::int64_t>(blocks / tiles_of_row(fast_count, tile_pixels), 1);
}

}  // namespace nbt::cuda
