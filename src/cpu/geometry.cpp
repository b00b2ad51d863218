// Positions, directions and per-pixel factors of a span, for every SIMD target. Always double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/geometry.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/kernels.hpp"
#include "cpu/projection-inl.h"
#include "cpu/simd_choice.hpp"
#include "physics/absorption-inl.h"
#include "physics/pixel_position-inl.h"
#include "physics/polarization-inl.h"
#include "physics/solid_angle-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

using D = DoubleTag;
using V = DoubleVec;

HWY_INLINE void FlatPositions(D d, const PlaceJob& job, V along_fast, V& x, V& y, V& z) {
  x = FlatPosition(d, along_fast, job.anchor[0], job.fast[0]);
  y = FlatPosition(d, along_fast, job.anchor[1], job.fast[1]);
  z = FlatPosition(d, along_fast, job.anchor[2], job.fast[2]);
}

HWY_INLINE void CurvedPositions(D d, const PlaceJob& job, V along_fast, V& x, V& y, V& z) {
  const V distance = hn::Set(d, job.distance);
  V angle1, angle2;
  if (job.lab_axes) {
    V flat_x, flat_y, flat_z;
    FlatPositions(d, job, along_fast, flat_x, flat_y, flat_z);
    angle1 = hn::Div(flat_y, distance);
    angle2 = hn::Div(flat_z, distance);
  } else {
    angle1 = hn::Div(hn::Add(along_fast, hn::Set(d, job.anchor_arc)), distance);
    angle2 = hn::Div(hn::Set(d, job.slow_arc), distance);
  }
  CurvedPosition(d, job.straight, job.axis1, angle1, job.axis2, angle2, x, y, z);
}

HWY_INLINE V InverseLength(D d, V x, V y, V z) {
  return ops::ReciprocalSqrt(d, hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z))));
}

HWY_INLINE void StoreSolidAngle(D d, const PlaceJob& job, int i, V inverse) {
  const double area = job.pixel_size * job.pixel_size;
  const V omega = job.point_pixel ? PointSolidAngle(d, inverse, 1 / (job.unit_m * job.unit_m))
                                  : SolidAngle(d, inverse, area * job.close_distance);
  hn::Store(omega, d, job.solid_angle + i);
}

void Place(const PlaceJob& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < job.pixels; i += lanes) {
    const V along_fast = hn::Mul(hn::Iota(d, job.first_from_anchor + i), hn::Set(d, job.pixel_size));
    V x, y, z;
    if (job.curved) {
      CurvedPositions(d, job, along_fast, x, y, z);
    } else {
      FlatPositions(d, job, along_fast, x, y, z);
    }
    const V inverse = InverseLength(d, x, y, z);
    if (job.curved) {
      hn::Store(hn::Mul(x, inverse), d, job.coordinate[0] + i);
      hn::Store(hn::Mul(y, inverse), d, job.coordinate[1] + i);
      hn::Store(hn::Mul(z, inverse), d, job.coordinate[2] + i);
    } else {
      hn::Store(inverse, d, job.coordinate[0] + i);
      hn::Store(hn::Mul(along_fast, inverse), d, job.coordinate[1] + i);
    }
    if (job.solid_angle != nullptr) StoreSolidAngle(d, job, i, inverse);
  }
}

void StorePolarization(const AimJob& job, const Along& incident) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Along magnetic(job.directions, job.magnetic);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V cosine = Projection(job.directions, incident, i);
    const V factor = job.kahn == 0 ? UnpolarizedFactor(d, cosine)
                                   : Polarization(d, cosine, Projection(job.directions, magnetic, i), job.kahn);
    hn::Store(factor, d, job.polarization + i);
  }
}

void StoreKept(const AimJob& job, const Along& incident) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < job.pixels; i += lanes) {
    const auto kept = WithinResolution(d, Projection(job.directions, incident, i), job.resolution_limit);
    hn::Store(hn::IfThenElseZero(kept, hn::Set(d, 1.0)), d, job.kept + i);
  }
}

void StoreCapture(const AimJob& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Along normal(job.directions, job.normal);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V obliquity = Projection(job.directions, normal, i);
    hn::Store(CaptureFraction(d, obliquity, job.layer, job.absorption), d, job.capture + i);
  }
}

void Aim(const AimJob& job) {
  const Along incident(job.directions, job.incident);
  if (job.kept != nullptr) StoreKept(job, incident);
  if (job.polarization != nullptr) StorePolarization(job, incident);
  if (job.capture != nullptr) StoreCapture(job);
}

void Finish(const FinishJob& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V scale = hn::Set(d, job.scale);
  for (int i = 0; i < job.pixels; i += lanes) {
    V value = hn::Mul(scale, hn::Load(d, job.sum + i));
    for (const double* factor : job.factor) {
      if (factor != nullptr) value = hn::Mul(value, hn::Load(d, factor + i));
    }
    hn::Store(value, d, job.value + i);
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
HWY_EXPORT(Finish);
}  // namespace

PlacePixels place_pixels_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Place), simd_target);
}
AimPixels aim_pixels_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Aim), simd_target);
}
FinishPixels finish_pixels_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Finish), simd_target);
}

}  // namespace nbt
#endif  // HWY_ONCE
