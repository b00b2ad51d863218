// Images that stay in the device's memory, in the caller's own: no slabs, nothing copied.
#pragma once

#include "cuda/frozen_plan.hpp"
#include "cuda/render_launch.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

// Throws Error(invalid_argument) unless the panel's rows lie in memory of this device, or managed memory, and the
// stream is one of this device.
void require_device_image(const Plan& plan, int device, const InPlaceRequest& request);

struct DeviceImageSetup {
  const Plan& plan;
  const FrozenPlan& frozen;
  RenderChoice kernel;
  int device;
};

// Throws Error(cancelled) and what Stream throws; the device has finished with the caller's memory in either case.
void render_device_image(const DeviceImageSetup& setup, const InPlaceRequest& request, const RunControl& control);

}  // namespace nbt::cuda
