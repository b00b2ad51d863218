// What the library decided by itself and what follows from the scene, as JSON (docs/report.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device/device.hpp"
#include "run_statistics.hpp"
#include "solid_angle.hpp"

namespace nbt {

// What is remembered of a finished run.
struct LastRun {
  DeviceDescription device;
  ExecutionSetup setup;
  PixelType type = PixelType::float32;
  std::int64_t rows_per_chunk = 0;  // 0: the whole image in the caller's buffer
  std::int64_t working_bytes = 0;   // as estimated
  std::vector<PanelStatistics> panels;
};

// `last_run` may be null.
std::string report_json(const Parameters& parameters, const Plan& plan, const SolidAngle& solid_angle,
                        const LastRun* last_run);

}  // namespace nbt
