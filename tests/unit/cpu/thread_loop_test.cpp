// The loops for builds without OpenMP; the OpenMP loops pass the suites of tests/conformance.
#include "cpu/thread_loop.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace nbt {
namespace {

const auto no_worker = [] { return 0; };

TEST(ThreadLoop, SharedTakesEveryIndexOnce) {
  for (const int threads : {1, 2, 5}) {
    for (const std::int64_t count : {0, 1, 7, 1000}) {
      for (const std::int64_t at_once : {1, 3, 2000}) {
        std::vector<std::atomic<int>> taken(static_cast<std::size_t>(count));
        for_shared(count, at_once, threads, no_worker,
                   [&](std::int64_t index, int, int) { ++taken[static_cast<std::size_t>(index)]; });
        for (std::size_t i = 0; i < taken.size(); ++i) {
          ASSERT_EQ(taken[i], 1) << "index " << i << ", threads " << threads << ", at once " << at_once;
        }
      }
    }
  }
}

TEST(ThreadLoop, OrderedTakesInOrder) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::int64_t> order, expected(1000);
    std::iota(expected.begin(), expected.end(), 0);
    std::atomic<std::int64_t> steps{0}, told{0};
    for_ordered(
        1000, threads, no_worker, [&](std::int64_t, int, int) { ++steps; },
        [&](std::int64_t index, int) { order.push_back(index); }, [&](std::int64_t, int) { ++told; });
    EXPECT_EQ(order, expected) << "threads " << threads;
    EXPECT_EQ(steps, 1000);
    EXPECT_EQ(told, 1000);
  }
}

TEST(ThreadLoop, GivesEachThreadAWorkerOfItsOwn) {
  struct Worker {
    std::thread::id owner = std::this_thread::get_id();
  };
  std::atomic<int> made{0};
  std::atomic<bool> mixed_up{false};
  const auto make = [&] {
    ++made;
    return Worker();
  };
  for_shared(1000, 1, 4, make, [&](std::int64_t, const Worker& worker, int) {
    if (worker.owner != std::this_thread::get_id()) mixed_up = true;
  });
  EXPECT_FALSE(mixed_up);
  EXPECT_GE(made, 1);
  EXPECT_LE(made, 4);
}

TEST(ThreadPool, RunsSharesOfTwoCallersAtOnce) {
  std::atomic<int> done{0};
  const auto call = [&] {
    for (int i = 0; i < 100; ++i) {
      for_shared(10, 1, 3, no_worker, [&](std::int64_t, int, int) { ++done; });
    }
  };
  std::thread other(call);
  call();
  other.join();
  EXPECT_EQ(done, 2000);
}

TEST(ThreadPool, CountsTheCallerAsThreadZero) {
  ThreadPool pool;
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<bool> right{false};
  pool.run(3, [&](int thread) {
    if (thread == 0) right = std::this_thread::get_id() == caller;
  });
  EXPECT_TRUE(right);
}

}  // namespace
}  // namespace nbt
