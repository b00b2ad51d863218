// How what the pixels of a span see moves with a parameter: directions, and the logarithms of the factors that follow
// from them (numerics.md 6, read forwards). One sub-pixel in one layer at a time.
#pragma once

#include "cpu/slope_kernels.hpp"
#include "cpu/span_sight.hpp"
#include "plan/plan_tangent.hpp"

namespace nbt {

class JacobianScratch;

class MovingSight {
 public:
  MovingSight(const Plan& plan, const SlopeKernels& kernels, const Span& span, SpanSight& sight,
              JacobianScratch& scratch);

  // After SpanSight::place: directions d.
  void place(const SubPixelAt& at);
  // What the logarithms of capture and polarization move with, for all movements that follow.
  void find_capture_slopes();
  void find_polarization_slopes(const PlannedSource& source);
  // dd and d ln R with a movement, for what follows.
  void move(const PlanTangent& movement);

  // Add the derivative of the logarithm to a row.
  void add_log_solid_angle(const PlanTangent& movement, double* row) const;
  void add_log_capture(const PlanTangent& movement, double* row) const;
  void add_log_polarization(const PlanTangent& movement, const PlannedSource& source, std::size_t source_index,
                            double* row) const;

 private:
  void move_flat(const PlanTangent& movement);
  void move_curved(const PlanTangent& movement);
  Vector3 direction(int pixel) const;
  Vector3 moved_direction(int pixel) const;

  const Plan& plan_;
  const Panel& panel_;
  const SlopeKernels& kernels_;
  SpanSight& sight_;
  JacobianScratch& g_;
  SubPixelAt at_;
  bool moved_ = false;  // positions move with the movement
};

}  // namespace nbt
