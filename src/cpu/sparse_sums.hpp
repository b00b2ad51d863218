// Sums by index of which few are touched, so memory grows with the indices that occur and not with the range.
//
// A sum under way has a slot of a small table; one that wants the slot of another moves that to a list, which is added
// up now and then. The order of additions follows from that of the calls since the last drain.
#pragma once

#include <cstdint>
#include <vector>

namespace nbt {

class SparseSums {
 public:
  void add(std::int32_t index, double value) {
    // The top bits of a product with the golden ratio: neighbours end up far apart.
    const auto slot = (static_cast<std::uint32_t>(index) * 2654435769u) >> (32 - slot_bits);
    Entry& entry = slots_[slot];
    if (entry.index == index) {
      entry.value += value;
    } else {
      replace(slot, {index, value});
    }
  }

  // Adds everything to `sums` and forgets it.
  void drain(std::vector<double>& sums);

 private:
  struct Entry {
    std::int32_t index;
    double value;
  };
  static constexpr int slot_bits = 12;
  static constexpr std::int32_t free = -1;

  void replace(std::uint32_t slot, const Entry& by);
  void compact();

  static constexpr std::size_t least_limit = 1 << 14;
  std::vector<Entry> slots_ = std::vector<Entry>(std::size_t{1} << slot_bits, Entry{free, 0});
  std::vector<std::uint32_t> taken_;  // slots, in the order in which they were
  std::vector<Entry> entries_;
  std::size_t limit_ = least_limit;
};

}  // namespace nbt
