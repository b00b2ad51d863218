// Stands in the list of devices for a module that cannot be used.
#pragma once

#include <string>
#include <utility>

#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {

// Says why it is not available, and fails with the same words if it is used all the same.
class MissingDevice : public Device {
 public:
  MissingDevice(std::string name, std::string reason) {
    description_.name = std::move(name);
    description_.available = false;
    description_.reason = std::move(reason);
  }

  DeviceDescription describe() const override { return description_; }
  void render(const Plan&, const RenderRequest&, const RenderOptions&, const RunControl&) const override { refuse(); }
  void add_gradient(const Plan&, const GradientRequest&, const RenderOptions&, const RunControl&) const override {
    refuse();
  }
  void finish_gradient(const Plan&, const GradientRequest&) const override { refuse(); }
  void finish_derivatives(const Plan&, const JacobianRequest&) const override { refuse(); }
  void find_derivatives(const Plan&, const JacobianRequest&, const RenderOptions&, const RunControl&) const override {
    refuse();
  }
  ExecutionSetup setup(const Plan&, const RenderOptions&, std::int64_t) const override { refuse(); }
  std::string trace_pixel(const Plan&, std::int32_t, std::int64_t, std::int64_t) const override { refuse(); }
  std::int64_t scratch_bytes(const Plan&, const RenderOptions&) const override { refuse(); }
  std::int64_t device_bytes(const Plan&, PixelType, std::int64_t, const RenderOptions&) const override { refuse(); }
  std::int64_t gradient_scratch_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const override {
    refuse();
  }
  std::int64_t gradient_device_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const override {
    refuse();
  }
  std::int64_t jacobian_scratch_bytes(const Plan&, std::size_t, const RenderOptions&) const override { refuse(); }
  std::int64_t jacobian_device_bytes(const Plan&, std::size_t, const RenderOptions&) const override { refuse(); }

 private:
  [[noreturn]] void refuse() const {
    throw Error(Status::device, "device '" + description_.name + "' is not available: " + description_.reason);
  }

  DeviceDescription description_;
};

}  // namespace nbt
