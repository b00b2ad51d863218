// The loss of rows whose values a device has computed: the host's work in gradients and normal equations.
#pragma once

#include <cstdint>
#include <vector>

#include "device/pixel_loss.hpp"
#include "plan/plan.hpp"

namespace nbt::cuda {

// Without gaps, in the host's memory.
struct RowsOfValues {
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  const double* values = nullptr;
  double* slopes = nullptr;      // gets dL/dvalue, 0 where a pixel does not count
  double* curvatures = nullptr;  // the same for PixelLoss's curvature; null: not wanted
};

class LossOfRows {
 public:
  // `threads` 0: as many as the machine has.
  LossOfRows(const Plan& plan, const PixelLoss& loss, std::int32_t panel, int threads);

  // What tiles add to the loss, in the order of the raster, however many threads compute it. Throws what the loss
  // throws. The result lives until the next call.
  const std::vector<LossShare>& evaluate(const RowsOfValues& rows);

 private:
  void evaluate_row(const RowsOfValues& rows, std::int64_t row);
  std::int64_t tiles_per_row() const;

  const Plan& plan_;
  const PixelLoss& loss_;
  const std::int32_t panel_;
  const std::int64_t fast_count_;
  const int threads_;
  std::vector<LossShare> shares_;
};

}  // namespace nbt::cuda
