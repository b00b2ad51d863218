// Threads that are kept from one piece of work to the next. For builds without OpenMP.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace nbt {

class ThreadPool {
 public:
  static ThreadPool& of_process() {
    static ThreadPool pool;
    return pool;
  }

  ThreadPool() = default;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    work_came_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // Calls share(0) here and share(1), share(2), ... on other threads, and returns when all are done. Fewer threads
  // may come to work than asked for: those that the system refuses do not, and while another run uses the pool this
  // one has the calling thread alone. `share` must not throw.
  void run(int threads, const std::function<void(int)>& share) {
    const std::unique_lock in_use(in_use_, std::try_to_lock);
    if (!in_use.owns_lock() || threads <= 1) {
      share(0);
      return;
    }
    start(threads - 1, share);
    share(0);
    std::unique_lock lock(mutex_);
    share_ = nullptr;  // who has not begun finds nothing left to do
    work_ended_.wait(lock, [&] { return working_ == 0; });
  }

 private:
  void start(int wanted, const std::function<void(int)>& share) {
    while (static_cast<int>(threads_.size()) < wanted && add_thread()) {
    }
    {
      const std::lock_guard lock(mutex_);
      share_ = &share;
      wanted_ = wanted;
      ++piece_of_work_;
    }
    work_came_.notify_all();
  }

  bool add_thread() {
    const int number = static_cast<int>(threads_.size()) + 1;
    try {
      threads_.emplace_back([this, number] { wait_for_work(number); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  void wait_for_work(int number) {
    std::unique_lock lock(mutex_);
    for (std::uint64_t done = 0;;) {
      work_came_.wait(lock, [&] { return ending_ || piece_of_work_ != done; });
      if (ending_) return;
      done = piece_of_work_;
      if (share_ == nullptr || number > wanted_) continue;
      const std::function<void(int)>& share = *share_;
      ++working_;
      lock.unlock();
      share(number);
      lock.lock();
      --working_;
      work_ended_.notify_all();
    }
  }

  std::mutex in_use_;
  std::mutex mutex_;
  std::condition_variable work_came_, work_ended_;
  std::vector<std::thread> threads_;
  const std::function<void(int)>* share_ = nullptr;
  int wanted_ = 0;
  int working_ = 0;
  std::uint64_t piece_of_work_ = 0;
  bool ending_ = false;
};

}  // namespace nbt
