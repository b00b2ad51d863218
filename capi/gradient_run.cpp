#include "gradient_run.hpp"

#include <algorithm>
#include <memory>

#include "model/error.hpp"
#include "model/memory_size.hpp"
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

// Calls work(first_row, row_count, control) for the chunks of a panel's rows, whose progress is told on the whole.
template <class Work>
void for_chunks(const Panel& panel, std::int64_t step, const RunHooks& hooks, const Work& work) {
  const double pixels = static_cast<double>(panel.fast_count) * static_cast<double>(panel.slow_count);
  for (std::int64_t row = 0; row < panel.slow_count; row += step) {
    require_not_cancelled(hooks.cancel);
    RunControl control;
    control.cancel = hooks.cancel;
    const double before = static_cast<double>(row) * static_cast<double>(panel.fast_count);
    if (hooks.progress) {
      control.progress = [&hooks, before, pixels](std::int64_t done) {
        hooks.progress(std::min((before + static_cast<double>(done)) / pixels, 1.0));
      };
    }
    work(row, std::min(step, panel.slow_count - row), control);
  }
}

// Calls run(control) for the chunks of all panels, with their rows in `work` and their data in `loss`.
template <class Work, class Run>
void for_data(const GradientInput& input, const LossRequest& request, MeasuredLoss& loss, const RunHooks& hooks,
              Work& work, const Run& run) {
  for (std::size_t index = 0; index < input.plan.scene.panels.size(); ++index) {
    const Panel& panel = input.plan.scene.panels[index];
    work.panel = static_cast<std::int32_t>(index);
    for_chunks(panel, rows_at_a_time(request, panel), hooks,
               [&](std::int64_t first_row, std::int64_t row_count, const RunControl& control) {
                 work.first_row = first_row;
                 work.row_count = row_count;
                 loss.set_rows(request.rows(work.panel, first_row, row_count));
                 run(control);
               });
  }
}

PlanTangent tangent_of(const GradientInput& input, const Movement& movement) {
  PlanTangent tangent;
  for (const ParameterComponent& component : movement.components) {
    tangent.add(1, plan_tangent(input.plan, scene_tangent(input.parameters, input.data, component)));
  }
  return tangent;
}

void require_pixels(double pixels) {
  if (pixels > 0) return;
  throw Error(Status::inconsistent_scene, "no pixel counts: all are masked or outside the region");
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
  std::shared_ptr<void> kept;
  work.kept = &kept;
  for_data(input, request, loss, hooks, work,
           [&](const RunControl& control) { input.device.add_gradient(input.plan, work, input.options, control); });
  input.device.finish_gradient(input.plan, work);
  require_pixels(sums.shared.pixels);
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

std::vector<PlanTangent> tangents_of(const GradientInput& input, std::span<const Movement> movements) {
  std::vector<PlanTangent> tangents;
  tangents.reserve(movements.size());
  for (const Movement& movement : movements) tangents.push_back(tangent_of(input, movement));
  return tangents;
}

std::vector<PlanTangent> directional_tangent(const GradientInput& input, std::span<const Movement> movements,
                                             std::span<const double> factors) {
  std::vector<PlanTangent> sum(1);
  for (std::size_t p = 0; p < movements.size(); ++p) sum.front().add(factors[p], tangent_of(input, movements[p]));
  return sum;
}

void run_derivatives(const GradientInput& input, std::span<const PlanTangent> tangents, std::int64_t rows_per_chunk,
                     const std::function<void(const DerivativeRows&)>& take, const RunHooks& hooks) {
  // Uninitialised: the device writes every pixel.
  std::unique_ptr<double[]> image, derivatives;
  std::int64_t most_pixels = 0;
  for (const Panel& panel : input.plan.scene.panels) {
    most_pixels = std::max(most_pixels, std::min(rows_per_chunk, panel.slow_count) * panel.fast_count);
  }
  image.reset(new double[memory_size<double>(most_pixels)]);
  derivatives.reset(new double[memory_size<double>(most_pixels * static_cast<std::int64_t>(tangents.size()))]);
  JacobianRequest work;
  work.movements = tangents;
  work.image = image.get();
  work.derivatives = derivatives.get();
  std::shared_ptr<void> kept;
  work.kept = &kept;
  for (std::size_t index = 0; index < input.plan.scene.panels.size(); ++index) {
    const Panel& panel = input.plan.scene.panels[index];
    const std::int64_t step = std::min(rows_per_chunk, panel.slow_count);
    for_chunks(panel, step, hooks, [&](std::int64_t first_row, std::int64_t row_count, const RunControl& control) {
      work.panel = static_cast<std::int32_t>(index);
      work.first_row = first_row;
      work.row_count = row_count;
      input.device.find_derivatives(input.plan, work, input.options, control);
      const double done = static_cast<double>(first_row + row_count) / static_cast<double>(panel.slow_count);
      take({work.panel, first_row, row_count, panel.fast_count, tangents.size(), image.get(), derivatives.get(), done});
    });
  }
  input.device.finish_derivatives(input.plan, work);
}

NormalSums run_normal_sums(const GradientInput& input, std::span<const PlanTangent> tangents,
                           const LossRequest& request, bool with_factor, const RunHooks& hooks) {
  MeasuredLoss loss(request.loss, request.types, input.plan.scene.mask.get());
  NormalSums sums(tangents.size() + (with_factor ? 1 : 0));
  JacobianRequest work;
  work.movements = tangents;
  work.loss = &loss;
  work.sums = &sums;
  std::shared_ptr<void> kept;
  work.kept = &kept;
  for_data(input, request, loss, hooks, work,
           [&](const RunControl& control) { input.device.find_derivatives(input.plan, work, input.options, control); });
  input.device.finish_derivatives(input.plan, work);
  require_pixels(sums.share.pixels);
  for (std::size_t p = 0; p < sums.count; ++p) {
    for (std::size_t q = 0; q < p; ++q) sums.matrix[p * sums.count + q] = sums.matrix[q * sums.count + p];
  }
  return sums;
}

std::int64_t jacobian_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                            std::size_t movements) {
  const std::size_t scene = sizeof(SceneOf<Dual>) + plan.sources.size() * sizeof(SourceOf<Dual>) +
                            plan.scene.crystal.phi_rad.size() * sizeof(Dual);
  // Two at once while components that move together are added.
  return static_cast<std::int64_t>(movements + 2) * plan_tangent_bytes(plan) + static_cast<std::int64_t>(scene) +
         device.jacobian_scratch_bytes(plan, movements, options);
}

namespace {

// All that may be wanted by the way.
GradientRequest wishes_of(const GradientExtras& extras) {
  GradientRequest request;
  request.shape = true;
  request.amplitudes = extras.amplitudes;
  request.source_weights = extras.source_weights;
  return request;
}

}  // namespace

std::int64_t gradient_device_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                                   const GradientExtras& extras) {
  return device.gradient_device_bytes(plan, wishes_of(extras), options);
}

std::int64_t gradient_bytes(const Plan& plan, const Device& device, const RenderOptions& options,
                            const GradientExtras& extras) {
  const GradientRequest request = wishes_of(extras);
  const std::size_t tangents = plan.sources.size() * (sizeof(SourceOf<Dual>) + sizeof(Vector3)) +
                               plan.scene.crystal.phi_rad.size() * (sizeof(Dual) + 2 * sizeof(double));
  return device.gradient_scratch_bytes(plan, request, options) + plan_adjoint_bytes(plan, extras.amplitudes) +
         static_cast<std::int64_t>(sizeof(SceneOf<Dual>) + tangents);
}

}  // namespace nbt
