// Percentiles of positive floats without sorting or copying them.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace nbt::io {

// Bins by the upper 16 bits of the value, so a percentile is right to one part in 128 whatever its size.
class MagnitudeHistogram {
 public:
  // Zero, negative and non-finite values are passed over.
  void add(float value) {
    if (!(value > 0) || !std::isfinite(value)) return;
    ++counts_[std::bit_cast<std::uint32_t>(value) >> dropped_bits];
    ++total_;
  }

  std::uint64_t total() const { return total_; }

  // Lower edge of the bin that holds the value with `percent` of all below it; 0 if nothing was added.
  double percentile(double percent) const {
    const double sought = percent / 100 * static_cast<double>(total_);
    std::uint64_t below = 0;
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
      below += counts_[bin];
      if (below > 0 && static_cast<double>(below) >= sought) return lower_edge(bin);
    }
    return 0;
  }

 private:
  static constexpr int dropped_bits = 16;
  // Bit patterns of positive floats end below 2^31.
  static constexpr std::size_t bin_count = std::size_t{1} << (31 - dropped_bits);

  static double lower_edge(std::size_t bin) {
    if (bin == 0) return static_cast<double>(std::numeric_limits<float>::denorm_min());
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bin) << dropped_bits));
  }

  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bin_count);
  std::uint64_t total_ = 0;
};

}  // namespace nbt::io
