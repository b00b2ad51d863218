// Solid angle of a pixel (physics.md 3.7).
//
//   Omega = p^2 close / R^3: inverse square and the obliquity of a flat panel whose plane is `close` away;
//   Omega = 1/R^2 for a point pixel.
//
// Curved panels use the same formula with the flat panel's `close` [Q12].
#if defined(NBT_PHYSICS_SOLID_ANGLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_PHYSICS_SOLID_ANGLE_INL_H_
#undef NBT_PHYSICS_SOLID_ANGLE_INL_H_
#else
#define NBT_PHYSICS_SOLID_ANGLE_INL_H_
#endif

#include "lanes/lanes-inl.h"

NBT_BEFORE_LANES();
namespace nbt {
namespace NBT_LANES {

// `inverse_distance`: 1/R; `area_times_close`: p^2 close, in the same unit.
template <class D>
NBT_FN Vec<D> SolidAngle(D d, Vec<D> inverse_distance, Scalar<D> area_times_close) {
  const Vec<D> square = ops::Mul(inverse_distance, inverse_distance);
  return ops::Mul(square, ops::Mul(ops::Set(d, area_times_close), inverse_distance));
}

template <class D>
NBT_FN Vec<D> PointSolidAngle(D d, Vec<D> inverse_distance, Scalar<D> unit_square) {
  return ops::Mul(ops::Mul(ops::Set(d, unit_square), inverse_distance), inverse_distance);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_SOLID_ANGLE_INL_H_
