// How much memory a run takes, known before it starts.
#pragma once

#include <cstdint>
#include <string>

#include "device/device.hpp"
#include "model/parameters.hpp"

namespace nbt {

std::int64_t pixel_bytes(PixelType type);

// "1234567 bytes (1.2 MiB)"
std::string bytes_text(double bytes);

// Heap bytes of a run: what it needs anyway, and what a chunk of rows adds. A run into the caller's own buffer has
// no chunk.
struct RunMemory {
  std::int64_t fixed_bytes = 0;
  std::int64_t bytes_per_row = 0;  // of the widest panel
  std::int64_t row_count = 0;      // of the tallest panel
  // Large enough that the start of a chunk costs nothing beside its pixels, small beside any machine's memory.
  std::int64_t preferred_chunk_bytes = 16 * 1024 * 1024;

  // More rows than there are count as all.
  std::int64_t working_bytes(std::int64_t rows_per_chunk) const;
  // 0: not even one row fits. `limit_bytes` 0 means no limit.
  std::int64_t largest_rows(double limit_bytes) const;
  // What is used when the caller leaves it open: chunks of about preferred_chunk_bytes, smaller where the limit
  // asks for it, at least one row.
  std::int64_t recommended_rows(double limit_bytes) const;
};

// `held_bytes`: heap that the caller of the run holds for it besides the plan.
RunMemory run_memory(const Plan& plan, const Device& device, const RenderOptions& options, PixelType type,
                     std::int64_t held_bytes);

// Bytes that a plan of this scene takes at least. Cheap: lets a run be refused before its tables are made.
double least_plan_bytes(const Scene& scene);
// The same for the scene itself, before it is resolved: data handed in, and lists whose length a parameter states.
// resolve() looks after the domains.
double least_scene_bytes(const Parameters& parameters, const SceneData& data);

// Throw Error(memory_limit) with both figures; the first also names the chunk size that fits. Limit 0: none.
void require_chunks_fit(const RunMemory& memory, std::int64_t rows_per_chunk, double limit_bytes);
void require_fixed_part_fits(double bytes, double limit_bytes);

}  // namespace nbt
