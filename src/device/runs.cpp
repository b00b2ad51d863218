#include "device/runs.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "device/run_memory.hpp"
#include "model/error.hpp"
#include "model/memory_size.hpp"

namespace nbt {
namespace {

// Counts pixels over the requests of a run.
class Progress {
 public:
  Progress(double pixels_total, const RunHooks& hooks) : pixels_total_(pixels_total), hooks_(hooks) {}

  void report(double pixels_of_request) const {
    if (hooks_.progress) hooks_.progress(fraction(pixels_of_request));
  }
  void finish(double pixels_of_request) { pixels_before_ += pixels_of_request; }
  double fraction(double pixels_of_request = 0) const {
    return std::min((pixels_before_ + pixels_of_request) / pixels_total_, 1.0);
  }

 private:
  double pixels_total_;
  const RunHooks& hooks_;
  double pixels_before_ = 0;
};

double pixel_count(const Panel& panel) {
  return static_cast<double>(panel.fast_count) * static_cast<double>(panel.slow_count);
}

double pixel_count(const Plan& plan) {
  double pixels = 0;
  for (const Panel& panel : plan.scene.panels) pixels += pixel_count(panel);
  return pixels;
}

void render_rows(const Renderer& renderer, const RenderRequest& request, const RunHooks& hooks, Progress& progress) {
  const std::int64_t fast_count = renderer.plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count;
  RunControl control;
  control.cancel = hooks.cancel;
  control.progress = [&progress](std::int64_t pixels_done) { progress.report(static_cast<double>(pixels_done)); };
  require_not_cancelled(hooks.cancel);
  renderer.device.render(renderer.plan, request, renderer.options, control);
  progress.finish(static_cast<double>(request.row_count) * static_cast<double>(fast_count));
  hooks.rows({request.panel, request.type, request.first_row, request.row_count, fast_count, request.row_stride,
              request.pixels, progress.fraction()});
  progress.report(0);
}

// Pixels of one chunk, uninitialised: the device writes every one.
class ChunkBuffer {
 public:
  explicit ChunkBuffer(std::int64_t bytes) : bytes_(new std::byte[memory_size<std::byte>(bytes)]) {}
  void* pixels() { return bytes_.get(); }

 private:
  std::unique_ptr<std::byte[]> bytes_;
};

std::int64_t chunk_bytes(const Plan& plan, PixelType type, std::int64_t rows_per_chunk) {
  std::int64_t bytes = 0;
  for (const Panel& panel : plan.scene.panels) {
    const std::int64_t rows = std::min(rows_per_chunk, panel.slow_count);
    const std::int64_t elements = elements_of_image(panel.fast_count, rows, panel.fast_count);
    bytes = std::max(bytes, elements * pixel_bytes(type));
  }
  return bytes;
}

}  // namespace

void require_not_cancelled(const std::atomic<bool>* cancel) {
  if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
    throw Error(Status::cancelled, "the run was cancelled");
  }
}

std::int64_t elements_of_image(std::int64_t fast_count, std::int64_t slow_count, std::int64_t row_stride) {
  constexpr std::int64_t largest_pixel_bytes = 8;
  std::int64_t elements = 0, bytes = 0;
  if (__builtin_mul_overflow(slow_count - 1, row_stride, &elements) ||
      __builtin_add_overflow(elements, fast_count, &elements) ||
      __builtin_mul_overflow(elements, largest_pixel_bytes, &bytes)) {
    throw Error(Status::out_of_range, std::to_string(slow_count) + " rows that are " + std::to_string(row_stride) +
                                          " elements apart are more than 64 bits can count");
  }
  return elements;
}

void run_chunked(const Renderer& renderer, std::int64_t rows_per_chunk, const RunHooks& hooks) {
  ChunkBuffer buffer(chunk_bytes(renderer.plan, renderer.type, rows_per_chunk));
  Progress progress(pixel_count(renderer.plan), hooks);
  std::shared_ptr<void> kept;  // what is under way ends with it
  const std::vector<Panel>& panels = renderer.plan.scene.panels;
  for (std::size_t panel = 0; panel < panels.size(); ++panel) {
    const std::int64_t slow_count = panels[panel].slow_count;
    const std::int64_t step = std::min(rows_per_chunk, slow_count);
    for (std::int64_t row = 0; row < slow_count; row += step) {
      const std::int64_t row_count = std::min(step, slow_count - row);
      const RenderRequest request{
          static_cast<std::int32_t>(panel), row,  row_count, renderer.type, buffer.pixels(), panels[panel].fast_count,
          slow_count - row - row_count,     &kept};
      render_rows(renderer, request, hooks, progress);
    }
  }
}

void run_whole(const Renderer& renderer, std::int32_t panel, void* pixels, std::int64_t row_stride,
               const RunHooks& hooks) {
  const Panel& geometry = renderer.plan.scene.panels[static_cast<std::size_t>(panel)];
  Progress progress(pixel_count(geometry), hooks);
  const RenderRequest request{panel, 0, geometry.slow_count, renderer.type, pixels, row_stride};
  render_rows(renderer, request, hooks, progress);
}

}  // namespace nbt
