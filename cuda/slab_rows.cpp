#include "cuda/slab_rows.hpp"

#include <algorithm>

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

}  // namespace nbt::cuda
