// Kept apart from the vector code: clang 14 cannot compile an OpenMP loop inside a SIMD target's namespace.
#include "cpu/gradient_loop.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>

#include "cpu/gradient_span.hpp"
#include "cpu/thread_choice.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

// A block is a run of tiles of one row that one thread works through; blocks are added in the order of the raster. Both
// follow from the plan alone, so sums have the same bits for any chunks and threads. Long enough that waiting for the
// block before costs little.
std::int64_t tiles_per_block(const Plan& plan, std::int64_t tiles_per_row) {
  constexpr double least_nanoseconds = 50e3;
  const double per_pixel =
      estimated_nanoseconds(plan, {0, 0, 1}) / static_cast<double>(plan.scene.panels.front().fast_count);
  const double tiles = std::ceil(least_nanoseconds / std::max(per_pixel * tile_pixels, 1.0));
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(tiles, 1e6)), 1, tiles_per_row);
}

// What one thread holds.
struct Worker {
  Worker(const Plan& plan, const GradientWishes& wishes) : scratch(plan, wishes), sums(plan, false) {}
  GradientScratch scratch;
  PlanAdjoint sums;
};

class GradientLoop {
 public:
  GradientLoop(const Plan& plan, const GradientRequest& request, std::int64_t simd_target, const RunControl& control)
      : plan_(plan),
        request_(request),
        constants_(plan, {request.shape, request.amplitudes, request.source_weights}, simd_target),
        control_(control),
        fast_count_(plan.scene.panels[static_cast<std::size_t>(request.panel)].fast_count),
        tiles_per_row_((fast_count_ + tile_pixels - 1) / tile_pixels),
        tiles_per_block_(tiles_per_block(plan, tiles_per_row_)),
        blocks_per_row_((tiles_per_row_ + tiles_per_block_ - 1) / tiles_per_block_),
        stop_(control.cancel) {}

  void run(int threads) {
    const std::int64_t blocks = request_.row_count * blocks_per_row_;
#pragma omp parallel num_threads(threads)
    {
      std::unique_ptr<Worker> worker;
      guarded([&] { worker = std::make_unique<Worker>(plan_, constants_.wishes); });
#pragma omp for ordered schedule(dynamic, 1)
      for (std::int64_t block = 0; block < blocks; ++block) {
        if (!stop_.requested()) guarded([&] { work_on(block, *worker); });
#pragma omp ordered
        {
          if (!stop_.requested()) guarded([&] { add(*worker); });
        }
        if (!stop_.requested() && control_.progress && omp_get_thread_num() == 0) guarded([&] { tell(block); });
      }
    }
    if (failure_) std::rethrow_exception(failure_);
    if (stop_.cancelled()) throw Error(Status::cancelled, "the run was cancelled");
  }

 private:
  // No exception may leave an OpenMP thread: the first one is kept and stops the others.
  template <class Work>
  void guarded(Work work) {
    try {
      work();
    } catch (...) {
#pragma omp critical(nbt_gradient_failure)
      if (!failure_) failure_ = std::current_exception();
      stop_.fail();
    }
  }

  void work_on(std::int64_t block, Worker& worker) {
    const std::int64_t slow = request_.first_row + block / blocks_per_row_;
    const std::int64_t first_tile = block % blocks_per_row_ * tiles_per_block_;
    const std::int64_t end_tile = std::min(first_tile + tiles_per_block_, tiles_per_row_);
    for (std::int64_t tile = first_tile; tile < end_tile; ++tile) {
      const std::int64_t first = tile * tile_pixels;
      const Span active = active_part(plan_, request_.panel, slow, first, std::min(first + tile_pixels, fast_count_));
      if (active.count == 0) continue;
      for (const Span& span : split_by_rules(plan_, active)) {
        if (!add_gradient_of_span(constants_, span, *request_.loss, worker.scratch, stop_, worker.sums)) return;
      }
    }
  }

  void add(Worker& worker) {
    request_.sums->add(worker.sums);
    worker.scratch.amplitude_sums.drain(request_.sums->amplitudes);
    worker.sums.clear();
  }

  void tell(std::int64_t block) {
    control_.progress((block + 1) / blocks_per_row_ * fast_count_);
  }

  const Plan& plan_;
  const GradientRequest& request_;
  const GradientConstants constants_;
  const RunControl& control_;
  const std::int64_t fast_count_;
  const std::int64_t tiles_per_row_;
  const std::int64_t tiles_per_block_;
  const std::int64_t blocks_per_row_;
  StopSignal stop_;
  std::exception_ptr failure_;
};

}  // namespace

void add_gradient_of_rows(const Plan& plan, const GradientRequest& request, std::int64_t simd_target, int threads,
                          const RunControl& control) {
  GradientLoop(plan, request, simd_target, control).run(threads);
}

}  // namespace nbt
