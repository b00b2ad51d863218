// How much of the sphere the rendered pixels see.
#pragma once

#include "plan/plan.hpp"

namespace nbt {

struct SolidAngle {
  double steradian = 0;            // the rendered pixels' own
  double reference_steradian = 0;  // as the reference prints it: divided by all steps, layers added [Q44]
};

SolidAngle rendered_solid_angle(const Plan& plan);

}  // namespace nbt
