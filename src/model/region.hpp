// A rectangle of detector pixels, both ends included (physics.md 12).
#pragma once

#include <cstdint>

namespace nbt {

struct Region {
  std::int64_t fast_first = 0;
  std::int64_t fast_last = -1;
  std::int64_t slow_first = 0;
  std::int64_t slow_last = -1;

  bool empty() const { return fast_first > fast_last || slow_first > slow_last; }
  bool has_row(std::int64_t slow) const { return slow >= slow_first && slow <= slow_last; }
  bool contains(std::int64_t fast, std::int64_t slow) const {
    return has_row(slow) && fast >= fast_first && fast <= fast_last;
  }
};

// The part of `region` that lies on a detector of this size; first > last where nothing is left.
inline Region clipped(const Region& region, std::int64_t fast_count, std::int64_t slow_count) {
  return {
      region.fast_first > 0 ? region.fast_first : 0, region.fast_last < fast_count ? region.fast_last : fast_count - 1,
      region.slow_first > 0 ? region.slow_first : 0, region.slow_last < slow_count ? region.slow_last : slow_count - 1};
}

inline Region whole_detector(std::int64_t fast_count, std::int64_t slow_count) {
  return {0, fast_count - 1, 0, slow_count - 1};
}

}  // namespace nbt
