#include "device/run_memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "model/error.hpp"

namespace nbt {
namespace {

// Handle, parameter table, names, messages, one row for the statistics' mask, the thread library's bookkeeping:
// counted as 50 to 100 KiB; the rest is headroom, so that the estimate errs upwards.
constexpr std::int64_t overhead_bytes = 256 * 1024;

double orientation_count(const Scene& scene) {
  return static_cast<double>(scene.crystal.phi_rad.size()) * static_cast<double>(scene.crystal.mosaic_rotations.size());
}

std::int64_t structure_factor_count(const Scene& scene) {
  std::int64_t count = 0;
  for (const SharedStructureFactors& set : scene.structure_factor_sets) {
    if (set) count += static_cast<std::int64_t>(set->amplitudes.size());
  }
  return count;
}

// `single` takes a copy of the first set in float32.
double float_amplitude_bytes(const Scene& scene) {
  const SharedStructureFactors& set = scene.structure_factor_sets.front();
  if (!set || !computes_in_float(scene.precision)) return 0;
  return static_cast<double>(set->amplitudes.size() * sizeof(float));
}

double mask_bytes(const Mask* mask) {
  return mask ? static_cast<double>(mask->bits.size() * sizeof(mask->bits.front())) : 0.0;
}

}  // namespace

std::int64_t pixel_bytes(PixelType type) {
  return type == PixelType::float32 ? 4 : 8;
}

std::string bytes_text(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.0f bytes (%.1f MiB)", bytes, bytes / 1048576.0);
  return text;
}

std::int64_t RunMemory::working_bytes(std::int64_t rows_per_chunk) const {
  return fixed_bytes + bytes_per_row * std::min(rows_per_chunk, row_count);
}

std::int64_t RunMemory::largest_rows(double limit_bytes) const {
  if (limit_bytes <= 0) return row_count;
  const double rows = std::floor((limit_bytes - static_cast<double>(fixed_bytes)) / static_cast<double>(bytes_per_row));
  if (!(rows >= 1)) return 0;
  return rows < static_cast<double>(row_count) ? static_cast<std::int64_t>(rows) : row_count;
}

std::int64_t RunMemory::recommended_rows(double limit_bytes) const {
  const std::int64_t preferred = std::max<std::int64_t>(preferred_chunk_bytes / bytes_per_row, 1);
  return std::max<std::int64_t>(std::min(preferred, largest_rows(limit_bytes)), 1);
}

RunMemory run_memory(const Plan& plan, const Device& device, const RenderOptions& options, PixelType type,
                     std::int64_t held_bytes) {
  RunMemory memory;
  std::int64_t widest = 0;
  for (const Panel& panel : plan.scene.panels) {
    widest = std::max(widest, panel.fast_count);
    memory.row_count = std::max(memory.row_count, panel.slow_count);
  }
  memory.bytes_per_row = widest * pixel_bytes(type);
  memory.fixed_bytes = plan_bytes(plan) + device.scratch_bytes(plan, options) + held_bytes + overhead_bytes;
  return memory;
}

double least_plan_bytes(const Scene& scene) {
  double bytes = orientation_count(scene) * sizeof(Orientation);
  bytes += static_cast<double>(scene.crystal.phi_rad.size() * sizeof(double));
  bytes += static_cast<double>(scene.crystal.mosaic_rotations.size() * sizeof(Matrix3));
  bytes += static_cast<double>(scene.sources.size() * (sizeof(Source) + sizeof(PlannedSource)));
  bytes += static_cast<double>(structure_factor_count(scene)) * sizeof(double);
  return bytes + float_amplitude_bytes(scene) + mask_bytes(scene.mask.get());
}

double least_scene_bytes(const Parameters& parameters, const SceneData& data) {
  using Id = ParameterId;
  double bytes = mask_bytes(data.mask.get());
  if (data.structure_factors) bytes += static_cast<double>(data.structure_factors->amplitudes.size() * sizeof(double));
  bytes += static_cast<double>(data.sources.size() * sizeof(Source));
  bytes += static_cast<double>(data.mosaic_rotations.size() * sizeof(Matrix3));
  if (parameters.given(Id::goniometer_phi_steps)) bytes += parameters.real(Id::goniometer_phi_steps) * sizeof(double);
  return bytes;
}

void require_fixed_part_fits(double bytes, double limit_bytes) {
  if (limit_bytes <= 0 || bytes <= limit_bytes) return;
  throw Error(Status::memory_limit, "the run needs " + bytes_text(bytes) +
                                        " besides the pixels, the limit (limits.memory_bytes) is " +
                                        bytes_text(limit_bytes) +
                                        ": no chunk size fits; raise the limit, or use fewer orientations, a smaller "
                                        "box of structure factors or fewer threads");
}

void require_chunks_fit(const RunMemory& memory, std::int64_t rows_per_chunk, double limit_bytes) {
  const auto needed = static_cast<double>(memory.working_bytes(rows_per_chunk));
  if (limit_bytes <= 0 || needed <= limit_bytes) return;
  const std::int64_t fitting = memory.largest_rows(limit_bytes);
  if (fitting == 0) require_fixed_part_fits(static_cast<double>(memory.working_bytes(1)), limit_bytes);
  throw Error(Status::memory_limit, "chunks of " + std::to_string(std::min(rows_per_chunk, memory.row_count)) +
                                        " rows need " + bytes_text(needed) + ", the limit (limits.memory_bytes) is " +
                                        bytes_text(limit_bytes) + ": the largest chunk that fits has " +
                                        std::to_string(fitting) + (fitting == 1 ? " row" : " rows"));
}

}  // namespace nbt
