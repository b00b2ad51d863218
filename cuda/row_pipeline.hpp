// Rows on their way from a device to the host: while one slab of rows is copied out, the next one is rendered.
#pragma once

#include <cstdint>

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

// Throws Error(cancelled) and what Stream throws; the device has finished with all memory in either case.
void render_rows(const Plan& plan, DevicePlan& kept, const RenderChoice& kernel, int device,
                 const RenderRequest& request, const SlabSize& size, const RunControl& control);

}  // namespace nbt::cuda
