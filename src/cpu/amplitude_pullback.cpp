#include "cpu/amplitude_pullback.hpp"

#include <cmath>

#include "model/vector.hpp"
#include "physics/cubic_weights.hpp"

namespace nbt {
namespace {

// Pixels whose entries are compared at once. Rows are on a grid of the detector (kernels.hpp), so are groups of them.
constexpr int group = 4;

bool all_are(const std::int32_t* entries, std::int32_t entry) {
  std::int32_t difference = 0;
  for (int i = 0; i < group; ++i) difference |= entries[i] ^ entry;
  return difference == 0;
}

template <class T>
double weighted_sum(const double* weight, const T* x) {
  double product[group];
  for (int i = 0; i < group; ++i) product[i] = weight[i] * static_cast<double>(x[i]);
  return (product[0] + product[1]) + (product[2] + product[3]);
}

// Weights are 0 before the first pixel and after the last.
template <class T>
void pull_nearest(const AmplitudeRows& rows, const T* terms, SparseSums& sums) {
  const auto flush = [&](std::int32_t entry, double sum) {
    if (entry < 0 || sum == 0) return;
    sums.add(entry, 2 * sum / rows.amplitudes[entry]);  // x is 0 where F is
  };
  for (int o = 0; o < rows.orientations; ++o) {
    const T* x = terms + o * rows.pixels;
    const std::int32_t* entry = rows.entries + o * rows.pixels;
    // Neighbouring pixels mostly share a reflection.
    std::int32_t current = -1;
    double sum = 0;
    for (int i = 0; i < rows.pixels; i += group) {
      if (all_are(entry + i, current)) {
        if (current >= 0) sum += weighted_sum(rows.weight + i, x + i);
        continue;
      }
      for (int j = i; j < i + group; ++j) {
        if (entry[j] != current) {
          flush(current, sum);
          current = entry[j];
          sum = 0;
        }
        sum += rows.weight[j] * static_cast<double>(x[j]);
      }
    }
    flush(current, sum);
  }
}

// The 64 nodes around an index: elements of the table and their weights.
struct Nodes {
  std::int64_t element[64];
  double weight[64];
  double amplitude = 0;
};

void find_nodes(const IndexBox& box, const double* amplitudes, const double (&index)[3], std::int64_t lowest,
                Nodes& nodes) {
  double weight[3][4];
  for (int axis = 0; axis < 3; ++axis) cubic_weights(index[axis] - std::floor(index[axis]), weight[axis]);
  nodes.amplitude = 0;
  for (int n = 0; n < 64; ++n) {
    const int h = n >> 4, k = (n >> 2) & 3, l = n & 3;
    nodes.element[n] = lowest + h * box.plane_stride + k * box.row_stride + l;
    nodes.weight[n] = weight[0][h] * weight[1][k] * weight[2][l];
    nodes.amplitude += nodes.weight[n] * amplitudes[nodes.element[n]];
  }
}

void find_index(const TermPositions& at, int pixel, double (&index)[3]) {
  Vector3 d{};
  for (int j = 0; j < at.directions.products; ++j) {
    d = d + at.directions.coordinate[j][pixel] * vector_of(at.directions.basis[j]);
  }
  const Vector3 q = (1 / at.source->wavelength_m) * (d - vector_of(at.source->incident));
  index[0] = dot(vector_of(at.orientation->a), q);
  index[1] = dot(vector_of(at.orientation->b), q);
  index[2] = dot(vector_of(at.orientation->c), q);
}

}  // namespace

void pull_nearest_amplitudes(const AmplitudeRows& rows, SparseSums& sums) {
  if (rows.in_double) {
    pull_nearest(rows, reinterpret_cast<const double*>(rows.terms), sums);
  } else {
    pull_nearest(rows, reinterpret_cast<const float*>(rows.terms), sums);
  }
}

void pull_tricubic_amplitudes(const AmplitudeRows& rows, int orientation, const TermPositions& positions,
                              SparseSums& sums) {
  const IndexBox& box = *positions.box;
  const double* amplitudes = rows.amplitudes;
  Nodes nodes;
  for (int i = rows.first; i < rows.end; ++i) {
    const std::int64_t term = static_cast<std::int64_t>(orientation) * rows.pixels + i;
    const double x = rows.in_double ? reinterpret_cast<const double*>(rows.terms)[term]
                                    : static_cast<double>(reinterpret_cast<const float*>(rows.terms)[term]);
    const double by_log = rows.weight[i] * x;  // half of F dL/dF
    if (by_log == 0) continue;
    double index[3];
    find_index(positions, i, index);
    const std::int64_t lowest = lowest_node(box, index[0], index[1], index[2]);
    if (lowest < 0) {
      const std::int64_t element = nearest_element(box, index[0], index[1], index[2]);
      if (element >= 0) sums.add(static_cast<std::int32_t>(element), 2 * by_log / amplitudes[element]);
      continue;
    }
    find_nodes(box, amplitudes, index, lowest, nodes);
    const double by_F = 2 * by_log / nodes.amplitude;
    for (int n = 0; n < 64; ++n) sums.add(static_cast<std::int32_t>(nodes.element[n]), by_F * nodes.weight[n]);
  }
}

}  // namespace nbt
