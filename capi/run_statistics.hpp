// Statistics of a run, collected from the rows as they finish.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/runs.hpp"
#include "image/statistics.hpp"

namespace nbt {

struct PanelStatistics {
  std::int32_t panel = 0;
  image::ImageStatistics image;
};

class RunStatistics {
 public:
  explicit RunStatistics(const Scene& scene) : scene_(scene) {}

  // Rows of a panel in order, panels in order. Values of float64 runs are rounded to float32 first, as the image
  // that is written would be.
  void add(const FinishedRows& rows);
  std::vector<PanelStatistics> result() const;

  // Heap that the object comes to hold.
  static std::int64_t heap_bytes(const Scene& scene, PixelType type);

 private:
  struct OfPanel {
    std::int32_t panel;
    image::StatisticsStage stage;
  };
  image::StatisticsStage& stage_of(std::int32_t panel);
  std::span<const float> as_float32(const FinishedRows& rows, std::int64_t row);

  const Scene& scene_;
  std::vector<OfPanel> panels_;
  std::vector<float> rounded_row_;
};

}  // namespace nbt
