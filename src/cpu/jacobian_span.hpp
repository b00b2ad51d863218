// Values and derivative images of one span, in one pass: everything moves forward with each movement.
//
// With v = scale E (I + background B) as in vector_renderer.cpp, E the cached factors:
//
//   dv = scale E d(I + background B) + v (dscale/scale + d ln E)
//
// Movements that combine the axes of every orientation in the same way, da_i = sum_k C_ik a_k, move the indices by
// dh_i = sum_k C_ik h_k. So nine sums r_i h_k over the terms are enough for all of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cpu/aligned_array.hpp"
#include "cpu/render_constants.hpp"
#include "cpu/scratch.hpp"
#include "cpu/stop_signal.hpp"
#include "cpu/tangent_kernels.hpp"
#include "device/span.hpp"
#include "plan/plan_tangent.hpp"

namespace nbt {

// What all threads of a run share.
struct JacobianConstants {
  JacobianConstants(const Plan& plan, std::span<const PlanTangent> the_movements, std::int64_t simd_target);

  RenderConstants render;
  SlopeKernels kernels;
  TangentKernels tangent_kernels;
  std::span<const PlanTangent> movements;
  std::vector<std::uint8_t> moves_sight;  // of each movement
  bool shape = false;                     // some movement changes the shape of the spots
  bool outside = false;                   // some movement changes default_F
  bool combined = false;                  // some movement combines the axes
  bool along = false;                     // some movement moves positions or sources
  bool sources = false;                   // some movement moves sources
  bool sight = false;                     // some movement moves factors
};

// Rows of one thread.
class JacobianScratch {
 public:
  explicit JacobianScratch(const JacobianConstants& constants);

  using Row = Scratch::Row;
  Scratch span;
  SlopeWork<double> work;  // or SlopeWork<float>, which is smaller
  alignas(64) Row factor;  // E

  // Of the visit.
  alignas(64) Row terms;
  alignas(64) Row weight;        // of the terms in the bracket
  alignas(64) Row contribution;  // to the bracket, with the background
  alignas(64) Row outside;
  alignas(64) Row shape[most_shape_sums];
  alignas(64) Row along[3];        // sum r x/lambda, x y z, times the weight
  alignas(64) Row basis_along[3];  // of SlopeBatch

  // Of the pixel: weighted sums over the visits.
  alignas(64) Row outside_total;
  alignas(64) Row shape_total[most_shape_sums];
  alignas(64) Row combined[3][3];  // sum r_i h_k

  alignas(64) Row ones;
  alignas(64) Row moved_direction[3];  // dd of one movement
  alignas(64) Row log_distance;
  alignas(64) Row polarization;  // of one source
  alignas(64) Row by_cosine;     // derivatives of its logarithm by i.d, B.d and K
  alignas(64) Row by_magnetic;
  alignas(64) Row by_kahn;
  alignas(64) Row by_obliquity;  // of ln C by o.d
  alignas(64) Row log_factor;    // of one movement and visit: of the factors that are evaluated for every term
  alignas(64) Row polarization_sweep;
  alignas(64) double coordinates[3][tile_pixels];  // T
  alignas(64) Row unused;                          // what PullWeights gives beside them
  double factors[largest_orientation_block * 3 * 4];

  // Of each movement: derivatives of the bracket as far as they are not in the sums above, of the logarithms of the
  // factors that are cached (the polarization and the capture of the current layer on their own), and of the value.
  // The first three are not used where nothing moves them.
  double* bracket(std::size_t movement) { return row(movement, 0); }
  double* log_cached(std::size_t movement) { return row(movement, 1); }
  double* log_polarization(std::size_t movement) { return row(movement, 2); }
  double* log_layer(std::size_t movement) { return row(movement, 3); }
  double* value(std::size_t movement) { return row(movement, 4); }
  std::byte* slopes() { return slopes_.get(); }

  static constexpr std::size_t rows_per_movement = 5;
  static constexpr std::int64_t slopes_bytes =
      std::int64_t{largest_orientation_block} * 3 * tile_pixels * static_cast<std::int64_t>(sizeof(double));

 private:
  double* row(std::size_t movement, std::size_t kind) {
    return rows_.get() + (rows_per_movement * movement + kind) * tile_pixels;
  }

  AlignedArray<double> rows_;
  AlignedBytes slopes_;
};

// Fills scratch.span.value and scratch.value(movement) for the span's pixels, from element 0 on. False: stopped.
bool find_derivatives_of_span(const JacobianConstants& constants, const Span& span, JacobianScratch& scratch,
                              const StopSignal& stop);

// Heap bytes of one.
std::int64_t jacobian_scratch_bytes(std::size_t movements);

}  // namespace nbt
