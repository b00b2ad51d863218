// Why a thread should stop early: the caller's cancel flag, or a failure in another thread.
#pragma once

#include <atomic>

namespace nbt {

class StopSignal {
 public:
  explicit StopSignal(const std::atomic<bool>* cancel) : cancel_(cancel) {}

  bool cancelled() const { return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed); }
  bool requested() const { return failed_.load(std::memory_order_relaxed) || cancelled(); }
  void fail() { failed_.store(true, std::memory_order_relaxed); }

 private:
  const std::atomic<bool>* cancel_;
  std::atomic<bool> failed_{false};
};

}  // namespace nbt
