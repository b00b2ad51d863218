#include "cuda/gradient_pipeline.hpp"

#include "cuda/loss_of_rows.hpp"
#include "cuda/pull_launch.hpp"
#include "cuda/row_launch.hpp"
#include "cuda/slab_turns.hpp"

namespace nbt::cuda {
namespace {

class GradientPipeline {
 public:
  GradientPipeline(const Plan& plan, const FrozenPlan& frozen, GradientState& state, const GradientRequest& request,
                   int threads, const RunControl& control)
      : plan_(plan),
        panel_(plan.scene.panels[static_cast<std::size_t>(request.panel)]),
        frozen_(frozen),
        state_(state),
        request_(request),
        loss_(plan, *request.loss, request.panel, threads),
        control_(control) {}

  void run() {
    const std::int64_t end = request_.first_row + request_.row_count;
    pass_in_turn(
        state_.slab, {request_.first_row, end, state_.sizes.slab.rows}, [&](GradientSlab& slab) { start(slab); },
        [&](GradientSlab& slab) { pull(slab); });
  }

 private:
  // Values to the host.
  void start(GradientSlab& slab) {
    launch_rows(plan_, frozen_, state_.kernel,
                {request_.panel, slab.first_row, slab.row_count, true, slab.values.get()}, control_, slab.stream);
    slab.stream.copy_to_host(slab.landed.get(), slab.values.get(), slab.row_count * row_bytes());
  }

  std::int64_t row_bytes() const { return panel_.fast_count * GradientSlab::bytes_each; }

  void pull(GradientSlab& slab) {
    require_not_cancelled(control_.cancel);
    slab.stream.wait();
    take_loss(slab);
    const std::int64_t pixels = slab.row_count * panel_.fast_count;
    const FrozenPlan::Range special = frozen_.special_pixels(request_.panel, slab.first_row, slab.row_count);
    set_special_slopes(slab, special, pixels);
    slab.stream.copy_to_device(slab.slopes.get(), slab.leaving.get(),
                               (pixels + special.count) * GradientSlab::bytes_each);
    GradientTask task;
    task.first_row = slab.first_row;
    task.values = static_cast<const double*>(slab.values.get());
    task.slopes = static_cast<const double*>(slab.slopes.get());
    task.special_slopes = task.slopes + pixels;
    task.shape = request_.shape;
    task.source_weights = request_.source_weights;
    task.sums = state_.sums.sums();
    launch(task, 0, slab.row_count * tiles_of_row(panel_.fast_count, pull_tile_pixels), slab.stream);
    task.special = true;
    task.first_special = special.first;
    launch(task, special.first, special.count, slab.stream);
    rows_done_ += slab.row_count;
    if (control_.progress) control_.progress(rows_done_ * panel_.fast_count);
  }

  void launch(GradientTask task, std::int64_t before, std::int64_t blocks, Stream& stream) {
    launch_pull_in_pieces(plan_, blocks, control_, stream, [&](std::int64_t first, std::int64_t count) {
      state_.sums.make_room(static_cast<double>(count) * evaluations_per_pull_tile(plan_), stream,
                            [&] { wait_for(state_.slab); });
      task.first_tile = before + first;
      launch_pull(plan_.scene.precision, frozen_.scene(request_.panel), task, count, stream);
    });
  }

  // dL/dvalue.
  void take_loss(GradientSlab& slab) {
    SharedAdjoint& shared = request_.sums->shared;
    for (const LossShare& share :
         loss_.evaluate({slab.first_row, slab.row_count, static_cast<const double*>(slab.landed.get()),
                         static_cast<double*>(slab.leaving.get())})) {
      shared.loss += share.loss;
      shared.loss_scale += share.by_scale;
      shared.pixels += share.pixels;
    }
  }

  // They are pulled back on their own.
  void set_special_slopes(GradientSlab& slab, const FrozenPlan::Range& special, std::int64_t pixels) {
    auto* slopes = static_cast<double*>(slab.leaving.get());
    for (std::int64_t i = 0; i < special.count; ++i) {
      const SpecialPixel& pixel = frozen_.special_pixel(special.first + i);
      double& slope = slopes[(pixel.slow - slab.first_row) * panel_.fast_count + pixel.fast];
      slopes[pixels + i] = slope;
      slope = 0;
    }
  }

  const Plan& plan_;
  const Panel& panel_;
  const FrozenPlan& frozen_;
  GradientState& state_;
  const GradientRequest& request_;
  LossOfRows loss_;
  const RunControl& control_;
  std::int64_t rows_done_ = 0;
};

}  // namespace

void add_gradient_of_rows(const Plan& plan, const FrozenPlan& frozen, GradientState& state,
                          const GradientRequest& request, int threads, const RunControl& control) {
  if (request.row_count > 0) GradientPipeline(plan, frozen, state, request, threads, control).run();
}

}  // namespace nbt::cuda
