#include "run_statistics.hpp"

#include <algorithm>

namespace nbt {

image::StatisticsStage& RunStatistics::stage_of(std::int32_t panel) {
  if (panels_.empty() || panels_.back().panel != panel) {
    const Region& region = scene_.panels[static_cast<std::size_t>(panel)].region;
    panels_.push_back({panel, image::StatisticsStage(region, scene_.mask)});
  }
  return panels_.back().stage;
}

std::span<const float> RunStatistics::as_float32(const FinishedRows& rows, std::int64_t row) {
  const auto count = static_cast<std::size_t>(rows.fast_count);
  if (rows.type == PixelType::float32) {
    return {static_cast<const float*>(rows.pixels) + row * rows.row_stride, count};
  }
  const double* values = static_cast<const double*>(rows.pixels) + row * rows.row_stride;
  rounded_row_.resize(count);
  std::transform(values, values + count, rounded_row_.begin(), [](double value) { return static_cast<float>(value); });
  return rounded_row_;
}

void RunStatistics::add(const FinishedRows& rows) {
  image::StatisticsStage& stage = stage_of(rows.panel);
  for (std::int64_t row = 0; row < rows.row_count; ++row) stage.next_row(as_float32(rows, row));
}

std::vector<PanelStatistics> RunStatistics::result() const {
  std::vector<PanelStatistics> result;
  for (const OfPanel& panel : panels_) result.push_back({panel.panel, panel.stage.result()});
  return result;
}

std::int64_t RunStatistics::heap_bytes(const Scene& scene, PixelType type) {
  std::int64_t widest = 0;
  for (const Panel& panel : scene.panels) widest = std::max(widest, panel.fast_count);
  const auto row = type == PixelType::float32 ? 0 : widest * static_cast<std::int64_t>(sizeof(float));
  return row + static_cast<std::int64_t>(scene.panels.size() * sizeof(OfPanel));
}

}  // namespace nbt
