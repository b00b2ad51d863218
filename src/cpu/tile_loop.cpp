// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/tile_loop.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>

#include "model/error.hpp"

namespace nbt {
namespace {

// Where pixels of a request go.
class Output {
 public:
  explicit Output(const RenderRequest& request) : request_(request) {}

  void store(std::int64_t slow, std::int64_t fast, double value) const {
    const std::int64_t at = (slow - request_.first_row) * request_.row_stride + fast;
    if (request_.type == PixelType::float32) {
      static_cast<float*>(request_.pixels)[at] = static_cast<float>(value);
    } else {
      static_cast<double*>(request_.pixels)[at] = value;
    }
  }

 private:
  const RenderRequest& request_;
};

// The active part of a tile from its first to its last active pixel; empty when there is none.
Span active_part(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t first, std::int64_t end) {
  while (first < end && !is_active(plan, panel, slow, first)) ++first;
  while (first < end && !is_active(plan, panel, slow, end - 1)) --end;
  Span span;
  span.panel = panel;
  span.slow = slow;
  span.first_fast = first;
  span.count = static_cast<int>(end - first);
  return span;
}

class TileLoop {
 public:
  TileLoop(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, const RunControl& control)
      : plan_(plan),
        request_(request),
        renderer_(renderer),
        control_(control),
        output_(request),
        fast_count_(plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count),
        tiles_per_row_((fast_count_ + tile_pixels - 1) / tile_pixels),
        stop_(control.cancel) {}

  void run(int threads) {
    const auto scratch = std::make_unique<Scratch[]>(static_cast<std::size_t>(threads));
    const std::int64_t tiles = request_.row_count * tiles_per_row_;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      if (!stop_.requested()) guarded_tile(tile, scratch[static_cast<std::size_t>(omp_get_thread_num())]);
    }
    if (failure_) std::rethrow_exception(failure_);
    if (stop_.cancelled()) throw Error(Status::cancelled, "the run was cancelled");
  }

 private:
  // No exception may leave an OpenMP thread: the first one is kept and stops the others.
  void guarded_tile(std::int64_t tile, Scratch& scratch) {
    try {
      render_tile(tile, scratch);
      if (control_.progress && omp_get_thread_num() == 0) control_.progress(pixels_done_.load());
    } catch (...) {
#pragma omp critical(nbt_tile_failure)
      if (!failure_) failure_ = std::current_exception();
      stop_.fail();
    }
  }

  void render_tile(std::int64_t tile, Scratch& scratch) {
    const std::int64_t slow = request_.first_row + tile / tiles_per_row_;
    const std::int64_t first = tile % tiles_per_row_ * tile_pixels;
    const std::int64_t end = std::min(first + tile_pixels, fast_count_);
    for (std::int64_t fast = first; fast < end; ++fast) output_.store(slow, fast, 0);
    const Span active = active_part(plan_, request_.panel, slow, first, end);
    if (active.count > 0) {
      for (const Span& span : split_by_rules(plan_, active)) {
        if (!renderer_.render(span, scratch, stop_)) return;
        store_span(span, scratch);
      }
    }
    pixels_done_ += end - first;
  }

  void store_span(const Span& span, const Scratch& scratch) const {
    for (int i = 0; i < span.count; ++i) {
      const std::int64_t fast = span.first_fast + i;
      if (is_active(plan_, span.panel, span.slow, fast)) output_.store(span.slow, fast, scratch.value[i]);
    }
  }

  const Plan& plan_;
  const RenderRequest& request_;
  const SpanRenderer& renderer_;
  const RunControl& control_;
  const Output output_;
  const std::int64_t fast_count_;
  const std::int64_t tiles_per_row_;
  StopSignal stop_;
  std::exception_ptr failure_;
  std::atomic<std::int64_t> pixels_done_{0};
};

}  // namespace

int thread_count(int threads) { return threads > 0 ? threads : std::max(1, omp_get_max_threads()); }

void render_tiles(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, int threads,
                  const RunControl& control) {
  TileLoop(plan, request, renderer, control).run(thread_count(threads));
}

}  // namespace nbt
