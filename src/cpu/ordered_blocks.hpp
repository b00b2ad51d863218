// A loop over blocks by several threads, whose results are taken in order.
#pragma once

#include <exception>
#include <memory>
#include <mutex>

#include "cpu/block_grid.hpp"
#include "cpu/parallel_loop.hpp"
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
  std::mutex failing;
  std::exception_ptr failure;
  // No exception may leave a thread.
  const auto guarded = [&](const auto& step) {
    try {
      if (!stop.requested()) step();
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
      stop.fail();
    }
  };
  using Worker = decltype(make());
  const auto make_guarded = [&] {
    Worker worker;
    guarded([&] { worker = make(); });
    return worker;
  };
  const auto step = [&](std::int64_t block, Worker& worker, int) { guarded([&] { work(block, *worker); }); };
  const auto take_guarded = [&](std::int64_t block, Worker& worker) { guarded([&] { take(block, *worker); }); };
  const auto tell = [&](std::int64_t block, int thread) {
    if (control.progress && thread == 0) guarded([&] { control.progress(grid.pixels_before(block + 1)); });
  };
  for_ordered(blocks, threads, make_guarded, step, take_guarded, tell);
  if (failure) std::rethrow_exception(failure);
  if (stop.cancelled()) throw Error(Status::cancelled, "the run was cancelled");
}

}  // namespace nbt
