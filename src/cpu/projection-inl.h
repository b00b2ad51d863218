// Projections of vectors on the directions to a span's pixels: v.d = sum_j w_j v.e_j (Directions in kernels.hpp).
#if defined(NBT_CPU_PROJECTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_PROJECTION_INL_H_
#undef NBT_CPU_PROJECTION_INL_H_
#else
#define NBT_CPU_PROJECTION_INL_H_
#endif

#include "cpu/double_lanes-inl.h"
#include "cpu/kernels.hpp"
#include "physics/scattering-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

// The components of a vector along the basis.
struct Along {
  Along(const Directions& directions, const double (&v)[3]) {
    for (int j = 0; j < 3; ++j) {
      const double* e = directions.basis[j];
      component[j] = v[0] * e[0] + v[1] * e[1] + v[2] * e[2];
    }
  }
  double component[3];
};

// v.d.
HWY_INLINE DoubleVec Projection(const Directions& directions, const Along& along, int i) {
  const DoubleTag d;
  const double(&a)[3] = along.component;
  const DoubleVec flat = Projection2(hn::Load(d, directions.coordinate[0] + i),
                                     hn::Load(d, directions.coordinate[1] + i), hn::Set(d, a[0]), hn::Set(d, a[1]));
  if (directions.products == 2) return flat;
  return hn::MulAdd(hn::Set(d, a[2]), hn::Load(d, directions.coordinate[2] + i), flat);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_PROJECTION_INL_H_
