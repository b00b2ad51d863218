#include "cuda/cuda_device.hpp"

#include "cuda/device_image.hpp"
#include "cuda/gradient_pipeline.hpp"
#include "cuda/jacobian_pipeline.hpp"
#include "cuda/row_pipeline.hpp"
#include "device/cpu_options.hpp"
#include "device/request_rules.hpp"
#include "model/error.hpp"

namespace nbt::cuda {

CudaDevice::CudaDevice(int index)
    : index_(index), properties_(properties_of(index)), kernels_(index, properties_.double_slower_by) {}

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

std::shared_ptr<DevicePlan> CudaDevice::keep(const Plan& plan) const {
  return std::static_pointer_cast<DevicePlan>(
      plan.device_copies.find_or_make(this, [&] { return std::make_shared<DevicePlan>(plan, index_); }));
}

void CudaDevice::render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
                        const RunControl& control) const {
  require_request(plan, request);
  require_renderable(plan, options);
  const RenderChoice kernel = kernels_.of_image(plan, options.index_arithmetic);
  const SlabSize size = slab_size(plan, request.type, options.device_memory_bytes);
  render_rows({plan, keep(plan), index_, kernel, size}, request, control);
}

void CudaDevice::require_in_place(const Plan& plan, const InPlaceRequest& request) const {
  require_device_image(plan, index_, request);
}

void CudaDevice::render_in_place(const Plan& plan, const InPlaceRequest& request, const RenderOptions& options,
                                 const RunControl& control) const {
  require_renderable(plan, options);
  const RenderChoice kernel = kernels_.of_image(plan, options.index_arithmetic);
  const std::shared_ptr<DevicePlan> kept = keep(plan);
  kept->slabs.let_go();
  render_device_image({plan, kept->frozen, kernel, index_}, request, control);
}

// For a run whose first request this may be: slabs of images make room for its own.
template <class Request>
std::shared_ptr<DevicePlan> CudaDevice::prepare(const Plan& plan, const Request& request,
                                                const RenderOptions& options) const {
  require_rows(plan, request.panel, request.first_row, request.row_count);
  require_renderable(plan, options);
  const std::shared_ptr<DevicePlan> kept = keep(plan);
  if (!*request.kept) kept->slabs.let_go();
  return kept;
}

void CudaDevice::add_gradient(const Plan& plan, const GradientRequest& request, const RenderOptions& options,
                              const RunControl& control) const {
  const RenderChoice kernel = kernels_.of_values(plan, options.index_arithmetic);
  const std::shared_ptr<DevicePlan> kept = prepare(plan, request, options);
  if (!*request.kept) {
    const GradientSizes sizes(plan, request.amplitudes, options.device_memory_bytes);
    *request.kept = std::make_shared<GradientState>(index_, kernel, sizes);
  }
  add_gradient_of_rows(plan, kept->frozen, *static_cast<GradientState*>(request.kept->get()), request, options.threads,
                       control);
}

void CudaDevice::finish_gradient(const Plan& plan, const GradientRequest& request) const {
  if (!*request.kept) return;
  GradientState& state = *static_cast<GradientState*>(request.kept->get());
  state.sums.read(plan, state.slab[0].stream, *request.sums);
}

void CudaDevice::find_derivatives(const Plan& plan, const JacobianRequest& request, const RenderOptions& options,
                                  const RunControl& control) const {
  const RenderChoice kernel = kernels_.of_values(plan, options.index_arithmetic);
  const std::shared_ptr<DevicePlan> kept = prepare(plan, request, options);
  if (!*request.kept) {
    const JacobianSizes sizes(plan, request.movements.size(), options.device_memory_bytes);
    *request.kept = std::make_shared<JacobianState>(plan, index_, kernel, request, sizes);
  }
  find_derivatives_of_rows(plan, kept->frozen, *static_cast<JacobianState*>(request.kept->get()), request,
                           options.threads, control);
}

void CudaDevice::finish_derivatives(const Plan&, const JacobianRequest& request) const {
  if (!*request.kept || request.sums == nullptr) return;
  static_cast<JacobianState*>(request.kept->get())->read_sums(*request.sums);
}

ExecutionSetup CudaDevice::setup(const Plan& plan, const RenderOptions& options, std::int64_t) const {
  const RenderChoice kernel = kernels_.of_image(plan, options.index_arithmetic);
  return {1, "none", name_of(arithmetic_of(kernel.scheme))};
}

std::string CudaDevice::trace_pixel(const Plan&, std::int32_t, std::int64_t, std::int64_t) const {
  refuse("does not trace pixels");
}

// Pinned rows.
std::int64_t CudaDevice::scratch_bytes(const Plan& plan, const RenderOptions& options) const {
  return slabs_in_flight * slab_size(plan, PixelType::float64, options.device_memory_bytes).bytes;
}

std::int64_t CudaDevice::device_bytes(const Plan& plan, PixelType type, std::int64_t rows_per_request,
                                      const RenderOptions& options) const {
  if (rows_per_request == 0) return frozen_plan_bytes(plan);
  return frozen_plan_bytes(plan) + slabs_in_flight * slab_size(plan, type, options.device_memory_bytes).bytes;
}

std::int64_t CudaDevice::gradient_scratch_bytes(const Plan& plan, const GradientRequest& request,
                                                const RenderOptions& options) const {
  return GradientSizes(plan, request.amplitudes, options.device_memory_bytes).pinned_bytes;
}

std::int64_t CudaDevice::gradient_device_bytes(const Plan& plan, const GradientRequest& request,
                                               const RenderOptions& options) const {
  return GradientSizes(plan, request.amplitudes, options.device_memory_bytes).device_bytes;
}

std::int64_t CudaDevice::jacobian_scratch_bytes(const Plan& plan, std::size_t movements,
                                                const RenderOptions& options) const {
  return JacobianSizes(plan, movements, options.device_memory_bytes).pinned_bytes;
}

std::int64_t CudaDevice::jacobian_device_bytes(const Plan& plan, std::size_t movements,
                                               const RenderOptions& options) const {
  return JacobianSizes(plan, movements, options.device_memory_bytes).device_bytes;
}

}  // namespace nbt::cuda
