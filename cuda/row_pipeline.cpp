#include "cuda/row_pipeline.hpp"

#include <algorithm>
#include <cstring>

#include "device/run_memory.hpp"
#include "device/runs.hpp"

namespace nbt::cuda {
namespace {

// Large enough that starting kernels and copies costs nothing beside them.
constexpr std::int64_t preferred_slab_bytes = 4 * 1024 * 1024;

// Of one launch: some hundredths of a second on a fast card, so that a run can be cancelled, and much more than a
// launch costs.
constexpr double preferred_evaluations = 4e9;
constexpr std::int64_t most_blocks = 1 << 30;

std::int64_t tiles_per_row(const Panel& panel) {
  return (panel.fast_count + tile_pixels - 1) / tile_pixels;
}

class RowPipeline {
 public:
  RowPipeline(const Plan& plan, const FrozenPlan& frozen, const RenderRequest& request, const SlabSize& size,
              const RunControl& control, Slabs& slabs)
      : panel_(plan.scene.panels[static_cast<std::size_t>(request.panel)]),
        frozen_(frozen),
        scene_(frozen.scene(request.panel)),
        request_(request),
        size_(size),
        control_(control),
        row_bytes_(panel_.fast_count * pixel_bytes(request.type)),
        blocks_per_launch_(blocks_per_launch(plan)),
        slabs_(slabs.slab) {}

  void run() {
    try {
      const std::int64_t end = request_.first_row + request_.row_count;
      std::size_t turn = 0;
      for (std::int64_t row = request_.first_row; row < end; row += size_.rows, turn = (turn + 1) % slabs_in_flight) {
        land(slabs_[turn]);
        start(slabs_[turn], row, std::min(size_.rows, end - row));
      }
      for (std::size_t left = 0; left < slabs_in_flight; ++left) land(slabs_[(turn + left) % slabs_in_flight]);
    } catch (...) {
      settle();
      throw;
    }
  }

 private:
  static std::int64_t blocks_per_launch(const Plan& plan) {
    const double per_block = static_cast<double>(evaluations_per_pixel(plan)) * tile_pixels;
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(preferred_evaluations / per_block), 1, most_blocks);
  }

  void start(Slab& slab, std::int64_t first_row, std::int64_t row_count) {
    slab.first_row = first_row;
    slab.row_count = row_count;
    RenderTask task;
    task.first_row = first_row;
    task.in_double = request_.type == PixelType::float64;
    task.pixels = slab.rows.get();
    launch_in_pieces(task, row_count * tiles_per_row(panel_), slab.stream);
    const FrozenPlan::Range special = frozen_.special_pixels(request_.panel, first_row, row_count);
    task.special = true;
    task.first_tile = special.first;
    if (special.count > 0) launch_in_pieces(task, special.count, slab.stream);
    slab.stream.copy_to_host(slab.landed.get(), slab.rows.get(), row_count * row_bytes_);
  }

  // Waits for all but the last piece, so that not much is under way when the run is cancelled.
  void launch_in_pieces(RenderTask task, std::int64_t blocks, Stream& stream) {
    for (std::int64_t done = 0; done < blocks;) {
      require_not_cancelled(control_.cancel);
      const std::int64_t count = std::min(blocks - done, blocks_per_launch_);
      if (done > 0) stream.wait();
      launch_render(frozen_.choice(), scene_, task, count, stream);
      task.first_tile += count;
      done += count;
    }
  }

  // Into the caller's rows.
  void land(Slab& slab) {
    require_not_cancelled(control_.cancel);
    if (slab.row_count == 0) return;
    slab.stream.wait();
    const std::int64_t stride_bytes = request_.row_stride * pixel_bytes(request_.type);
    auto* to = static_cast<std::byte*>(request_.pixels) + (slab.first_row - request_.first_row) * stride_bytes;
    const auto* from = static_cast<const std::byte*>(slab.landed.get());
    for (std::int64_t row = 0; row < slab.row_count; ++row) {
      std::memcpy(to + row * stride_bytes, from + row * row_bytes_, static_cast<std::size_t>(row_bytes_));
    }
    rows_done_ += slab.row_count;
    slab.row_count = 0;
    if (control_.progress) control_.progress(rows_done_ * panel_.fast_count);
  }

  // Nothing may be under way when the memory goes. What fails here failed before.
  void settle() noexcept {
    for (Slab& slab : slabs_) {
      try {
        slab.stream.wait();
      } catch (...) {  // NOLINT(bugprone-empty-catch): the first failure is the one that is told
      }
    }
  }

  const Panel& panel_;
  const FrozenPlan& frozen_;
  const FrozenScene& scene_;
  const RenderRequest& request_;
  const SlabSize size_;
  const RunControl& control_;
  const std::int64_t row_bytes_;
  const std::int64_t blocks_per_launch_;
  std::array<Slab, slabs_in_flight>& slabs_;
  std::int64_t rows_done_ = 0;
};

}  // namespace

SlabSize slab_size(const Plan& plan, PixelType type, std::int64_t memory_limit_bytes) {
  std::int64_t widest = 0, tallest = 0;
  for (const Panel& panel : plan.scene.panels) {
    widest = std::max(widest, panel.fast_count);
    tallest = std::max(tallest, panel.slow_count);
  }
  const std::int64_t row_bytes = widest * pixel_bytes(type);
  std::int64_t bytes = preferred_slab_bytes;
  if (memory_limit_bytes > 0) {
    bytes = std::min(bytes, (memory_limit_bytes - frozen_plan_bytes(plan)) / slabs_in_flight);
  }
  SlabSize slab;
  slab.rows = std::clamp<std::int64_t>(bytes / row_bytes, 1, std::max<std::int64_t>(tallest, 1));
  slab.bytes = slab.rows * row_bytes;
  return slab;
}

void render_rows(const Plan& plan, DevicePlan& kept, int device, const RenderRequest& request, const SlabSize& size,
                 const RunControl& control) {
  if (request.row_count == 0) return;
  std::unique_ptr<Slabs> slabs = kept.slabs.take(device, size.bytes);
  RowPipeline(plan, kept.frozen, request, size, control, *slabs).run();
  kept.slabs.give_back(std::move(slabs));
}

}  // namespace nbt::cuda
