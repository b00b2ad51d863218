// Derivatives of pixels on their way to a gradient: dL/dvalue comes from the host, and all is added up over the pixels,
// exactly (exact_sum.hpp), so that no bit depends on launches and chunks but on a tile's own sums, whose order is
// fixed.
#pragma once

#include "cuda/gradient_sums.hpp"
#include "cuda/pull_pixel.hpp"
#include "physics/cubic_weights.hpp"

namespace nbt::cuda {

struct GradientTask : PulledRows {
  const double* slopes = nullptr;  // dL/dvalue; 0 for special pixels
  const double* special_slopes = nullptr;
  std::int64_t first_special = 0;  // the one that is the first in the buffer
  bool source_weights = false;
  GradientSums sums;
};

template <class T>
class GradientTarget {
 public:
  using Task = GradientTask;
  static constexpr int batch = sizeof(T) == 4 ? 8 : 4;  // orientations at a time
  struct Own {
    T pull[3][pull_tile_pixels];  // m q, over `largest`
    double row[pull_tile_pixels];
    double largest;  // |m| of the tile
  };
  using Shared = PullShared<T, batch, Own>;

  NBT_KERNEL_FN GradientTarget(const FrozenScene& scene, const Task& task, std::int64_t block, const TileWalk&,
                               Shared& shared)
      : scene_(scene),
        task_(task),
        tile_(task.first_tile + block),
        shared_(shared),
        sums_(task.sums.copies + block % task.sums.copy_count * task.sums.sums_per_copy) {}

  NBT_KERNEL_FN void start() {}
  NBT_KERNEL_FN double slope(std::int64_t element) const {
    return task_.special ? task_.special_slopes[tile_ - task_.first_special] : task_.slopes[element];
  }

  // Adds give(pixel, sums) of all pixels to the sums at place(0), place(1) ...
  template <int count, class Place, class Give>
  NBT_KERNEL_FN void add(const Place& place, const Give& give) {
    each_group<32, count, double>([&](int group, int member, double(&sums)[count]) { give(group * 32 + member, sums); },
                                  [&](int, const double(&sums)[count]) {
                                    for (int k = 0; k < count; ++k) sums_[place(k)].add(sums[k]);
                                  });
  }

  // False: the sweep has no derivatives.
  NBT_KERNEL_FN bool begin_sweep(const FrozenSource& source) {
    find_largest();
    if (shared_.own.largest == 0 && scene_.scale != 0) return false;  // goes on where it is not a number
    each_thread([&](int at) {
      const PullPixel& pixel = shared_.pixel[at];
      const double m = pixel.by_terms() != 0 ? pixel.by_terms() / shared_.own.largest * source.per_wavelength_m : 0;
      for (int axis = 0; axis < 3; ++axis) {
        const double q = pixel.direction[axis] - source.incident[axis];
        shared_.own.pull[axis][at] = m != 0 ? static_cast<T>(m * q) : T(0);  // directions of others may not exist
      }
    });
    return true;
  }

  // The slopes of some orientations: summed up over the pixels. All threads have met; their coefficients may be
  // overwritten from now on.
  NBT_KERNEL_FN void add_orientations(std::int64_t first, int count, bool first_sweep) {
    constexpr int members = team_threads / batch;  // threads that share an orientation
    ExactSum* sums = sums_ + (first_sweep ? task_.sums.first_of_first_sweep : task_.sums.first_orientation);
    each_group<members, orientation_sums, T>(
        [&](int o, int member, T(&by)[orientation_sums]) {
          if (o >= count) return;
          for (int at = member; at < pull_tile_pixels; at += members) {
            for (int axis = 0; axis < 3; ++axis) {
              const T r = shared_.r[o][axis][at];
              for (int c = 0; c < 3; ++c) {
                by[3 * axis + c] = one_lane::ops::MulAdd(r, shared_.own.pull[c][at], by[3 * axis + c]);
              }
            }
          }
        },
        [&](int o, const T(&by)[orientation_sums]) {
          if (o >= count) return;
          for (int k = 0; k < orientation_sums; ++k) {
            sums[(first + o) * orientation_sums + k].add(shared_.own.largest * static_cast<double>(by[k]));
          }
        });
  }

  // dL/dF = 2 m x/F. An amplitude of 0 has no slope. Neighbouring orientations mostly share a reflection.
  NBT_KERNEL_FN void take_term(const SlopeTerm<T>& term, int o, PullPixel& pixel) {
    if (task_.sums.amplitudes == nullptr) return;
    if (term.amplitude.lowest >= 0) {
      if (term.x == T(0)) return;
      const FrozenTable& table = scene_.table;
      const double by_F =
          2 * pixel.by_terms() * static_cast<double>(term.x) / (table.unit * static_cast<double>(term.amplitude.F));
      return pull_nodes(table, shared_.term[o], pixel.direction, term.amplitude.lowest, by_F, task_.sums.amplitudes);
    }
    if (term.amplitude.entry != pixel.entry) {
      flush_entry(pixel);
      pixel.entry = term.amplitude.entry;
    }
    pixel.entry_terms += static_cast<double>(term.x);
  }

  NBT_KERNEL_FN void end_sweep(std::int64_t source) {
    each_thread([&](int at) { flush_entry(shared_.pixel[at]); });
    if (!task_.source_weights) return;
    add<1>([&](int) { return source_sum::place(source) + source_sum::log_weight; },
           [&](int at, double(&sums)[1]) {
             const PullPixel& pixel = shared_.pixel[at];
             sums[0] = pixel.by_terms() * pixel.terms;
           });
  }

 private:
  NBT_KERNEL_FN void find_largest() {
    double(&row)[pull_tile_pixels] = shared_.own.row;
    meet();
    each_thread([&](int at) { row[at] = one_lane::ops::Abs(shared_.pixel[at].by_terms()); });
    for (int half = pull_tile_pixels / 2; half > 0; half /= 2) {
      meet();
      each_thread([&](int at) {
        if (at < half && row[at + half] > row[at]) row[at] = row[at + half];
      });
    }
    each_thread([&](int at) {
      if (at == 0) shared_.own.largest = row[0];
    });
    meet();
  }

  NBT_KERNEL_FN void flush_entry(PullPixel& pixel) {
    if (task_.sums.amplitudes != nullptr && pixel.entry >= 0 && pixel.entry_terms != 0) {
      const double F = amplitude_of(pixel.entry);
      task_.sums.amplitudes[pixel.entry].add(2 * pixel.by_terms() * pixel.entry_terms / F);
    }
    pixel.entry = -1;
    pixel.entry_terms = 0;
  }

  NBT_KERNEL_FN double amplitude_of(std::int64_t entry) const {
    const FrozenTable& table = scene_.table;
    return table.in_double != nullptr ? table.in_double[entry]
                                      : table.unit * static_cast<double>(table.in_float[entry]);
  }

  // F = sum of weight F_node. A call, as in render_tile.hpp handed what it needs.
  static NBT_KERNEL_CALL void pull_nodes(const FrozenTable& table, const PullTerm<T>& coefficients,
                                         const double (&direction)[3], std::int64_t lowest, double by_F,
                                         ExactSum* amplitudes) {
    double weight[3][4];
    for (int i = 0; i < 3; ++i) {
      const double index = DoublePeel<T>::template index<3>(coefficients.axis[i], direction);
      cubic_weights(index - one_lane::ops::Floor(index), weight[i]);
    }
    for (int h = 0; h < 4; ++h) {
      for (int k = 0; k < 4; ++k) {
        ExactSum* nodes = amplitudes + lowest + h * table.box.plane_stride + k * table.box.row_stride;
        for (int l = 0; l < 4; ++l) nodes[l].add(by_F * weight[0][h] * weight[1][k] * weight[2][l]);
      }
    }
  }

  const FrozenScene& scene_;
  const Task& task_;
  const std::int64_t tile_;
  Shared& shared_;
  ExactSum* const sums_;  // of this block's copy
};

}  // namespace nbt::cuda
