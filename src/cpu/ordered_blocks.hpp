// A loop over blocks by several threads, whose results are taken in order.
#pragma once

#include <omp.h>

#include <exception>
#include <memory>

#include "cpu/block_grid.hpp"
#include "cpu/stop_signal.hpp"
#include "device/device.hpp"
#include "model/error.hpp"

namespace nbt {

// For every block make() gives each thread a worker once, work(block, worker) runs at the same time as others, and
// take(block, worker) in the order of the blocks, one at a time. An exception in one thread stops the others and comes
// out of here.
template <class Make, class Work, class Take>
void for_ordered_blocks(std::int64_t blocks, int threads, const RunControl& control, const BlockGrid& grid,
                        StopSignal& stop, const Make& make, const Work& work, const Take& take) {
  std::exception_ptr failure;
  // No exception may leave an OpenMP thread.
  const auto guarded = [&](const auto& step) {
    try {
      if (!stop.requested()) step();
    } catch (...) {
#pragma omp critical(nbt_block_failure)
      if (!failure) failure = std::current_exception();
      stop.fail();
    }
  };
#pragma omp parallel num_threads(threads)
  {
    decltype(make()) worker;
    guarded([&] { worker = make(); });
#pragma omp for ordered schedule(dynamic, 1)
    for (std::int64_t block = 0; block < blocks; ++block) {
      guarded([&] { work(block, *worker); });
#pragma omp ordered
      guarded([&] { take(block, *worker); });
      if (control.progress && omp_get_thread_num() == 0) {
        guarded([&] { control.progress(grid.pixels_before(block + 1)); });
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  if (stop.cancelled()) throw Error(Status::cancelled, "the run was cancelled");
}

}  // namespace nbt
