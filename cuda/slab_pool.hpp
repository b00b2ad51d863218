// What rows pass through on their way to the host, kept with the plan from run to run: taking pinned memory costs more
// than rendering a small image.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "cuda/runtime.hpp"
#include "cuda/slab_rows.hpp"

namespace nbt::cuda {

struct Slab {
  Slab(int device, std::int64_t bytes) : stream(device), rows(device, bytes), landed(device, bytes) {}

  Stream stream;
  DeviceMemory rows;
  PinnedMemory landed;
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;  // 0: nobody needs what is in it
  bool is_under_way = false;
};

// In use in turn.
struct Slabs {
  Slabs(int device, std::int64_t each_bytes) : bytes(each_bytes), slab{Slab(device, bytes), Slab(device, bytes)} {}

  std::int64_t bytes;  // of each
  std::array<Slab, slabs_in_flight> slab;
};

// For any number of runs at once: each has slabs of its own.
class SlabPool {
 public:
  // Of this size. Those of another size that nobody uses are let go.
  std::unique_ptr<Slabs> take(int device, std::int64_t bytes) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      std::erase_if(idle_, [&](const auto& slabs) { return slabs->bytes != bytes; });
      if (!idle_.empty()) {
        std::unique_ptr<Slabs> found = std::move(idle_.back());
        idle_.pop_back();
        return found;
      }
    }
    return std::make_unique<Slabs>(device, bytes);
  }

  // After a run that ended well: slabs of one that failed are better made anew.
  void give_back(std::unique_ptr<Slabs> slabs) {
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(slabs));
  }

  // Those that nobody uses.
  void let_go() {
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Slabs>> idle_;
};

}  // namespace nbt::cuda
