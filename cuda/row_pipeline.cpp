#include "cuda/row_pipeline.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "cuda/row_launch.hpp"
#include "cuda/slab_rows.hpp"
#include "device/run_memory.hpp"
#include "device/runs.hpp"

namespace nbt::cuda {
namespace {

// Where the rows of a request and those that it announces end.
std::int64_t last_end(const RenderRequest& request) {
  return request.first_row + request.row_count + (request.kept ? request.rows_to_come : 0);
}

// Lives from the first of some requests that follow each other to the last. Slabs take turns, each with as many rows as
// it holds or one launch renders, whatever the requests are: one may hold rows of several.
class RowPipeline {
 public:
  RowPipeline(const RowSetup& setup, const RenderRequest& first)
      : setup_(setup),
        panel_(first.panel),
        type_(first.type),
        fast_count_(setup.plan.scene.panels[static_cast<std::size_t>(panel_)].fast_count),
        rows_per_slab_(std::min(setup.size.rows, rows_of_one_launch(setup.plan, fast_count_))),
        end_(last_end(first)),
        next_to_start_(first.first_row),
        next_to_land_(first.first_row),
        slabs_(setup.kept->slabs.take(setup.device, setup.size.bytes)) {}
  ~RowPipeline() {
    if (slabs_) settle(slabs_->slab);
  }
  RowPipeline(const RowPipeline&) = delete;
  RowPipeline& operator=(const RowPipeline&) = delete;

  bool is_followed_by(const RenderRequest& request) const {
    return request.panel == panel_ && request.type == type_ && request.first_row == next_to_land_ &&
           last_end(request) == end_;
  }
  bool is_finished() const { return next_to_land_ == end_; }

  void deliver(const RenderRequest& request, const RunControl& control) {
    start_idle_slabs(control);
    const std::int64_t end = request.first_row + request.row_count;
    while (next_to_land_ < end) {
      require_not_cancelled(control.cancel);
      land(request, end);
      start_idle_slabs(control);
      if (control.progress) control.progress((next_to_land_ - request.first_row) * fast_count_);
    }
    if (is_finished()) setup_.kept->slabs.give_back(std::move(slabs_));
  }

 private:
  std::int64_t row_bytes() const { return fast_count_ * pixel_bytes(type_); }

  void start_idle_slabs(const RunControl& control) {
    while (next_to_start_ < end_ && slabs_->slab[starting_].row_count == 0) {
      start(slabs_->slab[starting_], control);
      starting_ = (starting_ + 1) % slabs_in_flight;
    }
  }

  void start(Slab& slab, const RunControl& control) {
    slab.first_row = next_to_start_;
    slab.row_count = std::min(rows_per_slab_, end_ - next_to_start_);
    slab.is_under_way = true;
    const RowsToRender rows{panel_, slab.first_row, slab.row_count, type_ == PixelType::float64, slab.rows.get()};
    launch_rows(setup_.plan, setup_.kept->frozen, setup_.kernel, rows, control, slab.stream);
    slab.stream.copy_to_host(slab.landed.get(), slab.rows.get(), slab.row_count * row_bytes());
    next_to_start_ += slab.row_count;
  }

  // Into the caller's rows, as far as the oldest slab has them.
  void land(const RenderRequest& request, std::int64_t end) {
    Slab& slab = slabs_->slab[landing_];
    if (slab.is_under_way) slab.stream.wait();
    slab.is_under_way = false;
    const std::int64_t slab_end = slab.first_row + slab.row_count;
    const std::int64_t stride_bytes = request.row_stride * pixel_bytes(type_);
    auto* to = static_cast<std::byte*>(request.pixels) + (next_to_land_ - request.first_row) * stride_bytes;
    const auto* from =
        static_cast<const std::byte*>(slab.landed.get()) + (next_to_land_ - slab.first_row) * row_bytes();
    for (; next_to_land_ < std::min(end, slab_end); ++next_to_land_, to += stride_bytes, from += row_bytes()) {
      std::memcpy(to, from, static_cast<std::size_t>(row_bytes()));
    }
    if (next_to_land_ < slab_end) return;
    slab.row_count = 0;
    landing_ = (landing_ + 1) % slabs_in_flight;
  }

  const RowSetup setup_;
  const std::int32_t panel_;
  const PixelType type_;
  const std::int64_t fast_count_;
  const std::int64_t rows_per_slab_;
  const std::int64_t end_;
  std::int64_t next_to_start_;
  std::int64_t next_to_land_;
  std::size_t starting_ = 0;
  std::size_t landing_ = 0;
  std::unique_ptr<Slabs> slabs_;  // null when all rows have landed
};

}  // namespace

SlabSize slab_size(const Plan& plan, PixelType type, std::int64_t memory_limit_bytes) {
  std::optional<std::int64_t> most_bytes;
  if (memory_limit_bytes > 0) most_bytes = (memory_limit_bytes - frozen_plan_bytes(plan)) / slabs_in_flight;
  const SlabRows slab = slab_rows(plan, pixel_bytes(type), most_bytes);
  return {slab.rows, slab.pixels() * pixel_bytes(type)};
}

void render_rows(const RowSetup& setup, const RenderRequest& request, const RunControl& control) {
  if (request.row_count == 0) return;
  std::shared_ptr<RowPipeline> pipeline;
  if (request.kept) pipeline = std::static_pointer_cast<RowPipeline>(std::exchange(*request.kept, nullptr));
  if (!pipeline || !pipeline->is_followed_by(request)) {
    pipeline.reset();  // its slabs go before others are taken
    pipeline = std::make_shared<RowPipeline>(setup, request);
  }
  pipeline->deliver(request, control);
  if (request.kept && !pipeline->is_finished()) *request.kept = std::move(pipeline);
}

}  // namespace nbt::cuda
