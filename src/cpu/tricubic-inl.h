// F by tricubic interpolation for the pixels of a span (physics.md 11).
//
//   TricubicAmplitudes(table, h, k, l, pixels, amplitude)
//
// is all that others need: Miller indices in, amplitudes over table.unit out, by the nearest rule where the nodes do
// not reach. All arrays are filled to whole vectors and aligned to them. A pixel's bits depend on its own h, k, l only.
//
// Double also where T is float: where the weighted amplitudes nearly cancel, float would leave nothing of their sum.
//
// The four nodes along l are neighbours in memory, so nothing is gathered. Three passes over chunks of pixels, all
// through first-level cache:
//
//   LocateCells   lanes are pixels: the lowest of the 64 nodes, weights along h and k
//   SumCells      lanes are the nodes along l: sums over h and k. Pixels of a row mostly share their cell with the one
//                 before, so its nodes stay in registers, as differences that save one product in four.
//   SumRows       lanes are pixels: sum over l
#if defined(NBT_CPU_TRICUBIC_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_TRICUBIC_INL_H_
#undef NBT_CPU_TRICUBIC_INL_H_
#else
#define NBT_CPU_TRICUBIC_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "cpu/lookup-inl.h"
#include "physics/cubic_weights.hpp"
#include "physics/lattice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

using NodeTag = hn::CappedTag<double, 4>;
using NodeVec = Vec<NodeTag>;

inline constexpr int cell_chunk = 64;  // pixels; larger ones leave first-level cache too little room for nodes

struct CellChunk {
  alignas(64) double weight_h[3][cell_chunk];  // of the nodes before, after and beyond
  alignas(64) double weight_k[3][cell_chunk];
  alignas(64) double fraction_l[cell_chunk];
  alignas(64) double row[cell_chunk][4];        // F summed over h and k, at the four nodes along l
  alignas(64) std::int32_t lowest[cell_chunk];  // flat index of the cell's lowest node; -1: not to be interpolated
};

// Which pixels of a chunk may be interpolated.
struct Reach {
  bool any;
  bool all;
};

HWY_INLINE void StoreWeights(DoubleVec x, double (&to)[3][cell_chunk], int i) {
  const DoubleTag d;
  DoubleVec before, after, beyond;
  CubicWeights(d, x, before, after, beyond);
  hn::Store(before, d, to[0] + i);
  hn::Store(after, d, to[1] + i);
  hn::Store(beyond, d, to[2] + i);
}

HWY_INLINE Reach LocateCells(const IndexBox& box, const double* h, const double* k, const double* l, int pixels,
                             CellChunk& chunk) {
  const DoubleTag d;
  const hn::Rebind<std::int32_t, DoubleTag> di;
  const DoubleVec zero = hn::Zero(d);
  const int lanes = static_cast<int>(hn::Lanes(d));
  DoubleVec smallest = zero, largest = hn::Set(d, -1.0);
  for (int i = 0; i < pixels; i += lanes) {
    const DoubleVec at_h = hn::Load(d, h + i), at_k = hn::Load(d, k + i), at_l = hn::Load(d, l + i);
    StoreWeights(hn::Sub(at_h, hn::Floor(at_h)), chunk.weight_h, i);
    StoreWeights(hn::Sub(at_k, hn::Floor(at_k)), chunk.weight_k, i);
    hn::Store(hn::Sub(at_l, hn::Floor(at_l)), d, chunk.fraction_l + i);
    const DoubleVec lowest = TricubicFlatIndex(d, box, at_h, at_k, at_l);
    smallest = hn::Min(smallest, lowest);
    largest = hn::Max(largest, lowest);
    hn::Store(hn::DemoteTo(di, lowest), di, chunk.lowest + i);
  }
  return {!hn::AllFalse(d, hn::Ge(largest, zero)), hn::AllTrue(d, hn::Ge(smallest, zero))};
}

// Four rows of nodes, one k each, as CubicSum takes them.
HWY_INLINE void LoadPlane(const double* from, std::int64_t step, NodeVec& before, NodeVec& at, NodeVec& after,
                          NodeVec& beyond) {
  const NodeTag d;
  at = hn::LoadU(d, from + step);
  before = hn::Sub(hn::LoadU(d, from), at);
  after = hn::Sub(hn::LoadU(d, from + 2 * step), at);
  beyond = hn::Sub(hn::LoadU(d, from + 3 * step), at);
}

// The same for what LoadPlane left of another h.
HWY_INLINE void SubtractPlane(NodeVec at_before, NodeVec at_at, NodeVec at_after, NodeVec at_beyond, NodeVec& before,
                              NodeVec& at, NodeVec& after, NodeVec& beyond) {
  before = hn::Sub(before, at_before);
  at = hn::Sub(at, at_at);
  after = hn::Sub(after, at_after);
  beyond = hn::Sub(beyond, at_beyond);
}

// The pixels from `i` on that share its cell: their sums over h and k, at the l of the lanes of `nodes`. Returns the
// first pixel of another cell.
HWY_INLINE int SumCell(const double* nodes, const IndexBox& box, int i, int pixels, int l, CellChunk& chunk) {
  const NodeTag d;
  const std::int64_t step = box.row_stride;
  // n<h><k>, counted from the lowest node; no array, as some targets have vectors without a size.
  NodeVec n00, n01, n02, n03, n10, n11, n12, n13, n20, n21, n22, n23, n30, n31, n32, n33;
  LoadPlane(nodes, step, n00, n01, n02, n03);
  LoadPlane(nodes + box.plane_stride, step, n10, n11, n12, n13);
  LoadPlane(nodes + 2 * box.plane_stride, step, n20, n21, n22, n23);
  LoadPlane(nodes + 3 * box.plane_stride, step, n30, n31, n32, n33);
  SubtractPlane(n10, n11, n12, n13, n00, n01, n02, n03);
  SubtractPlane(n10, n11, n12, n13, n20, n21, n22, n23);
  SubtractPlane(n10, n11, n12, n13, n30, n31, n32, n33);
  const std::int32_t cell = chunk.lowest[i];
  do {
    const NodeVec k0 = hn::Set(d, chunk.weight_k[0][i]);
    const NodeVec k2 = hn::Set(d, chunk.weight_k[1][i]);
    const NodeVec k3 = hn::Set(d, chunk.weight_k[2][i]);
    const NodeVec before = CubicSum(n01, k0, n00, k2, n02, k3, n03);
    const NodeVec at = CubicSum(n11, k0, n10, k2, n12, k3, n13);
    const NodeVec after = CubicSum(n21, k0, n20, k2, n22, k3, n23);
    const NodeVec beyond = CubicSum(n31, k0, n30, k2, n32, k3, n33);
    const NodeVec sum = CubicSum(at, hn::Set(d, chunk.weight_h[0][i]), before, hn::Set(d, chunk.weight_h[1][i]), after,
                                 hn::Set(d, chunk.weight_h[2][i]), beyond);
    hn::Store(sum, d, chunk.row[i] + l);
    ++i;
  } while (i < pixels && chunk.lowest[i] == cell);
  return i;
}

HWY_INLINE void SumCells(const AmplitudeTable& table, int pixels, CellChunk& chunk) {
  const int lanes = static_cast<int>(hn::Lanes(NodeTag()));
  for (int i = 0; i < pixels;) {
    // Node 0 is safe for pixels that are not to be interpolated: another one has four nodes on every axis.
    const double* nodes = table.in_double + std::max(chunk.lowest[i], 0);
    int next = i;
    for (int l = 0; l < 4; l += lanes) next = SumCell(nodes + l, table.box, i, pixels, l, chunk);
    i = next;
  }
}

HWY_INLINE DoubleVec SumRow(const CellChunk& chunk, int i) {
  const DoubleTag d;
  DoubleVec n0, n1, n2, n3, before, after, beyond;
  hn::LoadInterleaved4(d, chunk.row[i], n0, n1, n2, n3);
  CubicWeights(d, hn::Load(d, chunk.fraction_l + i), before, after, beyond);
  return CubicSum(n1, before, hn::Sub(n0, n1), after, hn::Sub(n2, n1), beyond, hn::Sub(n3, n1));
}

// `smooth`, or F by the nearest rule in lanes that may not be interpolated.
HWY_INLINE DoubleVec WithNearest(const AmplitudeTable& table, DoubleVec h, DoubleVec k, DoubleVec l,
                                 const std::int32_t* lowest, DoubleVec smooth) {
  const DoubleTag d;
  const IntegerTag<DoubleTag> di;
  const hn::Rebind<std::int32_t, DoubleTag> d32;
  const DoubleVec flat = NearestFlatIndex(d, table.box, NearestIndex(d, h), NearestIndex(d, k), NearestIndex(d, l));
  const DoubleVec nearest = AmplitudeAt(d, table, TableEntry<double>(flat, flat));
  const auto outside = hn::Lt(hn::PromoteTo(di, hn::Load(d32, lowest)), hn::Zero(di));
  return hn::IfThenElse(hn::RebindMask(d, outside), nearest, smooth);
}

template <class T>
HWY_NOINLINE void TricubicAmplitudes(const AmplitudeTable& table, const double* h, const double* k, const double* l,
                                     int pixels, T* amplitude) {
  const DoubleTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const DoubleVec per_unit = hn::Set(d, 1 / table.unit);
  CellChunk chunk;
  for (int first = 0; first < pixels; first += cell_chunk) {
    const int whole_vectors = (std::min(cell_chunk, pixels - first) + lanes - 1) / lanes * lanes;
    const Reach reach = LocateCells(table.box, h + first, k + first, l + first, whole_vectors, chunk);
    if (reach.any) SumCells(table, whole_vectors, chunk);
    for (int i = 0; i < whole_vectors; i += lanes) {
      DoubleVec F = reach.any ? SumRow(chunk, i) : hn::Zero(d);
      if (!reach.all) {
        const int at = first + i;
        F = WithNearest(table, hn::Load(d, h + at), hn::Load(d, k + at), hn::Load(d, l + at), chunk.lowest + i, F);
      }
      StoreAs(hn::Mul(F, per_unit), amplitude + first + i);
    }
  }
}

// What a pixel takes from the four nodes along l: F, and its derivatives by h and k, before the sum over l.
struct NodeRows {
  alignas(64) double value[4];
  alignas(64) double by_h[4];
  alignas(64) double by_k[4];
};

HWY_INLINE void SumNodes(const double* nodes, const IndexBox& box, const double (&weight_h)[4],
                         const double (&slope_h)[4], const double (&weight_k)[4], const double (&slope_k)[4],
                         NodeRows& rows) {
  const NodeTag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int l = 0; l < 4; l += lanes) {
    NodeVec value = hn::Zero(d), by_h = value, by_k = value;
    for (int h = 0; h < 4; ++h) {
      NodeVec along = hn::Zero(d), along_slope = along;
      for (int k = 0; k < 4; ++k) {
        const NodeVec node = hn::LoadU(d, nodes + h * box.plane_stride + k * box.row_stride + l);
        along = hn::MulAdd(hn::Set(d, weight_k[k]), node, along);
        along_slope = hn::MulAdd(hn::Set(d, slope_k[k]), node, along_slope);
      }
      value = hn::MulAdd(hn::Set(d, weight_h[h]), along, value);
      by_h = hn::MulAdd(hn::Set(d, slope_h[h]), along, by_h);
      by_k = hn::MulAdd(hn::Set(d, weight_h[h]), along_slope, by_k);
    }
    hn::Store(value, d, rows.value + l);
    hn::Store(by_h, d, rows.by_h + l);
    hn::Store(by_k, d, rows.by_k + l);
  }
}

HWY_INLINE double DotNodes(const double (&weight)[4], const double (&row)[4]) {
  return weight[0] * row[0] + weight[1] * row[1] + weight[2] * row[2] + weight[3] * row[3];
}

// F and its derivatives by h, k, l for some pixels, over table.unit. By the nearest rule F does not depend on them;
// `by_default` is 1 where it is default_F.
template <class T>
HWY_NOINLINE void TricubicSlopes(const AmplitudeTable& table, const double (&index)[3][tile_pixels], int first, int end,
                                 T* amplitude, T (&slope)[3][tile_pixels], T* by_default) {
  TricubicAmplitudes(table, index[0] + first, index[1] + first, index[2] + first, end - first, amplitude + first);
  const double per_unit = 1 / table.unit;
  for (int i = first; i < end; ++i) {
    const double at[3] = {index[0][i], index[1][i], index[2][i]};
    const std::int64_t lowest = lowest_node(table.box, at[0], at[1], at[2]);
    by_default[i] = lowest < 0 && nearest_element(table.box, at[0], at[1], at[2]) < 0 ? T(1) : T(0);
    if (lowest < 0) {
      for (int axis = 0; axis < 3; ++axis) slope[axis][i] = T(0);
      continue;
    }
    double weight[3][4], derivative[3][4];
    for (int axis = 0; axis < 3; ++axis) {
      const double x = at[axis] - std::floor(at[axis]);
      cubic_weights(x, weight[axis]);
      cubic_weight_slopes(x, derivative[axis]);
    }
    NodeRows rows;
    SumNodes(table.in_double + lowest, table.box, weight[0], derivative[0], weight[1], derivative[1], rows);
    slope[0][i] = static_cast<T>(per_unit * DotNodes(weight[2], rows.by_h));
    slope[1][i] = static_cast<T>(per_unit * DotNodes(weight[2], rows.by_k));
    slope[2][i] = static_cast<T>(per_unit * DotNodes(derivative[2], rows.value));
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_TRICUBIC_INL_H_
