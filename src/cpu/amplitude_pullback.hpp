// From the terms of a block to derivatives by structure factors (numerics.md 5).
#pragma once

#include <cstddef>

#include "cpu/kernels.hpp"
#include "cpu/sparse_sums.hpp"

namespace nbt {

// x = F^2 F_latt^2 of every term, [orientation][pixel] with rows of `pixels`, and dL/dx per pixel. Sums of terms of
// several orientations with the same entry do as well (TermsByEntry).
struct AmplitudeRows {
  int first = 0;  // of the pixels that count
  int end = 0;
  int pixels = 0;
  int orientations = 0;
  const double* weight = nullptr;
  const std::byte* terms = nullptr;
  bool in_double = true;
  const std::int32_t* entries = nullptr;  // of the table; -1: default_F
  const double* amplitudes = nullptr;     // the table
};

// Adds dL/dF by table entry: 2 x/F dL/dx. An amplitude of 0 has no slope.
void pull_nearest_amplitudes(const AmplitudeRows& rows, SparseSums& sums);

// What the index of a term is made of.
struct TermPositions {
  Directions directions;
  const PlannedSource* source = nullptr;
  const Orientation* orientation = nullptr;
  const IndexBox* box = nullptr;
};

// Adds dL/dF of the 64 nodes around the index of every pixel; pixels that the nodes do not reach have the nearest rule.
// One orientation.
void pull_tricubic_amplitudes(const AmplitudeRows& rows, int orientation, const TermPositions& positions,
                              SparseSums& sums);

}  // namespace nbt
