// Rows on their way from a device to the host: while one slab of rows is copied out, the next one is rendered.
#pragma once

#include <cstdint>

#include "cuda/frozen_plan.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

inline constexpr int slabs_in_flight = 2;

// How rows are cut into slabs.
struct SlabSize {
  std::int64_t rows = 1;
  std::int64_t bytes = 0;
};
// The largest slab that is of use, less where `memory_limit_bytes` (0: none) asks for it, at least one row.
SlabSize slab_size(const Plan& plan, PixelType type, std::int64_t rows_per_request, std::int64_t memory_limit_bytes);

// Throws Error(cancelled) and what Stream throws; the device has finished with all memory in either case.
void render_rows(const Plan& plan, const FrozenPlan& frozen, int device, const RenderRequest& request,
                 const SlabSize& slab, const RunControl& control);

}  // namespace nbt::cuda
