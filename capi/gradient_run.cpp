#include "gradient_run.hpp"

#include <algorithm>
#include <atomic>

#include "model/error.hpp"
#include "model/scene_tangent.hpp"
#include "plan/contraction.hpp"

namespace nbt {
namespace {

// The shape of the spots moves with the cell counts and fudge, and that of gauss with the cell as well.
bool moves_shape(const Plan& plan, std::span<const Movement> movements) {
  if (plan.scene.crystal.shape == Shape::gauss) return true;
  const auto by_itself = [](const ParameterComponent& c) {
    return c.id == ParameterId::crystal_cells || c.id == ParameterId::crystal_fudge;
  };
  return std::any_of(movements.begin(), movements.end(), [&](const Movement& movement) {
    return std::any_of(movement.components.begin(), movement.components.end(), by_itself);
  });
}

// Of the data of a chunk that a caller is asked for when he leaves the size open.
constexpr std::int64_t preferred_chunk_pixels = 2 * 1024 * 1024;

std::int64_t rows_at_a_time(const LossRequest& request, const Panel& panel) {
  if (request.rows_per_chunk > 0) return std::min(request.rows_per_chunk, panel.slow_count);
  return std::clamp<std::int64_t>(preferred_chunk_pixels / panel.fast_count, 1, panel.slow_count);
}

void require_not_cancelled(const RunHooks& hooks) {
  if (hooks.cancel && hooks.cancel->load(std::memory_order_relaxed)) {
    throw Error(Status::cancelled, "the run was cancelled");
  }
}

void add_panel(const GradientInput& input, std::int32_t index, const LossRequest& request, MeasuredLoss& loss,
               const RunHooks& hooks, GradientRequest& work) {
  const Panel& panel = input.plan.scene.panels[static_cast<std::size_t>(index)];
  const double pixels = static_cast<double>(panel.fast_count) * static_cast<double>(panel.slow_count);
  const std::int64_t step = rows_at_a_time(request, panel);
  work.panel = index;
  for (std::int64_t row = 0; row < panel.slow_count; row += step) {
    require_not_cancelled(hooks);
    work.first_row = row;
    work.row_count = std::min(step, panel.slow_count - row);
    loss.set_rows(request.rows(index, row, work.row_count));
    RunControl control;
    control.cancel = hooks.cancel;
    const double before = static_cast<double>(row) * static_cast<double>(panel.fast_count);
    if (hooks.progress) {
      control.progress = [&](std::int64_t done) {
        hooks.progress(std::min((before + static_cast<double>(done)) / pixels, 1.0));
      };
    }
    input.device.add_gradient(input.plan, work, input.options, control);
  }
}

double derivative(const GradientInput& input, const Contraction& contraction, const Movement& movement) {
  double sum = 0;
  for (const ParameterComponent& component : movement.components) {
    sum += contraction.derivative(scene_tangent(input.parameters, input.data, component));
  }
  return sum;
}

}  // namespace

void require_differentiable_scene(const Plan& plan) {
  if (plan.running_product) {
    throw Error(Status::unsupported,
                "there are no derivatives of a running product: take the compat token running-product away "
                "(compat.tokens without it, or without nanobragg)");
  }
  if (plan.scene.precision == Precision::exact) {
    throw Error(Status::unsupported,
                "there are no derivatives in precision exact: set precision.mode to double or single");
  }
}

PlanAdjoint run_adjoint(const GradientInput& input, const LossRequest& request, std::span<const Movement> movements,
                        const GradientExtras& extras, const RunHooks& hooks) {
  MeasuredLoss loss(request.loss, request.types, input.plan.scene.mask.get());
  PlanAdjoint sums(input.plan, extras.amplitudes);
  GradientRequest work;
  work.loss = &loss;
  work.shape = moves_shape(input.plan, movements);
  work.amplitudes = extras.amplitudes;
  work.source_weights = extras.source_weights;
  work.sums = &sums;
  for (std::size_t panel = 0; panel < input.plan.scene.panels.size(); ++panel) {
    add_panel(input, static_cast<std::int32_t>(panel), request, loss, hooks, work);
  }
  if (sums.shared.pixels == 0) {
    throw Error(Status::inconsistent_scene, "no pixel counts: all are masked or outside the region");
  }
  return sums;
}

std::vector<double> contract(const GradientInput& input, const PlanAdjoint& adjoint,
                             std::span<const Movement> movements) {
  const Contraction contraction(input.plan, adjoint);
  std::vector<double> gradient;
  gradient.reserve(movements.size());
  for (const Movement& movement : movements) gradient.push_back(derivative(input, contraction, movement));
  return gradient;
}

std::int64_t gradient_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                            const GradientExtras& extras) {
  GradientRequest request;
  request.shape = true;
  request.amplitudes = extras.amplitudes;
  request.source_weights = extras.source_weights;
  const std::size_t tangents = plan.sources.size() * (sizeof(SourceOf<Dual>) + sizeof(Vector3)) +
                               plan.scene.crystal.phi_rad.size() * (sizeof(Dual) + 2 * sizeof(double));
  return device.gradient_scratch_bytes(plan, request, options) + plan_adjoint_bytes(plan, extras.amplitudes) +
         static_cast<std::int64_t>(sizeof(SceneOf<Dual>) + tangents);
}

}  // namespace nbt
