// Derivatives of pixels on their way to derivative images: what a pixel's value gives to every quantity of the plan is
// multiplied by how each movement (a parameter, or several at once) moves the quantity.
#pragma once

#include "cuda/gradient_sums.hpp"
#include "cuda/pull_pixel.hpp"

namespace nbt::cuda {

// How one movement moves the orientations that do not move as combinations of their own vectors; null: not beside
// those.
struct MovedTables {
  const Orientation* orientations = nullptr;
  const Orientation* first_sweep = nullptr;
};

struct ImageTask : PulledRows {
  double* images = nullptr;  // of each movement, one after the other, rows without gaps
  std::int64_t image_stride = 0;
  int movements = 0;
  // Of each movement: what it moves by, at the places of the sums of gradient_sums.hpp (shared, then sources), then
  // PlanTangent::combination.
  const double* factors = nullptr;
  std::int64_t factor_stride = 0;
  std::int64_t first_combination = 0;
  bool combines = false;                // some movement has a combination
  const MovedTables* tables = nullptr;  // of each movement; null: none has any
};

template <class T>
class ImageTarget {
 public:
  using Task = ImageTask;
  static constexpr int batch = 4;  // orientations at a time
  struct Own {
    double combined[9][pull_tile_pixels];  // of the sweep: sum r_i h_k
  };
  using Shared = PullShared<T, batch, Own>;

  NBT_KERNEL_FN ImageTarget(const FrozenScene& scene, const Task& task, std::int64_t, const TileWalk& walk,
                            Shared& shared)
      : scene_(scene), task_(task), walk_(walk), shared_(shared) {}

  // A special pixel begins anew what its tile left.
  NBT_KERNEL_FN void start() {
    each_thread([&](int at) {
      const std::int64_t fast = walk_.first_fast() + at;
      if (fast >= scene_.panel.fast_count || (walk_.special() != nullptr && fast != walk_.special()->fast)) return;
      for (int p = 0; p < task_.movements; ++p) moved(p, at) = 0;
    });
  }

  NBT_KERNEL_FN double slope(std::int64_t) const { return 1; }

  // Adds what movements make of give(pixel, sums), whose elements belong to the sums at place(0), place(1) ...
  template <int count, class Place, class Give>
  NBT_KERNEL_FN void add(const Place& place, const Give& give) {
    each_thread([&](int at) {
      if (shared_.pixel[at].slope == 0) return;
      double sums[count] = {};
      give(at, sums);
      for (int p = 0; p < task_.movements; ++p) {
        const double* factor = task_.factors + p * task_.factor_stride;
        double product = 0;
        for (int k = 0; k < count; ++k) product = one_lane::ops::MulAdd(factor[place(k)], sums[k], product);
        if (product != 0) moved(p, at) += product;
      }
    });
  }

  NBT_KERNEL_FN bool begin_sweep(const FrozenSource& source) {
    source_ = &source;
    each_thread([&](int at) {
      for (auto& sums : shared_.own.combined) sums[at] = 0;
    });
    return any_thread([&](int at) { return shared_.pixel[at].by_scaled * shared_.pixel[at].weight != 0; });
  }

  // The slopes of some orientations, each thread's own.
  NBT_KERNEL_FN void add_orientations(std::int64_t first, int count, bool first_sweep) {
    each_thread([&](int at) {
      const PullPixel& pixel = shared_.pixel[at];
      if (pixel.by_terms() == 0) return;
      if (task_.combines) combine(at, count);
      if (task_.tables == nullptr) return;
      for (int p = 0; p < task_.movements; ++p) {
        const MovedTables& tables = task_.tables[p];
        const Orientation* table = first_sweep ? tables.first_sweep : tables.orientations;
        if (table != nullptr) moved(p, at) += pixel.by_terms() * moved_by(table + first, at, count);
      }
    });
    meet();  // the coefficients that this read are the next ones' place
  }

  NBT_KERNEL_FN void take_term(const SlopeTerm<T>&, int, PullPixel&) {}

  NBT_KERNEL_FN void end_sweep(std::int64_t) {
    if (!task_.combines) return;
    add<9>([&](int k) { return task_.first_combination + k; },
           [&](int at, double(&sums)[9]) {
             const double m = shared_.pixel[at].by_terms();
             for (int k = 0; k < 9; ++k) sums[k] = m * shared_.own.combined[k][at];
           });
  }

 private:
  NBT_KERNEL_FN double& moved(int movement, int at) const {
    const std::int64_t row = walk_.slow() - task_.first_row;
    return task_.images[movement * task_.image_stride + row * scene_.panel.fast_count + walk_.first_fast() + at];
  }

  // da_i = sum_k C_ik a_k moves an index by dh_i = sum_k C_ik h_k.
  NBT_KERNEL_FN void combine(int at, int count) {
    T q[3], sums[9] = {};
    for (int c = 0; c < 3; ++c) q[c] = static_cast<T>(shared_.pixel[at].direction[c] - source_->incident[c]);
    for (int o = 0; o < count; ++o) {
      for (int k = 0; k < 3; ++k) {
        const T(&x)[3] = shared_.term[o].per_wavelength[k];
        const T h = one_lane::ops::MulAdd(x[0], q[0], one_lane::ops::MulAdd(x[1], q[1], x[2] * q[2]));
        for (int i = 0; i < 3; ++i) sums[3 * i + k] = one_lane::ops::MulAdd(shared_.r[o][i][at], h, sums[3 * i + k]);
      }
    }
    for (int k = 0; k < 9; ++k) shared_.own.combined[k][at] += static_cast<double>(sums[k]);
  }

  // Sum of r dh over a table's orientations.
  NBT_KERNEL_FN double moved_by(const Orientation* table, int at, int count) const {
    double q[3], sum = 0;
    for (int c = 0; c < 3; ++c) q[c] = shared_.pixel[at].direction[c] - source_->incident[c];
    for (int o = 0; o < count; ++o) {
      sum += static_cast<double>(shared_.r[o][0][at]) * dot3(table[o].a, q) +
             static_cast<double>(shared_.r[o][1][at]) * dot3(table[o].b, q) +
             static_cast<double>(shared_.r[o][2][at]) * dot3(table[o].c, q);
    }
    return sum * source_->per_wavelength_m;
  }

  const FrozenScene& scene_;
  const Task& task_;
  const TileWalk walk_;  // its own: a reference to another member would keep the kernel in memory
  Shared& shared_;
  const FrozenSource* source_ = nullptr;
};

}  // namespace nbt::cuda
