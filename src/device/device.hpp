// What a device is: something that renders rows of a plan. Backends implement it, the registry lists them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/index_arithmetic.hpp"
#include "device/normal_sums.hpp"
#include "device/pixel_loss.hpp"
#include "plan/plan_adjoint.hpp"
#include "plan/plan_tangent.hpp"

namespace nbt {

enum class PixelType { float32, float64 };

// Rows [first_row, first_row + row_count) of one panel, written to `pixels` with `row_stride` elements from
// one row to the next. Pixels that are masked or outside the region become 0.
//
// A run of several requests may say what comes next, so that a device that works by itself goes on while the caller has
// the rows. A request that is not the announced one is rendered all the same.
struct RenderRequest {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  PixelType type = PixelType::float32;
  void* pixels = nullptr;
  std::int64_t row_stride = 0;
  std::int64_t rows_to_come = 0;  // of this panel, right after these, in the next requests
  // What the device keeps from request to request of one run, whose plan and options are the same; null before the
  // first. Letting it go, before the plan goes, ends what is under way. Null itself: nothing is kept.
  std::shared_ptr<void>* kept = nullptr;
};

// Rows of one panel whose loss and derivatives are added to `sums`, in an order that does not depend on how a panel is
// cut into requests, as long as they come in order.
struct GradientRequest {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  const PixelLoss* loss = nullptr;
  bool shape = false;           // by what makes the shape of the spots
  bool amplitudes = false;      // by structure factors
  bool source_weights = false;  // by the weight of each source
  PlanAdjoint* sums = nullptr;
  // What the device keeps from request to request of one run; null before the first. Never null itself.
  std::shared_ptr<void>* kept = nullptr;
};

// Rows of one panel whose values and derivatives are wanted, as images or summed up to normal equations.
struct JacobianRequest {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::span<const PlanTangent> movements;
  double* image = nullptr;        // row_count rows; null: no images are wanted
  double* derivatives = nullptr;  // the same for each movement, one after the other
  const PixelLoss* loss = nullptr;
  // One component per movement, and one more for the loss's factor; null: not wanted. Added in an order that does not
  // depend on how a panel is cut into requests, as long as they come in order.
  NormalSums* sums = nullptr;
  std::shared_ptr<void>* kept = nullptr;  // as in GradientRequest
};

struct RenderOptions {
  int threads = 0;                       // at most; 0: OpenMP's own default
  std::string simd_target;               // "auto", which is the same as empty, or a name of simd_targets()
  std::int64_t device_memory_bytes = 0;  // limit on memory of the device's own; 0: none
  IndexArithmetic index_arithmetic = IndexArithmetic::automatic;
};

// Connects a running device to the caller: cancellation and progress.
struct RunControl {
  const std::atomic<bool>* cancel = nullptr;  // polled at least once per tile and block of orientations
  // Called on the thread that called render(), now and then, with pixels finished in this request. May throw;
  // the device then stops its threads and lets the exception out of render().
  std::function<void(std::int64_t pixels_done)> progress;
};

// What a run uses.
struct ExecutionSetup {
  int threads = 1;  // of the request with the most work: small ones are rendered by fewer than the options allow
  std::string simd_target;                // "none" where there are none
  std::string index_arithmetic = "none";  // a name of index_arithmetic.hpp where there is a choice
};

struct DeviceDescription {
  std::string name;   // "cpu", "cuda:0"
  std::string model;  // processor or card, and instruction set in use
  bool available = true;
  std::string reason;             // why not available
  std::vector<std::string> also;  // other names: "GPU-1b2c" lets "cuda:GPU-1b2c" mean this device
};

class Device {
 public:
  virtual ~Device() = default;
  virtual DeviceDescription describe() const = 0;
  // Throws Error(cancelled) when stopped. Pixels are unspecified after any exception.
  virtual void render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
                      const RunControl& control) const = 0;
  // Loss and derivatives. Precision `double` or `single`, no running product. Throws as render() does, and what the
  // loss throws; the sums are unspecified then.
  virtual void add_gradient(const Plan& plan, const GradientRequest& request, const RenderOptions& options,
                            const RunControl& control) const = 0;
  // After the last request of a run, whose wishes, sums and kept data are those of `request`: adds to the sums what the
  // device has kept to itself.
  virtual void finish_gradient(const Plan& plan, const GradientRequest& request) const = 0;
  // Derivative images and normal equations; conditions and exceptions are those of add_gradient().
  virtual void find_derivatives(const Plan& plan, const JacobianRequest& request, const RenderOptions& options,
                                const RunControl& control) const = 0;
  // As finish_gradient().
  virtual void finish_derivatives(const Plan& plan, const JacobianRequest& request) const = 0;
  // What render() uses when every panel is rendered so many rows at a time.
  virtual ExecutionSetup setup(const Plan& plan, const RenderOptions& options, std::int64_t rows_per_request) const = 0;
  // Every intermediate of one pixel as JSON (docs/trace.md). Throws Error(out_of_range) for a pixel that does not
  // exist.
  virtual std::string trace_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) const = 0;
  // Heap bytes that render() takes beyond plan and pixels, for these options.
  virtual std::int64_t scratch_bytes(const Plan& plan, const RenderOptions& options) const = 0;
  // Bytes of the device's own memory that render() takes at the peak when every panel is rendered so many rows at a
  // time, its copy of the plan included; never less for more rows. 0 where the device works in the host's memory.
  virtual std::int64_t device_bytes(const Plan& plan, PixelType type, std::int64_t rows_per_request,
                                    const RenderOptions& options) const = 0;
  // Heap bytes that add_gradient() takes beyond plan and sums; of the request only the wishes count.
  virtual std::int64_t gradient_scratch_bytes(const Plan& plan, const GradientRequest& request,
                                              const RenderOptions& options) const = 0;
  // Bytes of the device's own memory that add_gradient() takes at the peak, its copy of the plan included.
  virtual std::int64_t gradient_device_bytes(const Plan& plan, const GradientRequest& request,
                                             const RenderOptions& options) const = 0;
  // Heap bytes that find_derivatives() takes beyond plan and results: so many movements, summed up or not.
  virtual std::int64_t jacobian_scratch_bytes(const Plan& plan, std::size_t movements,
                                              const RenderOptions& options) const = 0;
  // Bytes of the device's own memory that it takes at the peak, its copy of the plan included.
  virtual std::int64_t jacobian_device_bytes(const Plan& plan, std::size_t movements,
                                             const RenderOptions& options) const = 0;
};

// Every device that this build and its modules know, available or not; the CPU is the first and always there. The first
// call looks for modules (module_loader.hpp).
const std::vector<std::shared_ptr<const Device>>& devices();

// "auto": the first available device that is not the CPU, else the CPU. "cuda": the first available one of this kind.
// Else a name or other name. Modules are looked for unless it is "cpu". Throws Error(device) that lists the devices, or
// tells why this one is not available.
std::shared_ptr<const Device> find_device(const std::string& name);

}  // namespace nbt
