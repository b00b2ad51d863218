// A gradient run: rows of data in, loss and derivatives out.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "device/device.hpp"
#include "device/run_memory.hpp"
#include "device/runs.hpp"
#include "measured_image.hpp"
#include "model/parameter_selection.hpp"

namespace nbt {

// The loss and where its data come from.
struct LossRequest {
  Loss loss;
  MeasuredTypes types;
  // Rows of a panel, valid until the next call. May throw.
  std::function<MeasuredRows(std::int32_t panel, std::int64_t first_row, std::int64_t row_count)> rows;
  std::int64_t rows_per_chunk = 0;  // at most so many at a time; <= 0: chosen
};

// What derivatives are wanted beside those of parameters.
struct GradientExtras {
  bool amplitudes = false;
  bool source_weights = false;
};

// Where and from what.
struct GradientInput {
  const Parameters& parameters;
  const SceneData& data;
  const Plan& plan;
  const Device& device;
  RenderOptions options;
};

// Throws Error where the scene has no derivatives: precision exact, running product.
void require_differentiable_scene(const Plan& plan);

// The sums of a run over all panels. Throws Error(inconsistent_scene) when no pixel counts.
PlanAdjoint run_adjoint(const GradientInput& input, const LossRequest& request, std::span<const Movement> movements,
                        const GradientExtras& extras, const RunHooks& hooks);

// One derivative per movement.
std::vector<double> contract(const GradientInput& input, const PlanAdjoint& adjoint,
                             std::span<const Movement> movements);

// Derivative images of some rows; double, rows of fast_count pixels.
struct DerivativeRows {
  std::int32_t panel = 0;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::int64_t fast_count = 0;
  std::size_t components = 0;
  const double* image = nullptr;
  const double* derivatives = nullptr;  // component after component
  double fraction_done = 0;
};

// How the plan moves with each movement; or, with one factor per movement, with their sum.
std::vector<PlanTangent> tangents_of(const GradientInput& input, std::span<const Movement> movements);
std::vector<PlanTangent> directional_tangent(const GradientInput& input, std::span<const Movement> movements,
                                             std::span<const double> factors);

// Chunks of at most so many rows, in order.
void run_derivatives(const GradientInput& input, std::span<const PlanTangent> tangents, std::int64_t rows_per_chunk,
                     const std::function<void(const DerivativeRows&)>& take, const RunHooks& hooks);

// `with_factor`: the loss's factor is the last component. The matrix is complete.
NormalSums run_normal_sums(const GradientInput& input, std::span<const PlanTangent> tangents,
                           const LossRequest& request, bool with_factor, const RunHooks& hooks);

// Heap bytes of derivative images without their chunk, and of normal equations.
std::int64_t jacobian_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                            std::size_t movements);

// Bytes of the device's own memory that run_adjoint() takes, whatever the chunks.
std::int64_t gradient_device_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                                   const GradientExtras& extras);
// Heap bytes of run_adjoint() and contract(), whatever the chunks.
std::int64_t gradient_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                            const GradientExtras& extras);

}  // namespace nbt
