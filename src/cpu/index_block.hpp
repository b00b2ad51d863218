// Coefficients of the Miller indices of a block of orientations: what is the same for all pixels of a span.
//
//   h = sum_j along_j w_j - offset,   along_j = a.e_j/lambda,   offset = a.i/lambda
//
// for a and likewise b and c (src/physics/scattering-inl.h). On a flat panel e = (P0, f) and w = (1, y)/R; on a curved
// one e are the laboratory axes and w is the direction to the pixel.
#pragma once

#include <cstdint>

#include "plan/plan.hpp"

namespace nbt {

inline constexpr int largest_orientation_block = 64;  // float sums stay good to 1e-6 (numerics.md 4)

struct IndexBlock {
  int count = 0;
  // [a, b, c][j][orientation]
  alignas(64) double along[3][3][largest_orientation_block];
  alignas(64) double offset[3][largest_orientation_block];
};

// Between what values the indices of each orientation stay along a segment of a row.
struct IndexIntervals {
  alignas(64) double lowest[3][largest_orientation_block];
  alignas(64) double highest[3][largest_orientation_block];
};

// Adds up to `count` orientations under one source while there is room; returns how many.
int append_orientations(const double (&basis)[3][3], const PlannedSource& source, const Orientation* orientations,
                        std::int64_t count, IndexBlock& block);

}  // namespace nbt
