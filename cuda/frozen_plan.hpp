// A plan's tables in a device's memory. Made once for a plan and a device, and kept until the plan dies.
#pragma once

#include <vector>

#include "cuda/frozen_scene.hpp"
#include "cuda/runtime.hpp"

namespace nbt::cuda {

class FrozenPlan {
 public:
  FrozenPlan(const Plan& plan, int device);

  const FrozenScene& scene(std::int32_t panel) const { return scenes_[static_cast<std::size_t>(panel)]; }
  // Special pixels of some rows of a panel, as positions in FrozenScene::special_pixels.
  struct Range {
    std::int64_t first = 0;
    std::int64_t count = 0;
  };
  const SpecialPixel& special_pixel(std::int64_t i) const { return special_[static_cast<std::size_t>(i)].pixel; }
  Range special_pixels(std::int32_t panel, std::int64_t first_row, std::int64_t row_count) const;

 private:
  struct PlacedSpecial {
    std::int32_t panel;
    SpecialPixel pixel;
  };

  void find_special_pixels(const Plan& plan);
  void freeze(const Plan& plan, const CrystalConstants& crystal, Stream& stream);

  std::vector<FrozenScene> scenes_;     // one per panel
  std::vector<PlacedSpecial> special_;  // sorted by panel, slow, fast

  DeviceMemory orientations_, first_sweep_, sources_, amplitudes_in_double_, amplitudes_in_float_, mask_,
      special_pixels_;
};

// What FrozenPlan takes of the device's memory.
std::int64_t frozen_plan_bytes(const Plan& plan);

}  // namespace nbt::cuda
