// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/gradient_loop.hpp"

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

}  // namespace

void add_gradient_of_rows(const Plan& plan, const GradientRequest& request, std::int64_t simd_target, int threads,
                          const RunControl& control) {
  const GradientConstants constants(plan, {request.shape, request.amplitudes, request.source_weights}, simd_target);
  const BlockGrid grid(plan, request.panel, request.first_row);
  StopSignal stop(control.cancel);
  const auto make = [&] { return std::make_unique<Worker>(plan, constants.wishes); };
  const auto work = [&](std::int64_t block, Worker& worker) {
    grid.for_tiles(block, [&](std::int64_t first, std::int64_t end) {
      const Span active = active_part(plan, request.panel, grid.slow(block), first, end);
      if (active.count == 0) return true;
      for (const Span& span : split_by_rules(plan, active)) {
        if (!add_gradient_of_span(constants, span, *request.loss, worker.scratch, stop, worker.sums)) return false;
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
