// Random rotation about a random axis, as used for mosaic domains and random missetting (physics.md 8.3).
#pragma once

#include <cstdint>

#include "model/random.hpp"
#include "model/vector.hpp"

namespace nbt {

struct RandomRotation {
  Matrix3 matrix{};          // acts on column vectors
  Vector3 axis;              // unit
  double angle_radians = 0;  // |angle| <= cap; a float32 value
};

// Three draws. `cap_radians` is the half-angle of the cap.
RandomRotation random_rotation(RandomGenerator& generator, std::int64_t& seed, double cap_radians);

}  // namespace nbt
