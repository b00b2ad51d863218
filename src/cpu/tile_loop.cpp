// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/tile_loop.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>

#include "model/error.hpp"

namespace nbt {
namespace {

template <class T>
T* pixel_at(const RenderRequest& request, std::int64_t slow, std::int64_t fast) {
  return static_cast<T*>(request.pixels) + (slow - request.first_row) * request.row_stride + fast;
}

// A tile from its first to its last active pixel; empty when there is none.
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
    if (request_.type == PixelType::float32) {
      render_tile_as<float>(tile, scratch);
    } else {
      render_tile_as<double>(tile, scratch);
    }
  }

  template <class T>
  void render_tile_as(std::int64_t tile, Scratch& scratch) {
    const std::int64_t slow = request_.first_row + tile / tiles_per_row_;
    const std::int64_t first = tile % tiles_per_row_ * tile_pixels;
    const std::int64_t end = std::min(first + tile_pixels, fast_count_);
    std::fill_n(pixel_at<T>(request_, slow, first), end - first, T(0));
    const Span active = active_part(plan_, request_.panel, slow, first, end);
    if (active.count > 0) {
      for (const Span& span : split_by_rules(plan_, active)) {
        if (!renderer_.render(span, scratch, stop_)) return;
        store_span<T>(span, scratch);
      }
    }
    pixels_done_ += end - first;
  }

  template <class T>
  void store_span(const Span& span, const Scratch& scratch) const {
    T* to = pixel_at<T>(request_, span.slow, span.first_fast);
    const Mask* mask = plan_.scene.mask.get();
    for (int i = 0; i < span.count; ++i) {
      if (mask == nullptr || mask->at(span.slow, span.first_fast + i)) to[i] = static_cast<T>(scratch.value[i]);
    }
  }

  const Plan& plan_;
  const RenderRequest& request_;
  const SpanRenderer& renderer_;
  const RunControl& control_;
  const std::int64_t fast_count_;
  const std::int64_t tiles_per_row_;
  StopSignal stop_;
  std::exception_ptr failure_;
  std::atomic<std::int64_t> pixels_done_{0};
};

}  // namespace

int thread_count(int threads) {
  return threads > 0 ? threads : std::max(1, omp_get_max_threads());
}

void render_tiles(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, int threads,
                  const RunControl& control) {
  TileLoop(plan, request, renderer, control).run(thread_count(threads));
}

}  // namespace nbt
