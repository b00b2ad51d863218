#include "io/peaks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nbt::io {
namespace {

bool is_local_maximum(const FloatImage& image, std::int64_t fast, std::int64_t slow) {
  const auto value_at = [&](std::int64_t f, std::int64_t s) {
    return image.pixels[static_cast<std::size_t>(s * image.size.fast_count + f)];
  };
  const float value = value_at(fast, slow);
  for (std::int64_t s = std::max<std::int64_t>(slow - 1, 0); s <= std::min(slow + 1, image.size.slow_count - 1); ++s) {
    for (std::int64_t f = std::max<std::int64_t>(fast - 1, 0); f <= std::min(fast + 1, image.size.fast_count - 1);
         ++f) {
      const float neighbour = value_at(f, s);
      const bool is_earlier = s < slow || (s == slow && f < fast);
      if (neighbour > value || (is_earlier && neighbour == value)) return false;
    }
  }
  return true;
}

void keep_brightest(std::vector<Peak>& peaks, std::int64_t most) {
  const auto kept = std::min(peaks.size(), static_cast<std::size_t>(std::max<std::int64_t>(most, 0)));
  const auto brighter = [](const Peak& one, const Peak& other) {
    if (one.value != other.value) return one.value > other.value;
    return one.slow != other.slow ? one.slow < other.slow : one.fast < other.fast;
  };
  std::partial_sort(peaks.begin(), peaks.begin() + static_cast<std::ptrdiff_t>(kept), peaks.end(), brighter);
  peaks.resize(kept);
}

// Peaks sorted by row, each to be given away once.
class PeakPool {
 public:
  explicit PeakPool(const std::vector<Peak>& peaks) : peaks_(peaks), taken_(peaks.size()) {}

  // Distance to the nearest that is left within the radius, which is then gone.
  std::optional<double> take_nearest(const Peak& place, double radius) {
    const auto reach = static_cast<std::int64_t>(std::floor(radius));
    const auto in_earlier_row = [](const Peak& peak, std::int64_t slow) { return peak.slow < slow; };
    auto next = std::lower_bound(peaks_.begin(), peaks_.end(), place.slow - reach, in_earlier_row);
    std::optional<std::size_t> nearest;
    double distance = radius;
    for (; next != peaks_.end() && next->slow <= place.slow + reach; ++next) {
      const auto index = static_cast<std::size_t>(next - peaks_.begin());
      const double candidate =
          std::hypot(static_cast<double>(next->fast - place.fast), static_cast<double>(next->slow - place.slow));
      if (taken_[index] || candidate > distance || (nearest && candidate == distance)) continue;
      nearest = index;
      distance = candidate;
    }
    if (!nearest) return std::nullopt;
    taken_[*nearest] = true;
    return distance;
  }

 private:
  const std::vector<Peak>& peaks_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<Peak> find_peaks(const FloatImage& image, const ImageRegion& region, double threshold) {
  std::vector<Peak> peaks;
  for (std::int64_t slow = region.slow_first; slow <= region.slow_last; ++slow) {
    const std::span<const float> row = region_row(image, region, slow);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!(static_cast<double>(row[i]) > threshold) || !std::isfinite(row[i])) continue;
      const std::int64_t fast = region.fast_first + static_cast<std::int64_t>(i);
      if (is_local_maximum(image, fast, slow)) peaks.push_back({fast, slow, row[i]});
    }
  }
  return peaks;
}

PeakMatch match_peaks(std::vector<Peak> a, const std::vector<Peak>& b, std::int64_t most, double radius_pixels) {
  keep_brightest(a, most);
  PeakPool pool(b);
  PeakMatch match;
  match.sought = static_cast<std::int64_t>(a.size());
  double sum = 0;
  double largest = 0;
  for (const Peak& peak : a) {
    const std::optional<double> distance = pool.take_nearest(peak, radius_pixels);
    if (!distance) continue;
    ++match.matched;
    sum += *distance;
    largest = std::max(largest, *distance);
  }
  if (match.matched == 0) return match;
  match.mean_distance_pixels = sum / static_cast<double>(match.matched);
  match.largest_distance_pixels = largest;
  return match;
}

}  // namespace nbt::io
