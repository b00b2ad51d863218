#include "cuda/jacobian_pipeline.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "cuda/loss_of_rows.hpp"
#include "cuda/pull_launch.hpp"
#include "cuda/row_launch.hpp"
#include "cuda/slab_turns.hpp"

namespace nbt::cuda {
namespace {

class JacobianPipeline {
 public:
  JacobianPipeline(const Plan& plan, const FrozenPlan& frozen, JacobianState& state, const JacobianRequest& request,
                   int threads, const RunControl& control)
      : plan_(plan),
        fast_count_(plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count),
        frozen_(frozen),
        state_(state),
        request_(request),
        control_(control) {
    if (request.sums != nullptr) loss_.emplace(plan, *request.loss, request.panel, threads);
  }

  void run() {
    const std::int64_t end = request_.first_row + request_.row_count;
    pass_in_turn(
        state_.slab, {request_.first_row, end, state_.sizes.slab.rows}, [&](JacobianSlab& slab) { start(slab); },
        [&](JacobianSlab& slab) { finish(slab); });
  }

 private:
  std::int64_t pixels(const JacobianSlab& slab) const { return slab.row_count * fast_count_; }
  std::int64_t bytes(const JacobianSlab& slab) const { return pixels(slab) * JacobianSlab::bytes_each; }
  std::int64_t movements() const { return static_cast<std::int64_t>(request_.movements.size()); }

  void start(JacobianSlab& slab) {
    launch_rows(plan_, frozen_, state_.kernel,
                {request_.panel, slab.first_row, slab.row_count, true, slab.values.get()}, control_, slab.stream);
    launch_images(slab);
    slab.stream.copy_to_host(slab.landed.get(), slab.values.get(), bytes(slab));
    if (request_.image == nullptr) return;
    slab.stream.copy_to_host(static_cast<double*>(slab.landed.get()) + pixels(slab), slab.images.get(),
                             movements() * bytes(slab));
  }

  void launch_images(JacobianSlab& slab) {
    ImageTask task;
    task.first_row = slab.first_row;
    task.values = static_cast<const double*>(slab.values.get());
    task.images = static_cast<double*>(slab.images.get());
    task.image_stride = pixels(slab);
    state_.factors.set(request_.panel, task);
    const auto launch = [&](std::int64_t before, std::int64_t blocks) {
      launch_pull_in_pieces(plan_, blocks, control_, slab.stream, [&](std::int64_t first, std::int64_t count) {
        task.first_tile = before + first;
        launch_pull(plan_.scene.precision, frozen_.scene(request_.panel), task, count, slab.stream);
      });
    };
    launch(0, slab.row_count * tiles_of_row(fast_count_, pull_tile_pixels));
    const FrozenPlan::Range special = frozen_.special_pixels(request_.panel, slab.first_row, slab.row_count);
    task.special = true;
    launch(special.first, special.count);
  }

  void finish(JacobianSlab& slab) {
    require_not_cancelled(control_.cancel);
    slab.stream.wait();
    if (request_.image != nullptr) hand_over(slab);
    if (request_.sums != nullptr) add_sums(slab);
    rows_done_ += slab.row_count;
    if (control_.progress) control_.progress(rows_done_ * fast_count_);
  }

  // To the caller's images.
  void hand_over(const JacobianSlab& slab) const {
    const auto* landed = static_cast<const double*>(slab.landed.get());
    const std::int64_t before = (slab.first_row - request_.first_row) * fast_count_;
    const auto size = static_cast<std::size_t>(bytes(slab));
    std::memcpy(request_.image + before, landed, size);
    for (std::int64_t p = 0; p < movements(); ++p) {
      std::memcpy(request_.derivatives + p * request_.row_count * fast_count_ + before, landed + (1 + p) * pixels(slab),
                  size);
    }
  }

  void add_sums(JacobianSlab& slab) {
    auto* slopes = static_cast<double*>(slab.leaving.get());
    LossShare& total = request_.sums->share;
    for (const LossShare& share :
         loss_->evaluate({slab.first_row, slab.row_count, static_cast<const double*>(slab.landed.get()), slopes,
                          slopes + pixels(slab)})) {
      total.loss += share.loss;
      total.by_scale += share.by_scale;
      total.pixels += share.pixels;
    }
    slab.stream.copy_to_device(slab.slopes.get(), slab.leaving.get(), 2 * bytes(slab));
    launch_sums(slab);
  }

  void launch_sums(JacobianSlab& slab) {
    NormalTask task;
    task.values = static_cast<const double*>(slab.values.get());
    task.images = static_cast<const double*>(slab.images.get());
    task.image_stride = pixels(slab);
    task.slopes = static_cast<const double*>(slab.slopes.get());
    task.curvatures = task.slopes + pixels(slab);
    task.movements = static_cast<int>(movements());
    task.components = static_cast<int>(request_.sums->count);
    task.per_factor = 1 / request_.loss->factor();
    task.copies = state_.sums.get();
    task.copy_count = state_.sums.copies();
    task.sums_per_copy = state_.sums.count();
    const std::int64_t tiles = slab.row_count * tiles_of_row(fast_count_, normal_tile_pixels);
    state_.sums.make_room(static_cast<double>(tiles * team_threads), slab.stream, [&] { wait_for(state_.slab); });
    launch_normal(frozen_.scene(request_.panel), task, tiles * NormalTile::blocks_per_tile(task.components),
                  slab.stream);
  }

  const Plan& plan_;
  const std::int64_t fast_count_;
  const FrozenPlan& frozen_;
  JacobianState& state_;
  const JacobianRequest& request_;
  const RunControl& control_;
  std::optional<LossOfRows> loss_;
  std::int64_t rows_done_ = 0;
};

}  // namespace

void find_derivatives_of_rows(const Plan& plan, const FrozenPlan& frozen, JacobianState& state,
                              const JacobianRequest& request, int threads, const RunControl& control) {
  if (request.row_count > 0) JacobianPipeline(plan, frozen, state, request, threads, control).run();
}

}  // namespace nbt::cuda
