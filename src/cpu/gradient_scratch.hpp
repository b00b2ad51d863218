// What one thread needs for gradients beside the plan, and what all threads share.
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/aligned_array.hpp"
#include "cpu/scratch.hpp"
#include "cpu/slope_kernels.hpp"
#include "cpu/sparse_sums.hpp"
#include "plan/plan_adjoint.hpp"

namespace nbt {

// What a run asks for.
struct GradientWishes {
  bool shape = false;           // derivatives by the shape of the spots: cell counts, fudge, gauss's metric
  bool amplitudes = false;      // derivatives by structure factors
  bool source_weights = false;  // derivatives by the weight of every source
};

// How a span's terms are kept between the two passes.
struct SlopeLayout {
  SlopeLayout(const Plan& plan, const GradientWishes& wishes);

  std::int64_t sweeps = 1;           // largest number of visits of a span
  std::int64_t terms_per_pixel = 1;  // over all visits
  std::int64_t bytes_per_term = 0;
  int rows_per_visit = 0;
  bool kept = false;  // all slopes of a span fit into memory; otherwise they are computed again in the second pass

  std::int64_t slopes_bytes() const;
  std::int64_t rows_bytes() const;
};

// Where the slopes of a block of terms are, as SlopeBatch takes them.
struct SlopePlace {
  std::byte* slopes = nullptr;
  std::byte* terms = nullptr;  // null: not wanted
  std::int32_t* entries = nullptr;
};

// Rows of one visit (a sub-pixel in a layer, seen from some sources).
struct VisitRows {
  double* terms = nullptr;
  double* outside = nullptr;
  double* along[3] = {};
  double* shape[most_shape_sums] = {};
};

struct alignas(64) GradientRows {
  using Row = Scratch::Row;
  alignas(64) Row slope;         // dL/dvalue
  alignas(64) Row by_bracket;    // dL/d(I + background)
  alignas(64) Row log_value;     // dL/d ln value
  alignas(64) Row contribution;  // dL/d ln of what the visit adds
  alignas(64) Row weight;        // dL/d(sum of the visit's terms)
  alignas(64) Row polarization_sweep;
  alignas(64) Row coordinate_adjoint[3];
  alignas(64) Row solid_angle_adjoint;  // of its logarithm
  alignas(64) Row capture_adjoint;      // of its logarithm
  alignas(64) Row picked;               // of the adjoint rows, those that belong to a sweep
  alignas(64) Row cosine_adjoint;
  alignas(64) Row magnetic_adjoint;
};

class GradientScratch {
 public:
  GradientScratch(const Plan& plan, const GradientWishes& wishes);

  Scratch span;
  GradientRows rows;
  SlopeLayout layout;
  SlopeWork<double> work;  // or SlopeWork<float>, which is smaller
  alignas(64) double pull_rows[4][tile_pixels];
  double pull_sums[largest_orientation_block * 3 * 4];
  SparseSums amplitude_sums;
  alignas(64) double entry_sums[TermsByEntry::slots * tile_pixels];  // of the kernels' type
  alignas(64) std::int32_t entries[TermsByEntry::slots * tile_pixels];

  // Where a block of terms begins that so many of the span precede. Where nothing is kept all blocks share one place.
  SlopePlace place(std::int64_t terms_before);
  VisitRows visit_rows(std::int64_t visit);

 private:
  AlignedBytes slopes_;
  AlignedArray<double> visit_rows_;
  bool amplitudes_ = false;
  std::int64_t number_bytes_ = 8;
  int shape_sums_ = 0;
  int products_ = 2;
};

// Heap bytes of one.
std::int64_t gradient_scratch_bytes(const Plan& plan, const GradientWishes& wishes);

}  // namespace nbt
