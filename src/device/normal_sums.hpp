// The sums of normal equations: J^T W J and J^T W r.
#pragma once

#include <cstddef>
#include <vector>

#include "device/pixel_loss.hpp"

namespace nbt {

struct NormalSums {
  explicit NormalSums(std::size_t components)
      : count(components), matrix(components * components, 0.0), gradient(components, 0.0) {}

  void clear() { *this = NormalSums(count); }
  void add(const NormalSums& other) {
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] += other.matrix[i];
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += other.gradient[i];
    share.loss += other.share.loss;
    share.by_scale += other.share.by_scale;
    share.pixels += other.share.pixels;
  }

  std::size_t count;
  std::vector<double> matrix;  // row by row; only elements on and above the diagonal until a run ends
  std::vector<double> gradient;
  LossShare share;
};

}  // namespace nbt
