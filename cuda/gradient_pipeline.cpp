#include "cuda/gradient_pipeline.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include "cuda/pull_launch.hpp"
#include "cuda/row_launch.hpp"

namespace nbt::cuda {
namespace {

// Of one launch, as in row_launch.cpp: derivatives take some times longer.
constexpr double preferred_evaluations = 5e8;

// Of the host, when it computes the loss: so many that starting a thread costs little.
constexpr std::int64_t pixels_per_thread = 16384;

class GradientPipeline {
 public:
  GradientPipeline(const Plan& plan, const FrozenPlan& frozen, GradientState& state, const GradientRequest& request,
                   int threads, const RunControl& control)
      : plan_(plan),
        panel_(plan.scene.panels[static_cast<std::size_t>(request.panel)]),
        frozen_(frozen),
        state_(state),
        request_(request),
        threads_(threads > 0 ? threads : static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U))),
        control_(control) {}

  void run() {
    try {
      std::size_t turn = 0;
      std::int64_t next = start(state_.slab[turn], request_.first_row);
      while (state_.slab[turn].row_count > 0) {
        const std::size_t other = 1 - turn;
        next = start(state_.slab[other], next);
        pull(state_.slab[turn]);
        turn = other;
      }
      for (GradientSlab& slab : state_.slab) slab.stream.wait();
    } catch (...) {
      settle(state_.slab);
      throw;
    }
  }

 private:
  std::int64_t end() const { return request_.first_row + request_.row_count; }

  // Values of the next rows; returns the row after them.
  std::int64_t start(GradientSlab& slab, std::int64_t first_row) {
    slab.first_row = first_row;
    slab.row_count = std::min(state_.sizes.slab.rows, end() - first_row);
    if (slab.row_count <= 0) return first_row;
    launch_rows(plan_, frozen_, state_.kernel, {request_.panel, first_row, slab.row_count, true, slab.values.get()},
                control_, slab.stream);
    slab.stream.copy_to_host(slab.landed.get(), slab.values.get(), slab.row_count * row_bytes());
    return first_row + slab.row_count;
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
    PullTask task;
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

  void launch(PullTask task, std::int64_t before, std::int64_t blocks, Stream& stream) {
    const double per_block = static_cast<double>(evaluations_per_pixel(plan_)) * pull_tile_pixels;
    launch_in_pieces(blocks, per_block, preferred_evaluations, control_, stream,
                     [&](std::int64_t first, std::int64_t count) {
                       state_.sums.make_room(static_cast<double>(count) * per_block, stream, [&] {
                         for (GradientSlab& slab : state_.slab) slab.stream.wait();
                       });
                       task.first_tile = before + first;
                       launch_pull(plan_.scene.precision, frozen_.scene(request_.panel), task, count, stream);
                     });
  }

  std::int64_t tiles_per_row() const { return tiles_of_row(panel_.fast_count, tile_pixels); }

  // dL/dvalue. Shares of the loss are added in the order of the raster, however many threads compute them.
  void take_loss(GradientSlab& slab) {
    shares_.assign(static_cast<std::size_t>(slab.row_count * tiles_per_row()), {});
    const std::int64_t threads = std::clamp<std::int64_t>(slab.row_count * panel_.fast_count / pixels_per_thread, 1,
                                                          std::min<std::int64_t>(threads_, slab.row_count));
    const auto take = [&](std::int64_t part) {
      for (std::int64_t row = part; row < slab.row_count; row += threads) take_loss_of_row(slab, row);
    };
    std::vector<std::future<void>> others;
    for (std::int64_t part = 1; part < threads; ++part) {
      others.push_back(std::async(std::launch::async, take, part));
    }
    take(0);
    for (std::future<void>& other : others) other.get();
    SharedAdjoint& shared = request_.sums->shared;
    for (const LossShare& share : shares_) {
      shared.loss += share.loss;
      shared.loss_scale += share.by_scale;
      shared.pixels += share.pixels;
    }
  }

  void take_loss_of_row(GradientSlab& slab, std::int64_t row) {
    const std::int64_t slow = slab.first_row + row, before = row * panel_.fast_count;
    const double* values = static_cast<const double*>(slab.landed.get()) + before;
    double* slopes = static_cast<double*>(slab.leaving.get()) + before;
    std::fill_n(slopes, panel_.fast_count, 0.0);
    for (std::int64_t tile = 0; tile < tiles_per_row(); ++tile) {
      const std::int64_t first = tile * tile_pixels;
      const Span active = active_part(plan_, request_.panel, slow, first,
                                      std::min<std::int64_t>(first + tile_pixels, panel_.fast_count));
      if (active.count == 0) continue;
      const PixelRun run{request_.panel, slow, active.first_fast, active.count, values + active.first_fast};
      shares_[static_cast<std::size_t>(row * tiles_per_row() + tile)] =
          request_.loss->evaluate(run, slopes + active.first_fast, nullptr);
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
  const int threads_;
  const RunControl& control_;
  std::vector<LossShare> shares_;  // of tiles, row by row
  std::int64_t rows_done_ = 0;
};

}  // namespace

void add_gradient_of_rows(const Plan& plan, const FrozenPlan& frozen, GradientState& state,
                          const GradientRequest& request, int threads, const RunControl& control) {
  if (request.row_count > 0) GradientPipeline(plan, frozen, state, request, threads, control).run();
}

}  // namespace nbt::cuda
