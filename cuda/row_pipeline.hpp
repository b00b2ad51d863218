// Rows on their way from a device to the host: while one slab of rows is copied out, or in the caller's hands, the next
// ones are rendered.
#pragma once

#include <cstdint>
#include <memory>

#include "cuda/frozen_plan.hpp"
#include "cuda/render_launch.hpp"
#include "cuda/slab_pool.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

struct SlabSize {
  std::int64_t rows = 1;
  std::int64_t bytes = 0;
};
// Less where `memory_limit_bytes` (0: none) asks for it.
SlabSize slab_size(const Plan& plan, PixelType type, std::int64_t memory_limit_bytes);

// What a device keeps of a plan.
struct DevicePlan {
  DevicePlan(const Plan& plan, int device) : frozen(plan, device) {}

  FrozenPlan frozen;
  SlabPool slabs;
};

// The same for all requests of a run.
struct RowSetup {
  const Plan& plan;
  std::shared_ptr<DevicePlan> kept;
  int device = 0;
  RenderChoice kernel;
  SlabSize size;
};

// Returns with the first rows to come under way, if the request announces some. Throws Error(cancelled) and what Stream
// throws; nothing is under way then.
void render_rows(const RowSetup& setup, const RenderRequest& request, const RunControl& control);

}  // namespace nbt::cuda
