// Pulls adjoints back through positions, directions and per-pixel factors, for every SIMD target. Always double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/pullback.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/simd_choice.hpp"
#include "cpu/slope_kernels.hpp"
#include "physics/absorption-inl.h"
#include "physics/polarization-inl.h"
#include "physics/scattering-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = Vec<D>;

HWY_INLINE double Total(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

// The components of a vector along the basis.
HWY_INLINE void SetAlong(const Directions& directions, const double (&v)[3], double (&along)[3]) {
  for (int j = 0; j < 3; ++j) {
    const double* e = directions.basis[j];
    along[j] = v[0] * e[0] + v[1] * e[1] + v[2] * e[2];
  }
}

// v.d.
HWY_INLINE V Projection(D d, const Directions& directions, const double (&along)[3], int i) {
  const V flat = Projection2(hn::Load(d, directions.coordinate[0] + i), hn::Load(d, directions.coordinate[1] + i),
                             hn::Set(d, along[0]), hn::Set(d, along[1]));
  if (directions.products == 2) return flat;
  return hn::MulAdd(hn::Set(d, along[2]), hn::Load(d, directions.coordinate[2] + i), flat);
}

double AddWeighted(const WeightedRow& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V sum = hn::Zero(d);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V product = hn::Mul(hn::Load(d, job.weight + i), hn::Load(d, job.row + i));
    sum = hn::Add(sum, product);
    if (job.out != nullptr) hn::Store(hn::Add(product, hn::Load(d, job.out + i)), d, job.out + i);
  }
  return Total(sum);
}

void Project(PullProjection& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int j = 0; j < job.directions.products; ++j) {
    const V along = hn::Set(d, job.along[j]);
    V sum = hn::Zero(d);
    for (int i = 0; i < job.pixels; i += lanes) {
      const V p = hn::Load(d, job.adjoint + i);
      sum = hn::MulAdd(p, hn::Load(d, job.directions.coordinate[j] + i), sum);
      double* out = job.coordinate_adjoint[j] + i;
      hn::Store(hn::MulAdd(p, along, hn::Load(d, out)), d, out);
    }
    job.sums[j] = Total(sum);
  }
}

void Positions(PullPositions& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V power = hn::Set(d, job.solid_angle_power);
  V radial0 = hn::Zero(d), radial1 = radial0, radial2 = radial0, along = radial0;
  for (int i = 0; i < job.pixels; i += lanes) {
    const V w0 = hn::Load(d, job.coordinate[0] + i), w1 = hn::Load(d, job.coordinate[1] + i);
    const V dw0 = hn::Load(d, job.coordinate_adjoint[0] + i), dw1 = hn::Load(d, job.coordinate_adjoint[1] + i);
    const V along_w1 = hn::Mul(dw1, w1);
    V shrink = hn::MulAdd(dw0, w0, along_w1);
    if (job.solid_angle_adjoint != nullptr) {
      shrink = hn::MulAdd(power, hn::Load(d, job.solid_angle_adjoint + i), shrink);
    }
    const V by_R = hn::Neg(hn::Mul(w0, shrink));
    const V by_R_w1 = hn::Mul(by_R, w1);
    radial0 = hn::MulAdd(by_R, w0, radial0);
    radial1 = hn::Add(by_R_w1, radial1);
    radial2 = hn::MulAdd(by_R_w1, hn::Div(w1, w0), radial2);
    along = hn::Add(along_w1, along);
  }
  job.radial[0] = Total(radial0);
  job.radial[1] = Total(radial1);
  job.radial[2] = Total(radial2);
  job.along = Total(along);
}

void PullPolarizationRows(PullPolarization& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  double incident[3], magnetic[3];
  SetAlong(job.directions, job.incident, incident);
  SetAlong(job.directions, job.magnetic, magnetic);
  V kahn = hn::Zero(d);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V P = hn::Load(d, job.polarization + i);
    // P = 0 is its least value, where it has no slope.
    const V by_P = hn::IfThenElseZero(hn::Ne(P, hn::Zero(d)), hn::Div(hn::Load(d, job.adjoint + i), P));
    V by_cosine, by_magnetic, by_kahn;
    PolarizationSlopes(d, Projection(d, job.directions, incident, i), Projection(d, job.directions, magnetic, i),
                       job.kahn, by_cosine, by_magnetic, by_kahn);
    hn::Store(hn::Mul(by_P, by_cosine), d, job.cosine_adjoint + i);
    hn::Store(hn::Mul(by_P, by_magnetic), d, job.magnetic_adjoint + i);
    if (job.kahn_adjoints != nullptr) hn::Store(hn::Mul(by_P, by_kahn), d, job.kahn_adjoints + i);
    kahn = hn::MulAdd(by_P, by_kahn, kahn);
  }
  job.kahn_adjoint = Total(kahn);
}

void PullCaptureRows(PullCapture& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  double normal[3];
  SetAlong(job.directions, job.normal, normal);
  V sum = hn::Zero(d);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V obliquity = Projection(d, job.directions, normal, i);
    const V by_ln_x = hn::Mul(hn::Load(d, job.adjoint + i), CaptureSlope(d, obliquity, job.layer, job.absorption));
    hn::Store(hn::Neg(hn::Div(by_ln_x, obliquity)), d, job.obliquity_adjoint + i);
    sum = hn::Add(sum, by_ln_x);
  }
  job.absorption_adjoint = job.absorption != 0 ? Total(sum) / job.absorption : 0;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(AddWeighted);
HWY_EXPORT(Project);
HWY_EXPORT(Positions);
HWY_EXPORT(PullPolarizationRows);
HWY_EXPORT(PullCaptureRows);
}  // namespace

int shape_sum_count(Shape shape) {
  switch (shape) {
    case Shape::gauss:
      return 6;
    case Shape::tophat:
      return 0;
    default:
      return 3;
  }
}

SlopeKernels slope_kernels_for(const Plan& plan, std::int64_t simd_target) {
  const Shape shape = plan.scene.crystal.shape;
  const bool in_double = plan.scene.precision == Precision::double_;
  SlopeKernels kernels;
  kernels.add = in_double ? add_slopes_double_for(simd_target, shape) : add_slopes_single_for(simd_target, shape);
  kernels.prepare = in_double ? prepare_pull_double_for(simd_target) : prepare_pull_single_for(simd_target);
  kernels.pull = in_double ? pull_slopes_double_for(simd_target) : pull_slopes_single_for(simd_target);
  kernels.add_weighted = for_target(HWY_DISPATCH_TABLE(AddWeighted), simd_target);
  kernels.project = for_target(HWY_DISPATCH_TABLE(Project), simd_target);
  kernels.positions = for_target(HWY_DISPATCH_TABLE(Positions), simd_target);
  kernels.polarization = for_target(HWY_DISPATCH_TABLE(PullPolarizationRows), simd_target);
  kernels.capture = for_target(HWY_DISPATCH_TABLE(PullCaptureRows), simd_target);
  return kernels;
}

}  // namespace nbt
#endif  // HWY_ONCE
