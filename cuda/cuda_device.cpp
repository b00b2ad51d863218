#include "cuda/cuda_device.hpp"

#include "cuda/row_pipeline.hpp"
#include "device/cpu_options.hpp"
#include "device/request_rules.hpp"
#include "model/error.hpp"

namespace nbt::cuda {

CudaDevice::CudaDevice(int index) : index_(index), properties_(properties_of(index)) {}

DeviceDescription CudaDevice::describe() const {
  DeviceDescription description;
  description.name = device_name(index_);
  description.model = properties_.model;
  description.also = {properties_.uuid, properties_.pci};
  return description;
}

void CudaDevice::refuse(const std::string& what) const {
  throw Error(Status::unsupported, "device " + device_name(index_) + " " + what + ": choose device cpu");
}

void CudaDevice::require_renderable(const Plan& plan, const RenderOptions& options) const {
  require_no_cpu_options(options, device_name(index_));
  if (plan.scene.precision == Precision::exact) {
    refuse("has no precision.mode 'exact', which repeats the reference's operations one by one");
  }
}

void CudaDevice::render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
                        const RunControl& control) const {
  require_request(plan, request);
  require_renderable(plan, options);
  const auto kept = std::static_pointer_cast<DevicePlan>(
      plan.device_copies.find_or_make(this, [&] { return std::make_shared<DevicePlan>(plan, index_, properties_); }));
  const SlabSize size = slab_size(plan, request.type, options.device_memory_bytes);
  render_rows(plan, *kept, index_, request, size, control);
}

void CudaDevice::add_gradient(const Plan&, const GradientRequest&, const RenderOptions&, const RunControl&) const {
  refuse("does not compute gradients yet");
}

void CudaDevice::find_derivatives(const Plan&, const JacobianRequest&, const RenderOptions&, const RunControl&) const {
  refuse("does not compute derivative images yet");
}

ExecutionSetup CudaDevice::setup(const Plan&, const RenderOptions&, std::int64_t) const {
  return {1, "none"};
}

std::string CudaDevice::trace_pixel(const Plan&, std::int32_t, std::int64_t, std::int64_t) const {
  refuse("does not trace pixels");
}

// Pinned rows.
std::int64_t CudaDevice::scratch_bytes(const Plan& plan, const RenderOptions& options) const {
  return slabs_in_flight * slab_size(plan, PixelType::float64, options.device_memory_bytes).bytes;
}

std::int64_t CudaDevice::device_bytes(const Plan& plan, PixelType type, std::int64_t,
                                      const RenderOptions& options) const {
  return frozen_plan_bytes(plan) + slabs_in_flight * slab_size(plan, type, options.device_memory_bytes).bytes;
}

std::int64_t CudaDevice::gradient_scratch_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const {
  refuse("does not compute gradients yet");
}

std::int64_t CudaDevice::jacobian_scratch_bytes(const Plan&, std::size_t, const RenderOptions&) const {
  refuse("does not compute derivative images yet");
}

}  // namespace nbt::cuda
