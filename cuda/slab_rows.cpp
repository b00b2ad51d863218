#include "cuda/slab_rows.hpp"

#include <algorithm>

#include "cuda/tile_walk.hpp"

namespace nbt::cuda {
namespace {

// Large enough that starting kernels and copies costs nothing beside them.
constexpr std::int64_t preferred_bytes = 4 * 1024 * 1024;

}  // namespace

SlabRows slab_rows(const Plan& plan, std::int64_t pixel_bytes, std::optional<std::int64_t> most_bytes) {
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

std::int64_t rows_of_one_launch(const Plan& plan, std::int64_t fast_count) {
  const double per_row = evaluations_per_tile(plan) * static_cast<double>(tiles_of_row(fast_count, tile_pixels));
  return std::max<std::int64_t>(static_cast<std::int64_t>(evaluations_per_launch / per_row), 1);
}

}  // namespace nbt::cuda
