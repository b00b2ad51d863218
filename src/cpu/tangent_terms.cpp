// Derivatives of terms along the movement of their indices, for every SIMD target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/tangent_terms.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/miller-inl.h"
#include "cpu/simd_choice.hpp"
#include "cpu/tangent_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// Pixels outside, orientations inside: the sums stay in registers, and in float over no more than one block.
template <class T, int rows>
HWY_INLINE void AddTangentsWith(const TangentTerms& job) {
  const TermTag<T> d;
  using V = TermVec<T>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int stride = 3 * job.pixels;
  alignas(64) T factors[largest_orientation_block * 3 * rows];
  for (int i = 0; i < job.orientations * 3 * rows; ++i) factors[i] = static_cast<T>(job.factors[i]);
  alignas(64) T sums[tile_pixels];
  for (int i = 0; i < job.pixels; i += lanes) {
    const auto coordinate = [&](int j) HWY_ATTR { return hn::Load(d, static_cast<const T*>(job.coordinates[j]) + i); };
    V sum = hn::Zero(d);
    const T* slopes = static_cast<const T*>(job.slopes) + i;
    const T* factor = factors;
    for (int o = 0; o < job.orientations; ++o, slopes += stride) {
      for (int axis = 0; axis < 3; ++axis, factor += rows) {
        V dh = hn::Set(d, factor[0]);
        for (int j = 1; j < rows; ++j) dh = hn::MulAdd(hn::Set(d, factor[j]), coordinate(j - 1), dh);
        sum = hn::MulAdd(hn::Load(d, slopes + axis * job.pixels), dh, sum);
      }
    }
    hn::Store(sum, d, sums + i);
  }
  const DoubleTag dd;
  const int double_lanes = static_cast<int>(hn::Lanes(dd));
  for (int i = 0; i < job.pixels; i += double_lanes) {
    hn::Store(hn::Add(LoadAsDouble(sums + i), hn::Load(dd, job.sums + i)), dd, job.sums + i);
  }
}

template <class T>
HWY_INLINE void AddTangentsOf(const TangentTerms& job) {
  switch (job.rows) {
    case 1:
      return AddTangentsWith<T, 1>(job);
    case 3:
      return AddTangentsWith<T, 3>(job);
    default:
      return AddTangentsWith<T, 4>(job);
  }
}

void Single(const TangentTerms& job) {
  AddTangentsOf<float>(job);
}
void Double(const TangentTerms& job) {
  AddTangentsOf<double>(job);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(Single);
HWY_EXPORT(Double);
}  // namespace

AddTangents add_tangents_single_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Single), simd_target);
}
AddTangents add_tangents_double_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Double), simd_target);
}

}  // namespace nbt
#endif  // HWY_ONCE
