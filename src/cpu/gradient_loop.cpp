// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/gradient_loop.hpp"

#include <algorithm>

#include "cpu/gradient_span.hpp"
#include "cpu/ordered_blocks.hpp"

namespace nbt {
namespace {

// What one thread holds.
struct Worker {
  Worker(const Plan& plan, const GradientWishes& wishes) : scratch(plan, wishes), sums(plan, false) {}
  GradientScratch scratch;
  PlanAdjoint sums;
};

// Of a row: slopes are read again sooner where few pixels are taken at once, but what is done once per orientation is
// then done more often. They are read from the last ones back, so not all need to fit into the second-level cache.
// Parts begin on the grid of the rows in Scratch.
std::int64_t pixels_at_once(const SlopeLayout& layout) {
  constexpr std::int64_t most_bytes = 4 * 1024 * 1024;
  std::int64_t pixels = tile_pixels;
  if (!layout.kept) return pixels;
  while (pixels > lane_padding && pixels * layout.terms_per_pixel * layout.bytes_per_term > most_bytes) pixels /= 2;
  return pixels;
}

}  // namespace

void add_gradient_of_rows(const Plan& plan, const GradientRequest& request, std::int64_t simd_target, int threads,
                          const RunControl& control) {
  const GradientConstants constants(plan, {request.shape, request.amplitudes, request.source_weights}, simd_target);
  const std::int64_t step = pixels_at_once(SlopeLayout(plan, constants.wishes));
  const BlockGrid grid(plan, request.panel, request.first_row);
  StopSignal stop(control.cancel);
  const auto make = [&] { return std::make_unique<Worker>(plan, constants.wishes); };
  const auto work = [&](std::int64_t block, Worker& worker) {
    const auto add_part = [&](std::int64_t first, std::int64_t end) {
      const Span active = active_part(plan, request.panel, grid.slow(block), first, end);
      if (active.count == 0) return true;
      for (const Span& span : split_by_rules(plan, active)) {
        if (!add_gradient_of_span(constants, span, *request.loss, worker.scratch, stop, worker.sums)) return false;
      }
      return true;
    };
    grid.for_tiles(block, [&](std::int64_t first, std::int64_t end) {
      for (std::int64_t from = first; from < end;) {
        const std::int64_t to = std::min((from / step + 1) * step, end);
        if (!add_part(from, to)) return false;
        from = to;
      }
      return true;
    });
  };
  const auto take = [&](std::int64_t, Worker& worker) {
    request.sums->add(worker.sums);
    worker.scratch.amplitude_sums.drain(request.sums->amplitudes);
    worker.sums.clear();
  };
  for_ordered_blocks(grid.count(request.row_count), threads, control, grid, stop, make, work, take);
}

}  // namespace nbt
