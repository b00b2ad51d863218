// Pulls adjoints back through positions, directions and per-pixel factors, for every SIMD target. Always double.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/pullback.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/projection-inl.h"
#include "cpu/simd_choice.hpp"
#include "cpu/slope_kernels.hpp"
#include "physics/absorption-inl.h"
#include "physics/polarization-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

using D = DoubleTag;
using V = DoubleVec;

HWY_INLINE double Total(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

void FindValues(const ValueRows& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V weight = hn::Set(d, job.background_weight), scale = hn::Set(d, job.scale);
  for (int i = 0; i < job.pixels; i += lanes) {
    V factors = hn::Set(d, 1.0);
    for (const double* factor : job.factor) {
      if (factor != nullptr) factors = hn::Mul(factors, hn::Load(d, factor + i));
    }
    const V sum = hn::MulAdd(weight, hn::Load(d, job.background + i), hn::Load(d, job.sum + i));
    hn::Store(sum, d, job.sum + i);
    hn::Store(factors, d, job.factors + i);
    hn::Store(hn::Mul(hn::Mul(scale, factors), sum), d, job.value + i);
  }
}

void PullBracket(BracketRows& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V scale = hn::Set(d, job.scale);
  V by_scale = hn::Zero(d), by_background = by_scale, largest = by_scale;
  for (int i = 0; i < job.pixels; i += lanes) {
    const V slope = hn::Load(d, job.slope + i), sum = hn::Load(d, job.sum + i);
    const V by_factors = hn::Mul(slope, hn::Load(d, job.factors + i));
    const V by_sum = hn::Mul(scale, by_factors);
    hn::Store(by_sum, d, job.by_sum + i);
    hn::Store(hn::Mul(by_sum, sum), d, job.by_log + i);
    by_scale = hn::MulAdd(by_factors, sum, by_scale);
    by_background = hn::MulAdd(by_sum, hn::Load(d, job.background + i), by_background);
    largest = hn::Max(largest, hn::Abs(slope));
  }
  job.by_scale = Total(by_scale);
  job.by_background = Total(by_background);
  job.largest_slope = hn::GetLane(hn::MaxOfLanes(d, largest));
}

double MultiplyRow(int pixels, const double* by, double* row) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V largest = hn::Zero(d);
  for (int i = 0; i < pixels; i += lanes) {
    const V product = hn::Mul(hn::Load(d, by + i), hn::Load(d, row + i));
    hn::Store(product, d, row + i);
    largest = hn::Max(largest, hn::Abs(product));
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

double SumRow(int pixels, const double* row) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V sum = hn::Zero(d);
  for (int i = 0; i < pixels; i += lanes) sum = hn::Add(sum, hn::Load(d, row + i));
  return Total(sum);
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
  V radial0 = hn::Zero(d), radial1 = radial0, radial2 = radial0, along = radial0, anchor0 = radial0, anchor1 = radial0;
  for (int i = 0; i < job.pixels; i += lanes) {
    const V w0 = hn::Load(d, job.coordinate[0] + i), w1 = hn::Load(d, job.coordinate[1] + i);
    const V dw0 = hn::Load(d, job.coordinate_adjoint[0] + i), dw1 = hn::Load(d, job.coordinate_adjoint[1] + i);
    const V along_w1 = hn::Mul(dw1, w1), anchor_w0 = hn::Mul(dw0, w0);
    V shrink = hn::Add(anchor_w0, along_w1);
    anchor0 = hn::Add(anchor_w0, anchor0);
    anchor1 = hn::MulAdd(dw0, w1, anchor1);
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
  job.by_anchor[0] = Total(anchor0);
  job.by_anchor[1] = Total(anchor1);
}

void PullPolarizationRows(PullPolarization& job) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Along incident(job.directions, job.incident), magnetic(job.directions, job.magnetic);
  V kahn = hn::Zero(d);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V P = hn::Load(d, job.polarization + i);
    // P = 0 is its least value, where it has no slope.
    const V by_P = hn::IfThenElseZero(hn::Ne(P, hn::Zero(d)), hn::Div(hn::Load(d, job.adjoint + i), P));
    V by_cosine, by_magnetic, by_kahn;
    PolarizationSlopes(d, Projection(job.directions, incident, i), Projection(job.directions, magnetic, i), job.kahn,
                       by_cosine, by_magnetic, by_kahn);
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
  const Along normal(job.directions, job.normal);
  V sum = hn::Zero(d);
  for (int i = 0; i < job.pixels; i += lanes) {
    const V obliquity = Projection(job.directions, normal, i);
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
HWY_EXPORT(FindValues);
HWY_EXPORT(PullBracket);
HWY_EXPORT(MultiplyRow);
HWY_EXPORT(SumRow);
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
  kernels.by_entry = in_double ? sum_by_entry_double_for(simd_target) : sum_by_entry_single_for(simd_target);
  kernels.values = for_target(HWY_DISPATCH_TABLE(FindValues), simd_target);
  kernels.bracket = for_target(HWY_DISPATCH_TABLE(PullBracket), simd_target);
  kernels.multiply = for_target(HWY_DISPATCH_TABLE(MultiplyRow), simd_target);
  kernels.sum = for_target(HWY_DISPATCH_TABLE(SumRow), simd_target);
  kernels.add_weighted = for_target(HWY_DISPATCH_TABLE(AddWeighted), simd_target);
  kernels.project = for_target(HWY_DISPATCH_TABLE(Project), simd_target);
  kernels.positions = for_target(HWY_DISPATCH_TABLE(Positions), simd_target);
  kernels.polarization = for_target(HWY_DISPATCH_TABLE(PullPolarizationRows), simd_target);
  kernels.capture = for_target(HWY_DISPATCH_TABLE(PullCaptureRows), simd_target);
  return kernels;
}

}  // namespace nbt
#endif  // HWY_ONCE
