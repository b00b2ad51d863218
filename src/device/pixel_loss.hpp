// A loss, as a device meets it: values of pixels in, its share of the loss and dL/dvalue out.
#pragma once

#include <cstdint>

namespace nbt {

// Neighbouring pixels of one row.
struct PixelRun {
  std::int32_t panel = 0;
  std::int64_t slow = 0;
  std::int64_t first_fast = 0;
  int count = 0;
  const double* value = nullptr;
};

// What one run of pixels adds.
struct LossShare {
  double loss = 0;
  double by_scale = 0;  // dL by the factor of the model
  double pixels = 0;    // that count
};

class PixelLoss {
 public:
  virtual ~PixelLoss() = default;
  // Writes dL/dvalue of every pixel, and where `curvature` is not null the expected second derivative of L by the value
  // (Fisher information); 0 where a pixel does not count, as those that the scene masks. Called by several threads at
  // once. Throws Error that names the pixel where there is no loss.
  virtual LossShare evaluate(const PixelRun& run, double* slope, double* curvature) const = 0;
  // The factor of the model: moving it moves every value in proportion, by value/factor.
  virtual double factor() const = 0;
};

}  // namespace nbt
