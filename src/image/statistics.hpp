// Statistics of an image that passes by row after row (physics.md 12).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "model/region.hpp"
#include "model/scene.hpp"

namespace nbt::image {

struct ImageStatistics {
  double maximum = 0;  // 0 for an image without positive pixels, then at (0, 0)
  std::int64_t maximum_fast = 0;
  std::int64_t maximum_slow = 0;
  std::int64_t rendered_pixels = 0;  // inside the region and not masked
  std::int64_t region_pixels = 0;    // inside the region
  double sum = 0;
  double mean = 0;  // over rendered pixels
  // As the reference prints them [Q43]: root mean square about zero with squares rounded to float32, and
  // deviation from `mean` over all region pixels, masked ones included.
  double rms = 0;
  double rmsd = 0;
  // Over rendered pixels, in double.
  double true_rms = 0;
  double true_rmsd = 0;
};

// Count, mean and summed squared deviation of numbers that come in groups (pairwise update of Chan, Golub and
// LeVeque): needs one pass and loses no digits when the mean is large.
struct Moments {
  std::int64_t count = 0;
  double mean = 0;
  double squared_deviations = 0;

  void merge(const Moments& other);
  // Summed squared deviation from another value than the mean.
  double squared_deviations_from(double value) const;
};

class StatisticsStage {
 public:
  explicit StatisticsStage(const Region& region, std::shared_ptr<const Mask> mask = nullptr)
      : region_(region), mask_(std::move(mask)) {}

  // The next row, from slow = 0 on.
  void next_row(std::span<const float> row);
  ImageStatistics result() const;

 private:
  void add_row(std::span<const float> row, const Region& inside);
  void find_maximum(std::span<const float> row, const Region& inside, float value);

  Region region_;
  std::shared_ptr<const Mask> mask_;
  std::int64_t slow_ = 0;
  ImageStatistics totals_;
  double sum_of_rounded_squares_ = 0;
  double sum_of_squares_ = 0;
  Moments in_region_;
  Moments rendered_;
  std::vector<float> unmasked_;  // of one row
};

}  // namespace nbt::image
