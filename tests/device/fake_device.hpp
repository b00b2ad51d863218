// A device that takes no time and no card: every pixel gets the same value. It counts memory of its own, and may fail.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "device/cpu_options.hpp"
#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt::test {

inline constexpr double fake_pixel = 7;
inline constexpr std::int64_t fake_plan_bytes = 1000000;
inline constexpr std::int64_t fake_bytes_per_row = 1000;

class FakeDevice : public Device {
 public:
  explicit FakeDevice(DeviceDescription description, std::string failure = "")
      : description_(std::move(description)), failure_(std::move(failure)) {}

  DeviceDescription describe() const override { return description_; }

  void render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
              const RunControl&) const override {
    require_no_cpu_options(options, description_.name);
    if (!failure_.empty()) throw Error(Status::device, failure_);
    const auto copy = plan.device_copies.find_or_make(this, [] { return std::make_shared<double>(fake_pixel); });
    const double value = *static_cast<const double*>(copy.get());
    if (request.type == PixelType::float32) return fill(plan, request, static_cast<float>(value));
    fill(plan, request, value);
  }
  void add_gradient(const Plan&, const GradientRequest&, const RenderOptions&, const RunControl&) const override {
    refuse();
  }
  void finish_gradient(const Plan&, const GradientRequest&) const override { refuse(); }
  void finish_derivatives(const Plan&, const JacobianRequest&) const override { refuse(); }
  void find_derivatives(const Plan&, const JacobianRequest&, const RenderOptions&, const RunControl&) const override {
    refuse();
  }
  ExecutionSetup setup(const Plan&, const RenderOptions&, std::int64_t) const override { return {1, ""}; }
  std::string trace_pixel(const Plan&, std::int32_t, std::int64_t, std::int64_t) const override { refuse(); }
  std::int64_t scratch_bytes(const Plan&, const RenderOptions&) const override { return 0; }
  std::int64_t device_bytes(const Plan&, PixelType, std::int64_t rows_per_request,
                            const RenderOptions&) const override {
    return fake_plan_bytes + fake_bytes_per_row * rows_per_request;
  }
  std::int64_t gradient_scratch_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const override {
    return 0;
  }
  std::int64_t gradient_device_bytes(const Plan&, const GradientRequest&, const RenderOptions&) const override {
    return 0;
  }
  std::int64_t jacobian_scratch_bytes(const Plan&, std::size_t, const RenderOptions&) const override { return 0; }
  std::int64_t jacobian_device_bytes(const Plan&, std::size_t, const RenderOptions&) const override { return 0; }

 private:
  template <class Pixel>
  static void fill(const Plan& plan, const RenderRequest& request, Pixel value) {
    const std::int64_t fast_count = plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count;
    auto* row = static_cast<Pixel*>(request.pixels);
    for (std::int64_t i = 0; i < request.row_count; ++i, row += request.row_stride) {
      for (std::int64_t fast = 0; fast < fast_count; ++fast) row[fast] = value;
    }
  }
  [[noreturn]] void refuse() const { throw Error(Status::unsupported, description_.name + " renders images alone"); }

  DeviceDescription description_;
  std::string failure_;
};

inline DeviceDescription described(const std::string& name, const std::string& model) {
  DeviceDescription description;
  description.name = name;
  description.model = model;
  return description;
}

}  // namespace nbt::test
