// How what the pixels of a span see moves with a parameter: directions, and the logarithms of the factors that follow
// from them (numerics.md 6, read forwards). One sub-pixel in one layer at a time.
#pragma once

#include "cpu/span_sight.hpp"
#include "cpu/tangent_kernels.hpp"
#include "plan/plan_tangent.hpp"

namespace nbt {

struct JacobianConstants;
class JacobianScratch;

class MovingSight {
 public:
  MovingSight(const JacobianConstants& constants, const Span& span, SpanSight& sight, JacobianScratch& scratch);

  // After SpanSight::place.
  void place(const SubPixelAt& at) { at_ = at; }
  // What the logarithms of capture and polarization move with, for all movements that follow.
  void find_capture_slopes();
  void find_polarization_slopes(const PlannedSource& source);
  // dd and d ln R with a movement, for what follows.
  void move(const PlanTangent& movement);

  // Adds how much the terms of a source move with directions, wavelength and incidence of the movement.
  void add_indices(const PlanTangent& movement, std::size_t source_index, double* row) const;

  // Add the derivative of the logarithm to a row.
  void add_log_solid_angle(const PlanTangent& movement, double* row) const;
  void add_log_capture(const PlanTangent& movement, double* row) const;
  void add_log_polarization(const PlanTangent& movement, const PlannedSource& source, std::size_t source_index,
                            double* row) const;

 private:
  void set_flat(const PlanTangent& movement, MoveDirections& job) const;
  void set_curved(const PlanTangent& movement, MoveDirections& job) const;
  // Adds by (still.d + moving.dd).
  void add_projection(const double* by, const Vector3& still, const Vector3& moving, double* row) const;

  const JacobianConstants& constants_;
  const Plan& plan_;
  const Panel& panel_;
  SpanSight& sight_;
  JacobianScratch& g_;
  SubPixelAt at_;
  bool moved_ = false;  // positions move with the movement
};

}  // namespace nbt
