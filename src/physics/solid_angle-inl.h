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

// `inverse_distance`: 1/R in 1/m.
template <class D>
NBT_FN Vec<D> SolidAngle(D d, Vec<D> inverse_distance, Scalar<D> pixel_size_m, Scalar<D> close_distance_m) {
  const Vec<D> edge = ops::Mul(ops::Set(d, pixel_size_m), inverse_distance);
  return ops::Mul(ops::Mul(edge, edge), ops::Mul(ops::Set(d, close_distance_m), inverse_distance));
}

template <class V>
NBT_FN V PointSolidAngle(V inverse_distance) {
  return ops::Mul(inverse_distance, inverse_distance);
}

}  // namespace NBT_LANES
}  // namespace nbt
NBT_AFTER_LANES();

#endif  // NBT_PHYSICS_SOLID_ANGLE_INL_H_
