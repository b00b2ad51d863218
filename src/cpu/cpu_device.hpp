// The processor itself as a device: vector kernels and an OpenMP loop over tiles.
#pragma once

#include "device/device.hpp"

namespace nbt {

class CpuDevice : public Device {
 public:
  DeviceDescription describe() const override;
  void render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
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
};

}  // namespace nbt
