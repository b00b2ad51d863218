// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/tile_loop.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>

#include "cpu/parallel_loop.hpp"
#include "cpu/thread_choice.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

constexpr std::size_t cache_line_bytes = 64;

template <class T>
T* pixel_at(const RenderRequest& request, std::int64_t slow, std::int64_t fast) {
  return static_cast<T*>(request.pixels) + (slow - request.first_row) * request.row_stride + fast;
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
    const std::int64_t tiles = request_.row_count * tiles_per_row_;
    const std::int64_t at_once = tiles_at_once(tiles, threads);
    const auto make = [&] {
      std::unique_ptr<Scratch> scratch;
      guarded([&] { scratch = std::make_unique<Scratch>(); });
      return scratch;
    };
    const auto step = [&](std::int64_t tile, std::unique_ptr<Scratch>& scratch, int thread) {
      if (!stop_.requested()) guarded([&] { render_and_tell(tile, *scratch, thread); });
    };
    for_shared(tiles, at_once, threads, make, step);
    if (failure_) std::rethrow_exception(failure_);
    if (stop_.cancelled()) throw Error(Status::cancelled, "the run was cancelled");
  }

 private:
  // Tiles that a thread takes from the common counter at a time: about as many as keep the counter's cost below a
  // percent, but few enough that no thread has much left to do when the others are done.
  std::int64_t tiles_at_once(std::int64_t tiles, int threads) const {
    constexpr double nanoseconds_at_once = 10e3;
    constexpr std::int64_t shares_per_thread = 16;
    const double all = estimated_nanoseconds(plan_, {request_.panel, request_.first_row, request_.row_count});
    const auto wanted =
        static_cast<std::int64_t>(std::min(nanoseconds_at_once * static_cast<double>(tiles) / all, 1e6));
    return std::clamp<std::int64_t>(tiles / (threads * shares_per_thread), 1, std::max<std::int64_t>(wanted, 1));
  }

  // No exception may leave a thread: the first one is kept and stops the others.
  template <class Work>
  void guarded(Work work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(failing_);
      if (!failure_) failure_ = std::current_exception();
      stop_.fail();
    }
  }

  void render_and_tell(std::int64_t tile, Scratch& scratch, int thread) {
    render_tile(tile, scratch);
    if (control_.progress && thread == 0) control_.progress(pixels_done_.load());
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
  std::mutex failing_;
  std::exception_ptr failure_;
  // In a cache line of its own: every thread reads what stands around it.
  alignas(cache_line_bytes) std::atomic<std::int64_t> pixels_done_{0};
};

}  // namespace

void render_tiles(const Plan& plan, const RenderRequest& request, const SpanRenderer& renderer, int threads,
                  const RunControl& control) {
  TileLoop(plan, request, renderer, control).run(threads);
}

}  // namespace nbt
