// Exact sums in a device's memory.
#pragma once

#include <vector>

#include "cuda/exact_sum.hpp"
#include "cuda/runtime.hpp"

namespace nbt::cuda {

class ExactSumMemory {
 public:
  // So many sums, each in copies one after the other, so that not all blocks add to the same numbers; all 0.
  ExactSumMemory(std::int64_t count, std::int64_t copies, Stream& stream);

  // What is of use where there are few sums, less where memory is limited (0: it is not). Bits do not depend on it.
  static std::int64_t useful_copies(std::int64_t count, std::int64_t memory_limit_bytes);
  static std::int64_t bytes(std::int64_t count, std::int64_t copies);

  std::int64_t count() const { return count_; }
  std::int64_t copies() const { return copies_; }
  ExactSum* get() const { return static_cast<ExactSum*>(exact_.get()); }

  // After so many more additions to a sum at most. `wait` ends what is under way on all streams; it is called when
  // there have been so many that carries must be propagated.
  template <class Wait>
  void make_room(double additions, Stream& stream, const Wait& wait) {
    added_ += additions;
    if (added_ <= 0.5 * static_cast<double>(most_exact_additions)) return;
    wait();
    settle(stream);
    added_ = additions;
  }
  // Nothing may be under way.
  std::vector<double> read(Stream& stream) const;

 private:
  void settle(Stream& stream);

  std::int64_t count_;
  std::int64_t copies_;
  DeviceMemory exact_;
  DeviceMemory values_;
  double added_ = 0;
};

}  // namespace nbt::cuda
