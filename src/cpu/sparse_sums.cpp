#include "cpu/sparse_sums.hpp"

#include <algorithm>

namespace nbt {

void SparseSums::drain(std::vector<double>& sums) {
  for (const Entry& entry : entries_) sums[static_cast<std::size_t>(entry.index)] += entry.value;
  entries_.clear();
  for (const std::uint32_t slot : taken_) {
    Entry& entry = slots_[slot];
    sums[static_cast<std::size_t>(entry.index)] += entry.value;
    entry.index = free;
  }
  taken_.clear();
}

void SparseSums::replace(std::uint32_t slot, const Entry& by) {
  Entry& entry = slots_[slot];
  if (entry.index == free) {
    taken_.push_back(slot);
  } else {
    entries_.push_back(entry);
    if (entries_.size() >= limit_) compact();
  }
  entry = by;
}

void SparseSums::compact() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.index < b.index; });
  auto last = entries_.begin();
  for (auto entry = entries_.begin() + 1; entry != entries_.end(); ++entry) {
    if (entry->index == last->index) {
      last->value += entry->value;
    } else {
      *++last = *entry;
    }
  }
  entries_.erase(last + 1, entries_.end());
  limit_ = std::max(least_limit, 2 * entries_.size());
}

}  // namespace nbt
