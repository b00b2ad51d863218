#include "cuda/row_pipeline.hpp"

#include <algorithm>
#include <cstring>

#include "cuda/row_launch.hpp"
#include "device/run_memory.hpp"
#include "device/runs.hpp"

namespace nbt::cuda {
namespace {

class RowPipeline {
 public:
  RowPipeline(const Plan& plan, const FrozenPlan& frozen, const RenderChoice& kernel, const RenderRequest& request,
              const SlabSize& size, const RunControl& control, Slabs& slabs)
      : plan_(plan),
        panel_(plan.scene.panels[static_cast<std::size_t>(request.panel)]),
        frozen_(frozen),
        kernel_(kernel),
        request_(request),
        size_(size),
        control_(control),
        row_bytes_(panel_.fast_count * pixel_bytes(request.type)),
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
      settle(slabs_);
      throw;
    }
  }

 private:
  void start(Slab& slab, std::int64_t first_row, std::int64_t row_count) {
    slab.first_row = first_row;
    slab.row_count = row_count;
    const RowsToRender rows{request_.panel, first_row, row_count, request_.type == PixelType::float64, slab.rows.get()};
    launch_rows(plan_, frozen_, kernel_, rows, control_, slab.stream);
    slab.stream.copy_to_host(slab.landed.get(), slab.rows.get(), row_count * row_bytes_);
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

  const Plan& plan_;
  const Panel& panel_;
  const FrozenPlan& frozen_;
  const RenderChoice& kernel_;
  const RenderRequest& request_;
  const SlabSize size_;
  const RunControl& control_;
  const std::int64_t row_bytes_;
  std::array<Slab, slabs_in_flight>& slabs_;
  std::int64_t rows_done_ = 0;
};

}  // namespace

SlabSize slab_size(const Plan& plan, PixelType type, std::int64_t memory_limit_bytes) {
  std::optional<std::int64_t> most_bytes;
  if (memory_limit_bytes > 0) most_bytes = (memory_limit_bytes - frozen_plan_bytes(plan)) / slabs_in_flight;
  const SlabRows slab = slab_rows(plan, pixel_bytes(type), most_bytes);
  return {slab.rows, slab.pixels() * pixel_bytes(type)};
}

void render_rows(const Plan& plan, DevicePlan& kept, const RenderChoice& kernel, int device,
                 const RenderRequest& request, const SlabSize& size, const RunControl& control) {
  if (request.row_count == 0) return;
  std::unique_ptr<Slabs> slabs = kept.slabs.take(device, size.bytes);
  RowPipeline(plan, kept.frozen, kernel, request, size, control, *slabs).run();
  kept.slabs.give_back(std::move(slabs));
}

}  // namespace nbt::cuda
