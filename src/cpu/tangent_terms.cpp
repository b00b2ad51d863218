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

// Vectors with 32 registers hold the sums of two vectors of pixels.
inline constexpr int combined_at_once = HWY_TARGET <= HWY_AVX3 ? 2 : 1;

template <class T, int numbers>
struct RoundedFactors {
  RoundedFactors(const TangentBlock& block, const double* factors) {
    for (int i = 0; i < block.orientations * numbers; ++i) values[i] = static_cast<T>(factors[i]);
  }
  alignas(64) T values[largest_orientation_block * numbers];
};

// Some vectors of a block's pixels from i on. Orientations are inside: the sums stay in registers, and in float over no
// more than one block.
template <class T, int rows>
class TangentPixels {
 public:
  using D = TermTag<T>;
  using V = TermVec<T>;

  TangentPixels(const TangentBlock& block, int i) : block_(block), i_(i), lanes_(static_cast<int>(hn::Lanes(D()))) {}

  HWY_INLINE V Slope(int orientation, int axis, int vector) const {
    const T* slopes = static_cast<const T*>(block_.slopes);
    return hn::Load(D(), slopes + (orientation * 3 + axis) * block_.pixels + i_ + vector * lanes_);
  }

  HWY_INLINE V Coordinate(int j, int vector) const {
    return hn::Load(D(), static_cast<const T*>(block_.coordinates[j]) + i_ + vector * lanes_);
  }

  HWY_INLINE V Index(const T* factor, int vector) const {
    const D d;
    V h = hn::Set(d, factor[0]);
    for (int j = 1; j < rows; ++j) h = hn::MulAdd(hn::Set(d, factor[j]), Coordinate(j - 1, vector), h);
    return h;
  }

  HWY_INLINE void AddTo(double* row, V sum, int vector) const {
    alignas(64) T parts[lane_padding];
    hn::Store(sum, D(), parts);
    const DoubleTag dd;
    const int half = static_cast<int>(hn::Lanes(dd));
    for (int lane = 0; lane < lanes_; lane += half) {
      const int at = i_ + vector * lanes_ + lane;
      const DoubleVec weight = hn::Load(dd, block_.weight + at);
      hn::Store(hn::MulAdd(weight, LoadAsDouble(parts + lane), hn::Load(dd, row + at)), dd, row + at);
    }
  }

 private:
  const TangentBlock& block_;
  const int i_;
  const int lanes_;
};

template <class T, int rows>
HWY_INLINE void AddTangentsWith(const TangentTerms& job) {
  constexpr int at_once = 4;
  using V = TermVec<T>;
  const TermTag<T> d;
  const int step = at_once * static_cast<int>(hn::Lanes(d));
  const RoundedFactors<T, 3 * rows> factors(job.block, job.factors);
  for (int i = 0; i < job.block.pixels; i += step) {
    const TangentPixels<T, rows> pixels(job.block, i);
    V sum[at_once];
    for (V& v : sum) v = hn::Zero(d);
    const T* factor = factors.values;
    for (int o = 0; o < job.block.orientations; ++o) {
      for (int axis = 0; axis < 3; ++axis, factor += rows) {
        for (int v = 0; v < at_once; ++v)
          sum[v] = hn::MulAdd(pixels.Slope(o, axis, v), pixels.Index(factor, v), sum[v]);
      }
    }
    for (int v = 0; v < at_once; ++v) pixels.AddTo(job.sum, sum[v], v);
  }
}

template <class T, int rows>
HWY_INLINE void AddCombinedWith(const CombinedTerms& job) {
  constexpr int at_once = combined_at_once;
  using V = TermVec<T>;
  const TermTag<T> d;
  const int step = at_once * static_cast<int>(hn::Lanes(d));
  const RoundedFactors<T, 3 * rows> factors(job.block, job.factors);
  for (int i = 0; i < job.block.pixels; i += step) {
    const TangentPixels<T, rows> pixels(job.block, i);
    V sum[at_once][3][3];
    for (auto& of_vector : sum) {
      for (auto& of_axis : of_vector) {
        for (V& v : of_axis) v = hn::Zero(d);
      }
    }
    const T* factor = factors.values;
    for (int o = 0; o < job.block.orientations; ++o, factor += 3 * rows) {
      for (int v = 0; v < at_once; ++v) {
        const V r[3] = {pixels.Slope(o, 0, v), pixels.Slope(o, 1, v), pixels.Slope(o, 2, v)};
        for (int k = 0; k < 3; ++k) {
          const V h = pixels.Index(factor + k * rows, v);
          for (int axis = 0; axis < 3; ++axis) sum[v][axis][k] = hn::MulAdd(r[axis], h, sum[v][axis][k]);
        }
      }
    }
    for (int v = 0; v < at_once; ++v) {
      for (int axis = 0; axis < 3; ++axis) {
        for (int k = 0; k < 3; ++k) pixels.AddTo(job.sums[axis][k], sum[v][axis][k], v);
      }
    }
  }
}

template <class T>
HWY_INLINE void AddVectorsOf(const VectorTerms& job) {
  constexpr int at_once = 4;
  using V = TermVec<T>;
  const TermTag<T> d;
  const int step = at_once * static_cast<int>(hn::Lanes(d));
  const RoundedFactors<T, 9> vectors(job.block, job.vectors);
  for (int i = 0; i < job.block.pixels; i += step) {
    const TangentPixels<T, 1> pixels(job.block, i);
    V sum[at_once][3];
    for (auto& of_vector : sum) {
      for (V& v : of_vector) v = hn::Zero(d);
    }
    const T* x = vectors.values;
    for (int o = 0; o < job.block.orientations; ++o) {
      for (int axis = 0; axis < 3; ++axis, x += 3) {
        const V component[3] = {hn::Set(d, x[0]), hn::Set(d, x[1]), hn::Set(d, x[2])};
        for (int v = 0; v < at_once; ++v) {
          const V r = pixels.Slope(o, axis, v);
          for (int c = 0; c < 3; ++c) sum[v][c] = hn::MulAdd(r, component[c], sum[v][c]);
        }
      }
    }
    for (int v = 0; v < at_once; ++v) {
      for (int c = 0; c < 3; ++c) pixels.AddTo(job.sums[c], sum[v][c], v);
    }
  }
}

template <class T>
HWY_INLINE void AddTangentsOf(const TangentTerms& job) {
  if (job.block.rows == 3) return AddTangentsWith<T, 3>(job);
  AddTangentsWith<T, 4>(job);
}

template <class T>
HWY_INLINE void AddCombinedOf(const CombinedTerms& job) {
  if (job.block.rows == 3) return AddCombinedWith<T, 3>(job);
  AddCombinedWith<T, 4>(job);
}

void TangentsSingle(const TangentTerms& job) {
  AddTangentsOf<float>(job);
}
void TangentsDouble(const TangentTerms& job) {
  AddTangentsOf<double>(job);
}
void CombinedSingle(const CombinedTerms& job) {
  AddCombinedOf<float>(job);
}
void CombinedDouble(const CombinedTerms& job) {
  AddCombinedOf<double>(job);
}
void VectorsSingle(const VectorTerms& job) {
  AddVectorsOf<float>(job);
}
void VectorsDouble(const VectorTerms& job) {
  AddVectorsOf<double>(job);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(TangentsSingle);
HWY_EXPORT(TangentsDouble);
HWY_EXPORT(CombinedSingle);
HWY_EXPORT(CombinedDouble);
HWY_EXPORT(VectorsSingle);
HWY_EXPORT(VectorsDouble);
}  // namespace

TangentKernels tangent_kernels_for(const Plan& plan, std::int64_t simd_target) {
  TangentKernels kernels;
  set_row_kernels(simd_target, kernels);
  if (plan.scene.precision == Precision::double_) {
    kernels.add_tangents = for_target(HWY_DISPATCH_TABLE(TangentsDouble), simd_target);
    kernels.add_combined = for_target(HWY_DISPATCH_TABLE(CombinedDouble), simd_target);
    kernels.add_vectors = for_target(HWY_DISPATCH_TABLE(VectorsDouble), simd_target);
  } else {
    kernels.add_tangents = for_target(HWY_DISPATCH_TABLE(TangentsSingle), simd_target);
    kernels.add_combined = for_target(HWY_DISPATCH_TABLE(CombinedSingle), simd_target);
    kernels.add_vectors = for_target(HWY_DISPATCH_TABLE(VectorsSingle), simd_target);
  }
  return kernels;
}

}  // namespace nbt
#endif  // HWY_ONCE
