// A CUDA device behind the Device interface.
#pragma once

#include "cuda/kernel_choice.hpp"
#include "cuda/runtime.hpp"
#include "device/device.hpp"

namespace nbt::cuda {

struct DevicePlan;

class CudaDevice : public Device {
 public:
  explicit CudaDevice(int index);

  DeviceDescription describe() const override;
  void render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
              const RunControl& control) const override;
  void require_in_place(const Plan& plan, const InPlaceRequest& request) const override;
  void render_in_place(const Plan& plan, const InPlaceRequest& request, const RenderOptions& options,
                       const RunControl& control) const override;
  void add_gradient(const Plan& plan, const GradientRequest& request, const RenderOptions& options,
                    const RunControl& control) const override;
  void finish_gradient(const Plan& plan, const GradientRequest& request) const override;
  void find_derivatives(const Plan& plan, const JacobianRequest& request, const RenderOptions& options,
                        const RunControl& control) const override;
  void finish_derivatives(const Plan& plan, const JacobianRequest& request) const override;
  ExecutionSetup setup(const Plan& plan, const RenderOptions& options, std::int64_t rows_per_request) const override;
  std::string trace_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) const override;
  std::int64_t scratch_bytes(const Plan& plan, const RenderOptions& options) const override;
  std::int64_t device_bytes(const Plan& plan, PixelType type, std::int64_t rows_per_request,
                            const RenderOptions& options) const override;
  std::int64_t gradient_scratch_bytes(const Plan& plan, const GradientRequest& request,
                                      const RenderOptions& options) const override;
  std::int64_t gradient_device_bytes(const Plan& plan, const GradientRequest& request,
                                     const RenderOptions& options) const override;
  std::int64_t jacobian_scratch_bytes(const Plan& plan, std::size_t movements,
                                      const RenderOptions& options) const override;
  std::int64_t jacobian_device_bytes(const Plan& plan, std::size_t movements,
                                     const RenderOptions& options) const override;

 private:
  std::shared_ptr<DevicePlan> keep(const Plan& plan) const;
  template <class Request>
  std::shared_ptr<DevicePlan> prepare(const Plan& plan, const Request& request, const RenderOptions& options) const;
  void require_renderable(const Plan& plan, const RenderOptions& options) const;
  [[noreturn]] void refuse(const std::string& what) const;

  int index_;
  DeviceProperties properties_;
  KernelChooser kernels_;
};

}  // namespace nbt::cuda
