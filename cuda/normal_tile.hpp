// The kernel of normal equations: sums over pixels of slope D_p and of curvature D_p D_q, D being derivative images.
// One block of threads takes some pixels of one row, and one p. Sums over tiles are exact (exact_sum.hpp).
#pragma once

#include "cuda/exact_sum.hpp"
#include "cuda/tile_walk.hpp"

namespace nbt::cuda {

inline constexpr int normal_tile_pixels = 8 * team_threads;

// Rows without gaps, in the device's memory.
struct NormalTask {
  std::int64_t first_tile = 0;  // of this launch, counted in tiles of normal_tile_pixels
  const double* values = nullptr;
  const double* images = nullptr;  // of each movement, one after the other
  std::int64_t image_stride = 0;
  const double* slopes = nullptr;      // dL/dvalue
  const double* curvatures = nullptr;  // its second derivative
  int movements = 0;
  int components = 0;     // movements, and the loss's factor where it is one: moving it moves values in proportion
  double per_factor = 0;  // one over it
  ExactSum* copies = nullptr;
  std::int64_t copy_count = 1;
  std::int64_t sums_per_copy = 0;
};

// Places of the sums: of the gradient, then of the matrix on and above its diagonal, row by row.
namespace normal_sum {
NBT_KERNEL_FN std::int64_t place(std::int64_t components, std::int64_t row, std::int64_t column) {
  return components + row * components - row * (row + 1) / 2 + column;
}
NBT_KERNEL_FN std::int64_t count(std::int64_t components) {
  return components + components * (components + 1) / 2;
}
}  // namespace normal_sum

class NormalTile {
 public:
  using Task = NormalTask;
  static constexpr int blocks_at_once = 4;
  struct Shared {};

  // Blocks of a tile: of the gradient, and of each row of the matrix.
  static NBT_KERNEL_FN std::int64_t blocks_per_tile(int components) { return components + 1; }

  NBT_KERNEL_FN NormalTile(const FrozenScene& scene, const NormalTask& task, std::int64_t block, Shared&)
      : fast_count_(scene.panel.fast_count),
        task_(task),
        row_(static_cast<int>(block % blocks_per_tile(task.components)) - 1),
        sums_(task.copies + block % task.copy_count * task.sums_per_copy) {
    const std::int64_t tile = task.first_tile + block / blocks_per_tile(task.components);
    const std::int64_t tiles_per_row = tiles_of_row(fast_count_, normal_tile_pixels);
    first_fast_ = tile % tiles_per_row * normal_tile_pixels;
    first_element_ = tile / tiles_per_row * fast_count_;
  }

  NBT_KERNEL_FN void run() {
    if (row_ < 0) {
      add_row([&](std::int64_t element) { return task_.slopes[element]; }, 0, 0);
    } else {
      add_row([&](std::int64_t element) { return task_.curvatures[element] * derivative(row_, element); }, row_,
              normal_sum::place(task_.components, row_, 0));
    }
  }

 private:
  NBT_KERNEL_FN double derivative(int component, std::int64_t element) const {
    return component < task_.movements ? task_.images[component * task_.image_stride + element]
                                       : task_.values[element] * task_.per_factor;
  }

  // Sums of weight(pixel) D_q for q from `first` on, to place + q.
  template <class Weight>
  NBT_KERNEL_FN void add_row(const Weight& weight, int first, std::int64_t place) {
    constexpr int together = 8;
    for (int q = first; q < task_.components; q += together) {
      const int count = task_.components - q < together ? task_.components - q : together;
      each_group<32, together, double>(
          [&](int group, int member, double(&sums)[together]) {
            for (int at = group * 32 + member; at < normal_tile_pixels; at += team_threads) {
              if (first_fast_ + at >= fast_count_) return;
              const std::int64_t element = first_element_ + first_fast_ + at;
              const double w = weight(element);
              for (int k = 0; k < together; ++k) {
                if (k < count) sums[k] = one_lane::ops::MulAdd(w, derivative(q + k, element), sums[k]);
              }
            }
          },
          [&](int, const double(&sums)[together]) {
            for (int k = 0; k < count; ++k) sums_[place + q + k].add(sums[k]);
          });
    }
  }

  const std::int64_t fast_count_;
  const NormalTask& task_;
  const int row_;         // of the matrix; -1: the gradient
  ExactSum* const sums_;  // of this block's copy
  std::int64_t first_fast_ = 0;
  std::int64_t first_element_ = 0;
};

}  // namespace nbt::cuda
