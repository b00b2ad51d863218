// The reference's random numbers (physics.md 8).
#pragma once

#include <array>
#include <cstdint>

#include "vectors.hpp"

namespace nbt::oracle {

// The shuffle table is shared by all users, each of which brings its own seed variable.
class Generator {
 public:
  // Uniform in (0, 1). A seed at or below zero starts the table anew.
  float draw(std::int64_t& seed);

 private:
  std::array<std::int64_t, 32> table_{};
  std::int64_t last_ = 0;
  bool started_ = false;
};

// Rotation about a random axis by at most `cap_rad` (8.3).
Matrix random_rotation(Generator& generator, std::int64_t& seed, double cap_rad);
// The angle moves in proportion to the cap.
MatrixOf<Dual> random_rotation(Generator& generator, std::int64_t& seed, const Dual& cap_rad);

// Angles about lab X, Y, Z that make up a rotation (6.3).
Vector misset_angles(const Matrix& rotation);

}  // namespace nbt::oracle
