// Positions, directions and per-pixel factors of a span, for every SIMD target. Always double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/geometry.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/kernels.hpp"
#include "cpu/simd_choice.hpp"
#include "physics/absorption-inl.h"
#include "physics/pixel_position-inl.h"
#include "physics/polarization-inl.h"
#include "physics/scattering-inl.h"
#include "physics/solid_angle-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = Vec<D>;

HWY_INLINE void FlatPositions(D d, const PlaceJob& job, V along_fast, V& x, V& y, V& z) {
  x = FlatPosition(d, along_fast, job.anchor_m[0], job.fast[0]);
  y = FlatPosition(d, along_fast, job.anchor_m[1], job.fast[1]);
  z = FlatPosition(d, along_fast, job.anchor_m[2], job.fast[2]);
}

HWY_INLINE void CurvedPositions(D d, const PlaceJob& job, V along_fast, V& x, V& y, V& z) {
  const V distance = hn::Set(d, job.distance_m);
  V angle1, angle2;
  if (job.lab_axes) {
    V flat_x, flat_y, flat_z;
    FlatPositions(d, job, along_fast, flat_x, flat_y, flat_z);
    angle1 = hn::Div(flat_y, distance);
    angle2 = hn::Div(flat_z, distance);
  } else {
    angle1 = hn::Div(hn::Add(along_fast, hn::Set(d, job.anchor_arc_m)), distance);
    angle2 = hn::Div(hn::Set(d, job.slow_arc_m), distance);
  }
  CurvedPosition(d, job.straight_m, job.axis1, angle1, job.axis2, angle2, x, y, z);
}

HWY_INLINE void StoreFactors(D d, const PlaceJob& job, int i, V inverse, V dx, V dy, V dz) {
  if (job.solid_angle != nullptr) {
    const V omega =
        job.point_pixel ? PointSolidAngle(inverse) : SolidAngle(d, inverse, job.pixel_size_m, job.close_distance_m);
    hn::Store(omega, d, job.solid_angle + i);
  }
  if (job.capture != nullptr) {
    const V yz = hn::MulAdd(dy, hn::Set(d, job.normal[1]), hn::Mul(dz, hn::Set(d, job.normal[2])));
    const V obliquity = hn::MulAdd(dx, hn::Set(d, job.normal[0]), yz);
    hn::Store(CaptureFraction(d, obliquity, job.layer, job.absorption), d, job.capture + i);
  }
}

void Place(const PlaceJob& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < job.pixels; i += lanes) {
    const V pixel = hn::Iota(d, job.first_from_anchor + i);
    const V along_fast = hn::Mul(pixel, hn::Set(d, job.pixel_size_m));
    V x, y, z;
    if (job.curved) {
      CurvedPositions(d, job, along_fast, x, y, z);
    } else {
      FlatPositions(d, job, along_fast, x, y, z);
    }
    const V square = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z)));
    const V inverse = hn::Div(hn::Set(d, 1.0), hn::Sqrt(square));
    const V dx = hn::Mul(x, inverse), dy = hn::Mul(y, inverse), dz = hn::Mul(z, inverse);
    hn::Store(along_fast, d, job.along_fast_m + i);
    hn::Store(inverse, d, job.inverse_distance_per_m + i);
    hn::Store(dx, d, job.direction[0] + i);
    hn::Store(dy, d, job.direction[1] + i);
    hn::Store(dz, d, job.direction[2] + i);
    StoreFactors(d, job, i, inverse, dx, dy, dz);
  }
}

HWY_INLINE void StoreCoordinates(D d, const AimJob& job, int i) {
  const V inverse_wavelength = hn::Set(d, 1.0 / job.wavelength_m);
  if (job.curved) {
    for (int axis = 0; axis < 3; ++axis) {
      hn::Store(hn::Mul(hn::Load(d, job.direction[axis] + i), inverse_wavelength), d, job.coordinate[axis] + i);
    }
  } else {
    const V u = hn::Mul(hn::Load(d, job.inverse_distance_per_m + i), inverse_wavelength);
    hn::Store(u, d, job.coordinate[0] + i);
    hn::Store(hn::Mul(hn::Load(d, job.along_fast_m + i), u), d, job.coordinate[1] + i);
  }
}

void Aim(const AimJob& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < job.pixels; i += lanes) {
    StoreCoordinates(d, job, i);
    const V dx = hn::Load(d, job.direction[0] + i);
    const V dy = hn::Load(d, job.direction[1] + i);
    const V dz = hn::Load(d, job.direction[2] + i);
    if (job.kept != nullptr) {
      const auto kept = WithinResolution(d, dx, dy, dz, job.incident, job.resolution_limit);
      hn::Store(hn::IfThenElseZero(kept, hn::Set(d, 1.0)), d, job.kept + i);
    }
    if (job.polarization != nullptr) {
      hn::Store(Polarization(d, dx, dy, dz, job.incident, job.magnetic, job.kahn), d, job.polarization + i);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(Place);
HWY_EXPORT(Aim);
}  // namespace

PlacePixels place_pixels_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Place), simd_target);
}
AimSource aim_source_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Aim), simd_target);
}

}  // namespace nbt
#endif  // HWY_ONCE
