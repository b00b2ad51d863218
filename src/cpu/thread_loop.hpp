// The loops of parallel_loop.hpp by threads of the standard library.
#pragma once

#ifdef __EMSCRIPTEN__
#include <emscripten/threading.h>
#endif

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>

#include "cpu/thread_pool.hpp"

namespace nbt {

template <class Make, class Step>
void for_shared(std::int64_t count, std::int64_t at_once, int threads, const Make& make, const Step& step) {
  std::atomic<std::int64_t> next{0};
  ThreadPool::of_process().run(threads, [&](int thread) {
    auto worker = make();
    for (std::int64_t first = next.fetch_add(at_once); first < count; first = next.fetch_add(at_once)) {
      const std::int64_t end = std::min(first + at_once, count);
      for (std::int64_t index = first; index < end; ++index) step(index, worker, thread);
    }
  });
}

template <class Make, class Step, class Take, class After>
void for_ordered(std::int64_t count, int threads, const Make& make, const Step& step, const Take& take,
                 const After& after) {
  std::atomic<std::int64_t> next{0};
  std::mutex mutex;
  std::condition_variable turn_came;
  std::int64_t turn = 0;
  ThreadPool::of_process().run(threads, [&](int thread) {
    auto worker = make();
    for (std::int64_t index = next.fetch_add(1); index < count; index = next.fetch_add(1)) {
      step(index, worker, thread);
      {
        std::unique_lock lock(mutex);
        turn_came.wait(lock, [&] { return turn == index; });
        take(index, worker);
        ++turn;
      }
      turn_came.notify_all();
      after(index, thread);
    }
  });
}

// A WebAssembly module linked without threads has none, whatever its objects were compiled for.
inline bool has_threads() {
#ifdef __EMSCRIPTEN__
  return emscripten_has_threading_support() != 0;
#else
  return true;
#endif
}

// The variable that OpenMP reads, too; otherwise one thread per core.
inline int default_thread_count() {
  const char* wanted = std::getenv("OMP_NUM_THREADS");
  const int threads = wanted == nullptr ? 0 : std::atoi(wanted);
  return threads > 0 ? threads : static_cast<int>(std::max(std::thread::hardware_concurrency(), 1u));
}

}  // namespace nbt
