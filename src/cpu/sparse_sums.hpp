// Sums by index of which few are touched: contributions in the order they come, added up now and then, so memory grows
// with the indices that occur and not with the range. The order of additions to an index is that of the calls.
#pragma once

#include <cstdint>
#include <vector>

namespace nbt {

class SparseSums {
 public:
  void add(std::int32_t index, double value) {
    entries_.push_back({index, value});
    if (entries_.size() >= limit_) compact();
  }

  // Adds everything to `sums` and forgets it.
  void drain(std::vector<double>& sums);

 private:
  struct Entry {
    std::int32_t index;
    double value;
  };
  void compact();

  static constexpr std::size_t least_limit = 1 << 14;
  std::vector<Entry> entries_;
  std::size_t limit_ = least_limit;
};

}  // namespace nbt
