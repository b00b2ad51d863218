// How rows of pixels move with a parameter, for every SIMD target. Always double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/tangent_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/projection-inl.h"
#include "cpu/simd_choice.hpp"
#include "cpu/tangent_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

using D = DoubleTag;
using V = DoubleVec;

HWY_INLINE int LanesOfDouble() {
  return static_cast<int>(hn::Lanes(D()));
}

// One component of d.
HWY_INLINE V Direction(const Directions& directions, int c, int i) {
  const D d;
  V sum = hn::Mul(hn::Set(d, directions.basis[0][c]), hn::Load(d, directions.coordinate[0] + i));
  for (int j = 1; j < directions.products; ++j) {
    sum = hn::MulAdd(hn::Set(d, directions.basis[j][c]), hn::Load(d, directions.coordinate[j] + i), sum);
  }
  return sum;
}

HWY_INLINE V Dot(const V (&a)[3], const V (&b)[3]) {
  return hn::MulAdd(a[0], b[0], hn::MulAdd(a[1], b[1], hn::Mul(a[2], b[2])));
}

void Move(const MoveDirections& job) {
  const D d;
  for (int i = 0; i < job.pixels; i += LanesOfDouble()) {
    V per_R = hn::Set(d, job.per_length_m);
    V dP[3], direction[3];
    if (job.curved) {
      for (int c = 0; c < 3; ++c) dP[c] = hn::Load(d, job.moved[c] + i);
    } else {
      const V along_m = hn::Mul(hn::Iota(d, job.first_from_anchor + i), hn::Set(d, job.pixel_size_m));
      for (int c = 0; c < 3; ++c) dP[c] = hn::MulAdd(along_m, hn::Set(d, job.fast[c]), hn::Set(d, job.anchor[c]));
      per_R = hn::Mul(per_R, hn::Load(d, job.directions.coordinate[0] + i));
    }
    for (int c = 0; c < 3; ++c) direction[c] = Direction(job.directions, c, i);
    const V along = Dot(direction, dP);
    for (int c = 0; c < 3; ++c) {
      hn::Store(hn::Mul(hn::NegMulAdd(direction[c], along, dP[c]), per_R), d, job.moved[c] + i);
    }
    hn::Store(hn::Mul(along, per_R), d, job.log_distance + i);
  }
}

void Project(const MovedProjection& job) {
  const D d;
  const Along still(job.directions, job.still);
  for (int i = 0; i < job.pixels; i += LanesOfDouble()) {
    V projection = Projection(job.directions, still, i);
    for (int c = 0; c < 3 && job.moved[c] != nullptr; ++c) {
      projection = hn::MulAdd(hn::Set(d, job.moving[c]), hn::Load(d, job.moved[c] + i), projection);
    }
    hn::Store(hn::MulAdd(hn::Load(d, job.by + i), projection, hn::Load(d, job.sum + i)), d, job.sum + i);
  }
}

void AddIndices(const MovedIndices& job) {
  const D d;
  const V by_direction = hn::Set(d, job.by_direction);
  for (int i = 0; i < job.pixels; i += LanesOfDouble()) {
    V sum = hn::Load(d, job.sum + i);
    for (int c = 0; c < 3; ++c) {
      V moved = hn::Set(d, job.constant[c]);
      if (job.by_direction != 0) moved = hn::MulAdd(by_direction, Direction(job.directions, c, i), moved);
      if (job.moved[c] != nullptr) moved = hn::Add(moved, hn::Load(d, job.moved[c] + i));
      sum = hn::MulAdd(hn::Load(d, job.vectors[c] + i), moved, sum);
    }
    hn::Store(sum, d, job.sum + i);
  }
}

void Finish(const FinishMovement& job) {
  const D d;
  for (int i = 0; i < job.pixels; i += LanesOfDouble()) {
    V sum = hn::Zero(d);
    for (int k = 0; k < job.count; ++k) {
      sum = hn::MulAdd(hn::Set(d, job.coefficients[k]), hn::Load(d, job.rows[k] + i), sum);
    }
    sum = hn::Mul(sum, hn::Load(d, job.factor + i));
    for (const double* logarithm : job.logarithms) {
      if (logarithm != nullptr) sum = hn::MulAdd(hn::Load(d, job.value + i), hn::Load(d, logarithm + i), sum);
    }
    hn::Store(sum, d, job.out + i);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(Move);
HWY_EXPORT(Project);
HWY_EXPORT(AddIndices);
HWY_EXPORT(Finish);
}  // namespace

void set_row_kernels(std::int64_t simd_target, TangentKernels& kernels) {
  kernels.move_directions = for_target(HWY_DISPATCH_TABLE(Move), simd_target);
  kernels.add_projection = for_target(HWY_DISPATCH_TABLE(Project), simd_target);
  kernels.add_indices = for_target(HWY_DISPATCH_TABLE(AddIndices), simd_target);
  kernels.finish = for_target(HWY_DISPATCH_TABLE(Finish), simd_target);
}

}  // namespace nbt
#endif  // HWY_ONCE
